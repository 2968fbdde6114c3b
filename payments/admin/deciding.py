"""The form in which an officer writes down what the bank said about a payment."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payment_portal.fields import CleanCharField
from payment_portal.fields.text import typed
from payments.checkout.deciding import ANOTHERS
from payments.models import Claim, Decision

ANOTHER = ""  # no receipt that a return brought


class BankNumberField(forms.CharField):
    """A number of the bank, in the one spelling in which the bank writes it."""

    widget = forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"})
    default_validators = [
        RegexValidator(
            r"\A[\x21-\x7e]*\Z",
            gettext_lazy("The bank's numbers have Latin letters and digits only."),
        )
    ]

    def to_python(self, value):
        return "".join(typed(super().to_python(value)).split())


class DecisionForm(forms.ModelForm):
    claim = forms.ChoiceField(
        label=gettext_lazy("Receipt that the bank spoke of"),
        required=False,
        widget=forms.RadioSelect,
    )
    receipt_number = BankNumberField(
        label=gettext_lazy("Another receipt number"), max_length=64, required=False
    )
    is_unclaimed = forms.BooleanField(
        label=gettext_lazy("No return of this payment brought this receipt number"),
        required=False,
        help_text=gettext_lazy(
            "Tick it only after comparing the number with the bank's, sign by sign."
        ),
    )
    reference_number = BankNumberField(
        label=gettext_lazy("Reference number"), max_length=50, required=False
    )
    evidence = CleanCharField(
        label=gettext_lazy("Evidence"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Whom you asked, when, what was said; number of the letter or statement."
        ),
    )

    class Meta:
        model = Decision
        fields = ["verdict", "receipt_number", "reference_number", "evidence"]
        widgets = {"verdict": forms.RadioSelect}

    field_order = ["verdict", "claim", "receipt_number", "is_unclaimed"]

    def __init__(self, *args, payment, among, **kwargs):
        """``among``: the payments of which the officer may be told."""
        super().__init__(*args, **kwargs)
        self.payment, self.among = payment, among
        self.fields["verdict"].choices = Decision.Verdict.choices
        self.claims = list(payment.claims.order_by("pk"))
        self.fields["claim"].choices = [
            *((claim.receipt_number, self._told(claim)) for claim in self.claims),
            (ANOTHER, _("another, as written below")),
        ]

    @staticmethod
    def _told(claim):
        number, state = claim.receipt_number, claim.get_state_display()
        return format_html('<bdi class="latin" dir="ltr">{}</bdi> ({})', number, state)

    def clean(self):
        data = super().clean()
        if data.get("verdict") == Decision.Verdict.PAID and not self.errors:
            self._clean_numbers(data)
        return data

    def _clean_numbers(self, data):
        chosen, written = data["claim"], data["receipt_number"]
        if chosen and written not in {"", chosen}:
            self.add_error("receipt_number", _("Choose a receipt or write one."))
        data["receipt_number"] = receipt = chosen or written
        for name in ("receipt_number", "reference_number"):
            if not data[name]:
                self.add_error(name, _("The bank gives this number: write it."))
        if receipt:
            self._compare(receipt, data["is_unclaimed"])

    def _compare(self, receipt, is_unclaimed):
        """A number that is another payment's, or nobody's, is no proof by itself."""
        held = Claim.objects.keeping_from(self.payment, receipt).first()
        if held and self.among.filter(pk=held.payment_id).exists():
            paid = _("Payment %(number)s holds this receipt. One receipt pays once.")
            number = held.payment.order_number
            self.add_error("receipt_number", paid % {"number": number})
        elif held:
            self.add_error("receipt_number", ANOTHERS)
        elif not is_unclaimed and receipt not in {
            claim.receipt_number for claim in self.claims
        }:
            self.add_error(
                "is_unclaimed", _("No return of this payment brought this number.")
            )
