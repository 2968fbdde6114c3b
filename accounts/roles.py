"""The roles of staff: groups that migrations make, and what each of them is for."""

from django.utils.translation import gettext_lazy as _

CATALOGUE_CLERK = "مسئول فهرست پرداخت‌ها"
DEBTS_CLERK = "مسئول بدهی‌ها"
UNIT_FINANCE = "امور مالی واحد"
CENTRAL_FINANCE = "امور مالی مرکزی"
AUDITOR = "حسابرسی"
OPERATOR = "راهبر سامانه"

# Each in one sentence, for whoever gives them.
EXPLAINED = {
    CATALOGUE_CLERK: _(
        "Keeps the units and payment subjects of the places given to him; sees no"
        " payments."
    ),
    DEBTS_CLERK: _(
        "Uploads the debts of the places given to him, follows them, and cancels them"
        " where he must."
    ),
    UNIT_FINANCE: _(
        "Sees payments, debts and reports of the places given to him and takes them"
        " away as files; changes nothing."
    ),
    CENTRAL_FINANCE: _(
        "Sees payments, debts and reports of all units, sees to the attention list,"
        " opens and closes terminals, and decides with a colleague about payments that"
        " the bank left unclear."
    ),
    AUDITOR: _("Sees everything in all units, the security log too; changes nothing."),
    OPERATOR: _(
        "Sets up terminals, which finance opens, the university's texts and notices,"
        " watches messages and alarms; decides nothing about payments."
    ),
}
