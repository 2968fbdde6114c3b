"""What the portal has stored and what the bank knows, read once for all invariants."""

from collections import defaultdict

from accounts.models import Message
from payments.models import Claim, GatewayCall, Payment, PaymentEvent

FACTS = ("order_number", "callback_key", "submission_key", "payer_id", "payer_mobile")
FACTS += ("subject_id", "unit_title", "subject_title", "amount", "terminal_id")
PAYMENT = ("pk", "state", "version", "created_at", "reference_number", *FACTS)
PAYMENT += ("terminal__merchant_number",)
CLAIM = ("pk", "payment_id", "state", "holds_receipt", "lease_until", "window_ends_at")
CLAIM += ("psp", "merchant_number", "receipt_number")
EVENT = ("payment_id", "seq", "from_state", "to_state", "is_alarm")
CALL = ("pk", "claim_id", "operation", "outcome", "closed_at")


class Books:
    """Rows with the few columns that the invariants look at."""

    def __init__(self, world):
        self.world, self.bank, self.wire = world, world.bank, world.wire
        self.now = world.now
        self.payments = rows(Payment.objects.order_by("pk"), PAYMENT)
        self.claims = rows(Claim.objects.order_by("pk"), CLAIM)
        self.calls = rows(GatewayCall.objects.order_by("pk"), CALL)
        self.told = rows(Message.objects.order_by("pk"), ("key", "template"))
        self.events = defaultdict(list)
        for event in rows(PaymentEvent.objects.order_by("seq"), EVENT):
            self.events[event.payment_id].append(event)
        self.payment_of = {payment.pk: payment for payment in self.payments}
        for payment in self.payments:
            world.facts.setdefault(payment.pk, facts_of(payment))

    @property
    def confirmed(self):
        return [claim for claim in self.claims if claim.state == "confirmed"]

    def claims_of(self, payment):
        return [claim for claim in self.claims if claim.payment_id == payment.pk]

    def in_state(self, *states):
        return [payment for payment in self.payments if payment.state in states]


def rows(queryset, names):
    return list(queryset.values_list(*names, named=True))


def facts_of(payment):
    return [getattr(payment, name) for name in FACTS]


def receipt_of(claim):
    return claim.psp, claim.merchant_number, claim.receipt_number
