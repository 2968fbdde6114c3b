"""What must hold once a worker has been at it for a while, and at rest."""

from datetime import timedelta

from payments import invariants as production
from payments.checkout.patience import is_tried
from payments.models import GatewayCallBody, Payment
from tests.model.invariants import OPEN, holds

AFTER_WORK, BANK_AWAY, BANK_BACK, AT_REST = [], [], [], []

# ---- while a worker runs -------------------------------------------------------------


@holds(AFTER_WORK, "INV-10", "nobody waits for ever at the start or at the bank")
def waiting_ends(books):
    longest = {"started": timedelta(minutes=3), "at_bank": timedelta(minutes=95)}
    for payment in books.in_state(*longest):
        if books.now - payment.created_at > longest[payment.state]:
            yield payment.pk, payment.state


@holds(BANK_AWAY, "INV-09", "no claim stays unknown five minutes past its window")
def silence_has_an_end(books):
    for claim in books.claims:
        late = books.now - claim.window_ends_at
        if claim.state in OPEN - {"reversing"} and late > timedelta(minutes=5):
            yield claim


@holds(BANK_BACK, "INV-09", "no claim stays unknown for two minutes of answers")
def truth_is_found_soon(books):
    if not books.bank.rules.repeat_tells:
        return  # the bank never says yes a second time
    for claim in books.claims:
        if claim.state in OPEN and not is_tried(Payment(pk=claim.payment_id)):
            yield claim


@holds(BANK_BACK, "INV-08", "no lease and no open call is older than a minute")
def nothing_stays_taken(books):
    minute_ago = books.now - timedelta(minutes=1)
    yield from (
        one for one in books.claims if one.lease_until and one.lease_until < minute_ago
    )
    for call in books.calls:
        if call.closed_at is None and call.operation != "start":
            yield call


# ---- at rest: no faults, every window over, nothing left to do -----------------------


@holds(AT_REST, "INV-08", "nothing is open, nothing waits, every doubt has its alarm")
def nothing_is_open(books):
    yield from books.in_state("started", "at_bank", "checking")
    yield from (one for one in books.claims if one.state in OPEN or one.lease_until)
    yield from (call for call in books.calls if call.closed_at is None)
    for payment in books.in_state("review"):
        if not any(event.is_alarm for event in books.events[payment.pk]):
            yield payment


@holds(AT_REST, "INV-21", "money that the bank verified is paid or under review")
def kept_money_is_known(books):
    known = {
        claim.receipt_number
        for claim in books.claims
        if (claim.state, books.payment_of[claim.payment_id].state)
        in {("confirmed", "paid"), ("review", "review"), ("review", "paid")}
    }
    for one in books.bank.ledger:
        if one.state == "verified" and one.receipt not in known:
            yield one


@holds(AT_REST, "INV-21", "paid means that the bank keeps the money")
def paid_money_is_kept(books):
    for claim in books.confirmed:
        if books.bank.of_receipt(claim.receipt_number).state != "verified":
            yield claim.receipt_number


@holds(AT_REST, "INV-21", "under review only where an answer was lost")
def doubt_has_a_cause(books):
    for payment in books.in_state("review"):
        doubtful = [one for one in books.claims_of(payment) if one.state == "review"]
        if not {one.receipt_number for one in doubtful} & books.wire.disturbed:
            yield payment


@holds(AT_REST, "INV-17", "every paid payment was told by SMS")
def paid_was_sent(books):
    return {one.order_number for one in books.in_state("paid")} ^ set(books.world.phone)


@holds(AT_REST, "INV-23", "no card number and no token stands in the record of a call")
def secrets_are_masked(books):
    kept = "".join(body.request + body.answer for body in GatewayCallBody.objects.all())
    return [one.token for one in books.bank.ledger if f'"{one.token}"' in kept]


@holds(AT_REST, "INV-01…22", "what production asks about its money agrees")
def production_finds_nothing(books):
    return [one for one in production.check(books.now) if one.count]
