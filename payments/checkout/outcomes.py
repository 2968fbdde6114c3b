"""What becomes of a payment once the truth about its claims is known."""

from datetime import datetime, timedelta

from accounts.limits import Rule, TooMany, take
from accounts.models import Message
from debts.models import Debt
from payments import gateways, notes
from payments.checkout.steps import alarm, unpaid
from payments.gateways.base import Confirmation
from payments.line import without_cards
from payments.models import Claim, Payment, PaymentEvent
from payments.states import Reason, Settlement, State

Cause = PaymentEvent.Cause
DAY = timedelta(days=1)
FEW = 3  # failures of which a guest's number hears, or a debt's guests hear, in a day


def mark_paid(
    claim: Claim,
    confirmation: Confirmation,
    *,
    now: datetime,
    cause: str,
    **event: object,
) -> None:
    """Make the payment of a confirmed claim PAID, and tell the payer once."""
    payment = claim.payment
    if payment.state == State.UNPAID:
        payment.move_to(State.CHECKING, now=now, cause=cause, claim=claim)
    payment.move_to(
        State.PAID,
        now=now,
        cause=cause,
        claim=claim,
        facts=_facts(claim, confirmation, now),
        **event,
    )
    _count_for_debt(payment, now=now, cause=cause)
    values = {
        "token": f"{payment.amount:,}",
        "token2": payment.order_number,
        "token3": confirmation.reference_number,
    }
    _tell(payment, "payment-paid", values, f"payment-paid:{payment.pk}", now)


def _count_for_debt(payment: Payment, *, now: datetime, cause: str) -> None:
    """Count the money for the debt; staff are told of what is too much."""
    if payment.debt_id is None:
        return
    debt = Debt.objects.select_for_update().get(pk=payment.debt_id)
    surplus = debt.take(payment.amount, payment.order_number, now=now)
    if surplus:
        alarm(payment, notes.OVERPAID, now=now, cause=cause, code=str(surplus))


def _facts(
    claim: Claim, confirmation: Confirmation, now: datetime
) -> dict[str, object]:
    settlement = gateways.traits(claim.psp).needs_settlement
    return {
        "paid_at": now,
        "reference_number": confirmation.reference_number,
        "tracking_number": confirmation.tracking_number or claim.payment.order_number,
        "masked_card": without_cards(confirmation.masked_card)[:30],
        "settlement": Settlement.DUE if settlement else Settlement.NOT_NEEDED,
        "next_try_at": now if settlement else None,
    }


def close_unpaid(
    payment: Payment,
    reason: str,
    *,
    now: datetime,
    cause: str,
    away: bool,
    **event: object,
) -> None:
    """Make the payment UNPAID, once no claim may still turn out to be money.

    ``away`` says that the payer is not looking at a page that would tell him.
    """
    waiting = payment.claims.open().exists()
    doubtful = payment.claims.filter(state=Claim.State.REVIEW).exists()
    if waiting or doubtful or payment.state not in {State.CHECKING, State.REVIEW}:
        return
    unpaid(payment, reason, now=now, cause=cause, **event)
    if away and (payment.payer_id or _guest_may_hear(payment, now)):
        values = {"token": f"{payment.amount:,}", "token2": payment.order_number}
        _tell(payment, "payment-unpaid", values, f"payment-unpaid:{payment.pk}", now)


def _guest_may_hear(payment: Payment, now: datetime) -> bool:
    """Whether the mobile that a guest has named is told of his failure.

    It may be a stranger's: what a browser alone called money, and the bank at once
    denied, is not worth an SMS.
    """
    told_by_bank = payment.unpaid_reason == Reason.REVERSED
    if not told_by_bank and not payment.claims.maybe_money().exists():
        return False
    rules = [
        Rule("failures-of-guest", payment.payer_mobile, FEW, DAY),
        Rule("failures-of-debt", str(payment.debt_id), FEW, DAY),
    ]
    try:
        take(rules, now)
    except TooMany:
        return False
    return True


def _tell(
    payment: Payment, template: str, values: dict[str, str], key: str, now: datetime
) -> None:
    Message.objects.queue(
        now,
        channel="sms",
        to=payment.payer_mobile,
        template=template,
        values=values,
        key=key,
        language=payment.language,
    )
