"""Whether the portal's books and the bank's ledger tell the same, when all is calm."""

from collections import Counter

from accounts.models import Message
from payments.models import Claim, GatewayCall, PaymentEvent
from payments.models.claims import OPEN

OURS = {"paid", "review"}  # the bank's money is with us, or staff look into it
UNDECIDED = ["started", "at_bank", "checking"]


def disagreements(portal):
    """Payments that are ours while the bank's money is not, or the reverse."""
    ledger = {row["resnum"]: row for row in portal.sandbox.ledger()}
    found = []
    for payment in portal.payments.iterator():
        row = ledger.pop(payment.order_number, {"state": "unknown there"})
        verified = row["state"] == "verified"
        if verified != (payment.state in OURS):
            found.append(f"{payment} is {payment.state}, bank: {row['state']}")
        elif verified and row["amount"] != payment.amount:
            found.append(f"{payment} is {payment.amount}, bank: {row['amount']}")
    return found + [f"{order} is not ours" for order in ledger]


def unknown(portal):
    """How much the portal does not know yet, by kind."""
    claims = portal.rows(Claim).filter(state__in=OPEN)
    payments = portal.payments.filter(state__in=UNDECIDED)
    return {
        "claims": claims.count(),
        "payments": payments.count(),
    }


def told_wrongly(portal):
    """Payments whose payer was not told exactly once that they are paid."""
    keys = portal.rows(Message).filter(template="payment-paid")
    written = Counter(keys.values_list("key", flat=True))
    paid = portal.payments.paid().values_list("pk", flat=True)
    return written != Counter(f"payment-paid:{pk}" for pk in paid)


def broken_promises(portal, stories):
    """Results that a payer was shown and that are no longer true."""
    stored = {one.get_absolute_url(): one for one in portal.payments.iterator()}
    found = []
    for story in stories:
        payment = stored.get(story.address)
        if payment is None:
            found.append(f"{story.address} is lost")
        elif "paid" in story.seen and payment.state != "paid":
            found.append(f"{payment} was shown paid, is {payment.state}")
        elif "unpaid" in story.seen and payment.state in OURS:
            found.append(f"{payment} was shown unpaid, is {payment.state}")
    return found


def decided_at(portal):
    """Address of the result page -> when its payment was decided for the last time."""
    events = portal.rows(PaymentEvent).filter(to_state__in=["paid", "unpaid", "review"])
    return {
        event.payment.get_absolute_url(): event.at.timestamp()
        for event in events.select_related("payment").order_by("pk")
    }


def crashed_calls(portal):
    return portal.rows(GatewayCall).filter(code="crashed").count()
