"""A debt that somebody began to pay and left: its next payer has the bank asked."""

from django.conf import settings
from django.utils import timezone

from debts.models import Debt
from payments.checkout.asking import look_again, may_be_asked
from payments.checkout.closing import expire
from payments.checkout.steps import Clock
from payments.models import GatewayCall, Payment

Outcome = GatewayCall.Outcome


def make_way(debt: Debt, *, clock: Clock = timezone.now) -> None:
    """Close the payment that holds a debt, once its bank knows of no money.

    A bank that cannot be asked, or does not answer, keeps the debt held for longer.
    """
    began = clock()
    left = Payment.objects.left_at_bank(debt, began - settings.DEBT_HELD)
    payment = left.select_related("terminal").first()
    if payment is None or not may_be_asked(payment):
        return
    look_again(payment, clock=clock)
    answers = payment.calls.filter(started_at__gte=began)
    if answers.filter(outcome__in=[Outcome.YES, Outcome.NO]).exists():
        expire(payment, clock=clock)
