"""Which messages reached people, and why others did not."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import Message, User
from accounts.security import Kind, disguised
from accounts.watching import Watched
from payment_portal import persian
from payment_portal.admin_jalali import JalaliAdmin, JalaliMonthFilter, jalali
from payment_portal.admin_lookups import FiltersOnly
from payment_portal.admin_read_only import ReadOnly
from payment_portal.fields import e164

CONTENTS = {
    "sign-up-code": _("code to sign up"),
    "reset-code": _("code for a new password"),
    "mobile-code": _("code for a new mobile"),
    "second-factor-code": _("code for a second factor"),
    "already-registered": _("the number has an account already"),
    "password-changed": _("the password was changed"),
    "mobile-changed": _("the mobile was changed"),
    "new-device": _("a log-in from a new device"),
    "second-factor": _("the second factor was changed"),
    "payment-paid": _("the payment is made"),
    "payment-unpaid": _("the payment is not made"),
    "debt-due": _("a debt is due soon"),
    "debt-overdue": _("a debt is overdue"),
    "pay-link": _("link to pay a debt"),
    "report-stopped": _("a report by email has stopped"),
    "confirm-email": _("link to confirm the email"),
}
PROBLEMS = {
    "bad_number": _("the address is not valid"),
    "blocked": _("the subscriber does not accept it"),
    "throttled": _("the provider was asked too often"),
    "config": _("key, template or plan at the provider"),
    "credit": _("the credit at the provider is used up"),
    "temporary": _("the provider cannot be reached"),
    "unknown": _("no answer; it may have been sent"),
    "nobody": _("no account has this number"),
    "late": _("the code was no longer wanted or valid"),
    "budget": _("the hourly limit of codes is reached"),
    "outdated": _("what it says was no longer true"),
}


@admin.register(Message)
class MessageAdmin(Watched, ReadOnly, FiltersOnly, JalaliAdmin):
    seen = Kind.MESSAGE_SEEN
    list_display = [
        "address",
        "channel",
        "content",
        "state",
        "tries",
        jalali("created_at", _("created at")),
        jalali("sent_at", _("sent at")),
        "reason",
    ]
    list_filter = ["state", "channel", ("created_at", JalaliMonthFilter)]
    search_fields = ["to"]
    search_help_text = _("Email or the whole mobile in any spelling")
    ordering = ["-created_at", "-pk"]
    list_per_page = 50
    show_full_result_count = False
    fields = [*list_display, jalali("next_try_at", _("next try at")), "provider_id"]

    def find(self, request, queryset, term):
        if mobile := e164(term):
            return queryset.filter(to=mobile), False
        return super().find(request, queryset, term.lower())

    def whose(self, message):
        return User.objects.filter(mobile=message.to).first(), disguised(message.to)

    @admin.display(description=_("recipient"), ordering="to")
    def address(self, message):
        return persian.local_mobile(message.to) or "-"  # forgotten by now

    @admin.display(description=_("what it says"))
    def content(self, message):
        return CONTENTS.get(message.template, message.template)

    @admin.display(description=_("problem"))
    def reason(self, message):
        kind = message.problem.split(" ")[0]
        return PROBLEMS.get(kind, message.problem or "-")
