"""What a payer may say of a debt: whole, or a part where the batch allows it."""

from dataclasses import replace

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from payment_portal.fields import MobileField, RialField
from payments.checkout import Draft
from payments.models import Payment
from payments.states import UNFINISHED

SALT = "payments.debt"
# What the form of another payment says, and this one never.
FOREIGN = {"faculty", "unit", "subject"}


class Tampered(Exception):
    """The form says what ours never says."""


class DebtForm(forms.Form):
    """Amount, subject and unit are the debt's; the seal tells what was shown."""

    amount = RialField(required=False, label=_("Amount to pay (rials)"))
    seal = forms.CharField(max_length=300, widget=forms.HiddenInput)
    submission_key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args, debt, payer=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.debt, self.payer = debt, payer

    @classmethod
    def of(cls, debt, submission_key, *, payer=None):
        """The form as it is first shown."""
        amount = min(debt.rest, settings.MAX_AMOUNT)
        shown = {"amount": amount, "submission_key": submission_key}
        shown["seal"] = signing.dumps([str(debt.public_id), debt.rest], salt=SALT)
        return cls(initial=shown, debt=debt, payer=payer)

    def clean_seal(self):
        try:
            public_id, shown = signing.loads(self.cleaned_data["seal"], salt=SALT)
        except signing.BadSignature as error:
            raise Tampered from error
        if public_id != str(self.debt.public_id) or FOREIGN.intersection(self.data):
            raise Tampered
        return shown

    def clean(self):
        shown, amount = map(self.cleaned_data.get, ("seal", "amount"))
        if shown is None:
            raise Tampered
        if self.debt.least_part is None and amount not in {None, shown}:
            raise Tampered
        if self.debt.least_part is None and "amount" in self.errors:
            raise Tampered
        if "amount" in self.errors or self.is_outdated:
            return
        self.cleaned_data["amount"] = self.debt.rest if amount is None else amount
        try:
            self.debt.check_part(self.cleaned_data["amount"])
        except forms.ValidationError as error:
            self.add_error("amount", error)

    @property
    def is_outdated(self):
        """Whether something else is left to pay than what was shown."""
        return self.cleaned_data.get("seal") != self.debt.rest

    def running(self):
        """The payment of this debt that this payer has not finished."""
        running = Payment.objects.filter(debt=self.debt, state__in=UNFINISHED)
        return self._of_payer(running).latest_first().first()

    def _of_payer(self, payments):
        return payments.of(self.payer)

    @property
    def draft(self):
        return Draft(
            payer=self.payer,
            subject=self.debt.subject,
            amount=self.cleaned_data["amount"],
            submission_key=self.cleaned_data["submission_key"],
            debt=self.debt,
        )


class GuestForm(DebtForm):
    """The same for somebody without an account, who is told by his mobile."""

    mobile = MobileField(
        label=_("Your mobile number"),
        help_text=_(
            "We will send the result to it by SMS and keep it with the payment."
        ),
    )

    def _of_payer(self, payments):
        mobile = getattr(self, "cleaned_data", {}).get("mobile")
        return payments.filter(payer=None, payer_mobile=mobile)

    @property
    def draft(self):
        mobile = self.cleaned_data["mobile"]
        return replace(super().draft, mobile=mobile, language=get_language())
