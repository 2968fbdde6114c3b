"""The history of a debt in the words of its readers."""

from datetime import date

from django.utils.translation import gettext as _

from debts.models import Debt, DebtEvent
from debts.models.debts import instalment_in_words
from debts.models.events import Kind
from payment_portal import persian

MONEY = {"amount", "least_part"}
# Persian words around it would turn the parts of a masked number round.
ISOLATED = "\u2066{}\u2069"


def in_words(event: DebtEvent):
    """One line for each thing that an event says."""
    facts = event.facts
    if event.kind == Kind.STORED:
        return [f"{persian.rial(facts['amount'])} {_('rials')}"]
    if event.kind == Kind.CANCELLED:
        return [facts["reason"]]
    if event.kind == Kind.PAID:
        told = {"amount": persian.rial(facts["amount"]), "number": facts["payment"]}
        return [_("%(amount)s rials by payment %(number)s") % told]
    if event.kind == Kind.SPLIT:
        return [_part(*part) for part in facts["parts"]]
    if event.kind == Kind.REMINDED:
        mobiles = "، ".join(ISOLATED.format(mobile) for mobile in facts["to"])
        return [_("SMS to %(mobiles)s") % {"mobiles": mobiles}]
    if event.kind == Kind.LINKED:
        day = date.fromisoformat(facts["until"])
        return [_("until %(day)s") % {"day": persian.jalali_day(day)}]
    if event.kind == Kind.UNLINKED:
        return []
    changes = {name: pair for name, pair in facts.items() if name != "batch"}
    return [change(name, *pair) for name, pair in changes.items()]


def _part(amount, due_on):
    day = persian.jalali_day(date.fromisoformat(due_on))
    return _("%(rials)s rials until %(day)s") % {
        "rials": persian.rial(amount),
        "day": day,
    }


def change(name, old, new):
    """A column with its old and its new value."""
    told = {"old": shown(name, old), "new": shown(name, new)}
    field = Debt._meta.get_field(name.removesuffix("_id"))
    return f"{field.verbose_name}: " + _("%(old)s became %(new)s") % told


def shown(name, value):
    """A value of a column as it is read."""
    if value in {None, ""}:
        return "-"
    if name in MONEY:
        return persian.rial(value)
    if name == "state":
        return str(Debt.State(value).label)
    if name == "due_on":
        day = value if isinstance(value, date) else date.fromisoformat(value)
        return persian.jalali_day(day)
    if name == "instalment":
        return instalment_in_words(value)
    return persian.local_mobile(value) if name == "mobile" else str(value)
