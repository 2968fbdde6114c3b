"""Where finance finds any payment and sees everything that happened to it."""

from django.contrib import admin
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from payment_portal import persian
from payment_portal.admin_jalali import JalaliMonthFilter, jalali
from payment_portal.admin_lookups import FiltersOnly
from payment_portal.fields import e164
from payments import receipts
from payments.admin import attention
from payments.models import Claim, GatewayCall, Payment, PaymentEvent
from payments.notes import told
from payments.states import State

BADGES = {State.PAID: "paid", State.UNPAID: "failed"}


def _code(code):
    """A note in words, or a code as the machine says it."""
    words = told(code)
    return words if words != code else _latin(code)


def _latin(text):
    """Text that mixes Latin letters and digits, read from the left."""
    return format_html('<bdi class="latin" dir="ltr">{}</bdi>', text) if text else "-"


class ReadOnly:
    """Money is looked at here, never touched."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class EventInline(ReadOnly, admin.TabularInline):
    model = PaymentEvent
    fields = [
        "seq",
        jalali("at", _("time")),
        "from_state",
        "to_state",
        "cause",
        "code",
        "words",
    ]
    readonly_fields = [fields[1], "words"]
    ordering = ["seq"]

    @admin.display(description=_("note"))
    def words(self, event):
        if not event.is_alarm:
            return told(event.note) or "-"
        return format_html('<b class="badge failed">{}</b>', told(event.note))


class ClaimInline(ReadOnly, admin.TabularInline):
    model = Claim
    fields = [
        "receipt",
        "source",
        "state",
        "words",
        "tries",
        jalali("created_at", _("since")),
        jalali("next_try_at", _("next try")),
    ]
    readonly_fields = ["receipt", "words", *fields[5:]]
    ordering = ["pk"]

    @admin.display(description=_("receipt number"))
    def receipt(self, claim):
        return _latin(claim.receipt_number)

    @admin.display(description=_("code"))
    def words(self, claim):
        return _code(claim.code)


class CallInline(ReadOnly, admin.TabularInline):
    model = GatewayCall
    fields = [
        "operation",
        jalali("started_at", _("time")),
        "outcome",
        "words",
        "milliseconds",
        "said",
    ]
    readonly_fields = [fields[1], "words", "said"]
    ordering = ["pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("body")

    @admin.display(description=_("code"))
    def words(self, call):
        return _code(call.code)

    @admin.display(description=_("said"))
    def said(self, call):
        if not hasattr(call, "body"):
            return "-"
        return format_html(
            '<code class="latin">{}<br>{}</code>', call.body.request, call.body.answer
        )


@admin.register(Payment)
class PaymentAdmin(FiltersOnly, ReadOnly, admin.ModelAdmin):
    list_display = [
        "order_number",
        "payer_name",
        "subject_title",
        "rials",
        "badge",
        jalali("created_at", _("date and time")),
        "reference_number",
        "unit_title",
    ]
    list_filter = [
        "state",
        ("created_at", JalaliMonthFilter),
        ("subject__unit__faculty", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["order_number"]
    search_help_text = _(
        "Any number of the payment, the payer's name or mobile, unit or subject"
    )
    ordering = ["-created_at", "-pk"]
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False  # the payer's page is for the payer
    inlines = [EventInline, ClaimInline, CallInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "order_number",
                    "badge",
                    "unpaid_reason",
                    "rials",
                    "in_words",
                    jalali("created_at", _("started at")),
                    jalali("paid_at", _("paid at")),
                ]
            },
        ),
        (_("Payer"), {"fields": ["payer_name", "mobile"]}),
        (
            _("What for"),
            {"fields": ["faculty_title", "unit_title", "subject_title"]},
        ),
        (
            _("Bank"),
            {
                "fields": [
                    "terminal",
                    "tracking_number",
                    "reference_number",
                    "card",
                    "settlement",
                    "receipt_code",
                ]
            },
        ),
    ]

    def get_search_results(self, request, queryset, search_term):
        mobile = e164(search_term)
        term = persian.local_mobile(mobile) if mobile else search_term
        code = term.replace("-", "").strip().upper()
        named = Q(claims__receipt_number=term.strip()) | Q(verify_code=code)
        found = queryset.matching(term) | queryset.filter(named)
        return found.distinct(), False

    @admin.display(description=_("amount (rial)"), ordering="amount")
    def rials(self, payment):
        return format_html('<span class="num">{}</span>', persian.rial(payment.amount))

    @admin.display(description=_("in words"))
    def in_words(self, payment):
        return persian.in_words(payment.amount)

    @admin.display(description=_("state"), ordering="state")
    def badge(self, payment):
        kind = BADGES.get(payment.state, "pending")
        return format_html(
            '<span class="badge {}">{}</span>', kind, payment.get_state_display()
        )

    @admin.display(description=_("payer's mobile"))
    def mobile(self, payment):
        number = persian.local_mobile(payment.payer_mobile)
        return format_html('<bdi dir="ltr">{}</bdi>', number)

    @admin.display(description=_("receipt code"))
    def receipt_code(self, payment):
        if payment.state != State.PAID:
            return "-"
        return _latin(payment.spaced_code)

    @admin.display(description=_("card"))
    def card(self, payment):
        return _latin(payment.masked_card)

    def get_urls(self):
        receipt = path(
            "<int:pk>/receipt.pdf",
            self.admin_site.admin_view(self.receipt),
            name="payments_payment_receipt",
        )
        return [receipt, *attention.urls(self.admin_site), *super().get_urls()]

    def receipt(self, request, pk):
        """The payer's receipt, for whoever may see the payment."""
        visible = self.get_queryset(request).paid().select_related("terminal")
        if not self.has_view_permission(request):
            visible = visible.none()
        return receipts.as_file(get_object_or_404(visible, pk=pk))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        payment = self.get_object(request, object_id)
        extra = {}
        if payment and payment.state == State.PAID:
            address = reverse("admin:payments_payment_receipt", args=[payment.pk])
            extra["receipt_address"] = address
        return super().change_view(request, object_id, form_url, extra)
