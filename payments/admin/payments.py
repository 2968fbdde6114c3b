"""Where finance finds any payment and sees everything that happened to it."""

from django.contrib import admin
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.security import Kind
from accounts.watching import Watched
from catalog.admin.own_units import OwnFaculties, OwnUnits
from payment_portal import persian
from payment_portal.admin_jalali import JalaliMonthFilter, jalali
from payment_portal.admin_lookups import FiltersOnly
from payment_portal.admin_read_only import ReadOnly
from payment_portal.fields import e164
from payments import receipts
from payments.admin import attention
from payments.admin.traces import CallInline, ClaimInline, EventInline, latin
from payments.models import Claim, Payment
from payments.states import State

BADGES = {State.PAID: "paid", State.UNPAID: "failed"}


@admin.register(Payment)
class PaymentAdmin(Watched, OwnUnits, ReadOnly, FiltersOnly, admin.ModelAdmin):
    """Money is looked at here, never touched."""

    seen = Kind.PAYMENT_SEEN
    list_display = [
        "order_number",
        "who_paid",
        "what_for",
        "rials",
        "badge",
        "time",
        "reference_number",
    ]
    list_filter = [
        "state",
        ("created_at", JalaliMonthFilter),
        ("subject__unit__faculty", OwnFaculties),
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
        (_("Payer"), {"fields": ["who_paid", "mobile"]}),
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

    def find(self, request, queryset, term):
        if not term.strip():
            return queryset, False
        named = queryset.named(term)
        if named.exists():
            return named, False
        mobile = e164(term)
        term = persian.local_mobile(mobile) if mobile else term
        claims = Claim.objects.filter(receipt_number=term.strip())
        people = User.objects.filter(mobile=mobile)
        known = Q(pk__in=claims.values("payment")) | Q(payer__in=people.values("pk"))
        return queryset.matching(term) | queryset.filter(known), False

    def get_queryset(self, request):
        # Beside the list, for a join would slow what only some payments need.
        return super().get_queryset(request).prefetch_related("debt")

    @admin.display(description=_("payer"), ordering="payer_name")
    def who_paid(self, payment):
        return payment.who or "-"

    @admin.display(description=_("what for"), ordering="subject_title")
    def what_for(self, payment):
        both = '{}<br><small class="quiet">{}</small>'
        return format_html(both, payment.subject_title, payment.unit_title)

    @admin.display(description=_("amount (rial)"), ordering="amount")
    def rials(self, payment):
        return format_html('<span class="num">{}</span>', persian.rial(payment.amount))

    @admin.display(description=_("date and time"), ordering="created_at")
    def time(self, payment):
        return persian.jalali_numeric(payment.moment)

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
        present = payment.payer and persian.local_mobile(payment.payer.mobile)
        if present in {None, number}:
            return format_html('<bdi dir="ltr">{}</bdi>', number)
        now = _("now")
        return format_html(
            '<bdi dir="ltr">{}</bdi> ({} <bdi dir="ltr">{}</bdi>)', number, now, present
        )

    @admin.display(description=_("receipt code"))
    def receipt_code(self, payment):
        if payment.state != State.PAID:
            return "-"
        return latin(payment.spaced_code)

    @admin.display(description=_("card"))
    def card(self, payment):
        if not payment.masked_card:
            return "-"
        return format_html('<bdi dir="ltr">{}</bdi>', payment.masked_card)

    def get_urls(self):
        receipt = path(
            "<int:pk>/receipt.pdf",
            self.admin_site.admin_view(require_safe(self.receipt)),
            name="payments_payment_receipt",
        )
        return [receipt, *attention.urls(self.admin_site), *super().get_urls()]

    def receipt(self, request, pk):
        """The payer's receipt, for whoever may see the payment."""
        visible = self.get_queryset(request).paid().select_related("terminal")
        if not self.has_view_permission(request):
            visible = visible.none()
        payment = get_object_or_404(visible, pk=pk)
        self.note(request, payment)
        return receipts.as_file(payment)

    def whose(self, payment):
        return payment.payer, payment.order_number

    def change_view(self, request, object_id, form_url="", extra_context=None):
        payment = self.get_object(request, object_id)
        extra = {}
        if payment and payment.state == State.PAID:
            address = reverse("admin:payments_payment_receipt", args=[payment.pk])
            extra["receipt_address"] = address
        return super().change_view(request, object_id, form_url, extra)
