"""What must hold after every step; each returns whatever breaks it.

The numbers are those of the reliability reference, 1.7. INV-22 is asked where a payer
submits again; 13, 14, 15, 16 and 24 speak of what no payment at this bank does.
"""

from collections import Counter

from tests.model.books import Books, facts_of, receipt_of

# Written down here once more, so that a change of the product's table is noticed.
WAYS = {
    ("", "started"),
    ("started", "at_bank"),
    ("started", "unpaid"),
    ("at_bank", "checking"),
    ("at_bank", "unpaid"),
    ("checking", "paid"),
    ("checking", "unpaid"),
    ("checking", "review"),
    ("unpaid", "checking"),
    ("review", "paid"),
    ("review", "unpaid"),
}
OPEN = {"new", "checking", "unknown", "reversing"}
ALWAYS = []


def check(invariants, world):
    books = Books(world)
    for number, sentence, find in invariants:
        broken = list(find(books))
        assert not broken, f"{number} {sentence}: {broken}"


def holds(moment, number, sentence):
    def register(find):
        moment.append((number, sentence, find))
        return find

    return register


def repeated(things):
    return [thing for thing, times in Counter(things).items() if times > 1]


# ---- after every step ----------------------------------------------------------------


@holds(ALWAYS, "INV-01", "one receipt pays at most one payment")
def receipt_pays_once(books):
    return repeated(receipt_of(claim) for claim in books.confirmed)


@holds(ALWAYS, "INV-02", "one payment has at most one receipt")
def payment_has_one_receipt(books):
    return repeated(one.payment_id for one in books.confirmed)


@holds(ALWAYS, "INV-03", "paid means a confirmed claim and a verify answered with yes")
def paid_is_confirmed(books):
    confirmed = {one.payment_id: one.pk for one in books.confirmed if one.holds_receipt}
    yes = {
        call.claim_id
        for call in books.calls
        if (call.operation, call.outcome) == ("verify", "yes")
    }
    paid = {one.pk for one in books.in_state("paid")}
    return (paid ^ set(confirmed)) | (set(confirmed.values()) - yes)


@holds(
    ALWAYS, "INV-04", "the bank holds the payment's amount at the payment's terminal"
)
def amount_and_terminal_agree(books):
    for claim in books.confirmed:
        found = books.bank.of_receipt(claim.receipt_number)
        payment = books.payment_of[claim.payment_id]
        ours = (payment.amount, payment.terminal__merchant_number)
        if found is None or (found.amount, found.merchant) != ours:
            yield claim.receipt_number, ours, found


@holds(ALWAYS, "INV-05", "no event leaves paid")
def paid_is_final(books):
    for events in books.events.values():
        for event in events:
            if event.from_state == "paid" != event.to_state:
                yield event


@holds(ALWAYS, "INV-06", "a state is that of the last event, and no event is missing")
def events_tell_the_state(books):
    for payment in books.payments:
        state = ""
        for seq, event in enumerate(books.events[payment.pk], 1):
            if (event.seq, event.from_state) != (seq, state):
                yield event, state
            state = event.to_state
        if (payment.state, payment.version) != (state, seq):
            yield payment.pk, payment.state, payment.version


@holds(ALWAYS, "INV-07", "every move is one of the known ways, or a note")
def moves_are_known(books):
    for events in books.events.values():
        for event in events:
            way = (event.from_state, event.to_state)
            if way not in WAYS and way[0] != way[1]:
                yield event


@holds(ALWAYS, "INV-11", "what a payment is for never changes")
def facts_stay(books):
    known = books.world.facts
    return [one.pk for one in books.payments if facts_of(one) != known[one.pk]]


@holds(ALWAYS, "INV-12", "an order number is never sent twice")
def order_number_is_sent_once(books):
    return repeated(books.wire.orders)


@holds(ALWAYS, "INV-17", "one message and one reference number per paid payment")
def paid_is_told_once(books):
    told = [one.key for one in books.told if one.template == "payment-paid"]
    paid = books.in_state("paid")
    due = {f"payment-paid:{one.pk}" for one in paid}
    yield from repeated(told)
    yield from set(told) ^ due
    yield from repeated(one.reference_number for one in paid)
    yield from repeated(books.world.phone)


@holds(ALWAYS, "INV-18", "nobody reads unpaid while a claim is open")
def unpaid_has_no_open_claim(books):
    for payment in books.in_state("unpaid"):
        yield from (one for one in books.claims_of(payment) if one.state in OPEN)


@holds(ALWAYS, "INV-19", "the bank is asked only about what a matching return named")
def verify_is_asked_for_a_match(books):
    return set(books.bank.verified) - books.world.brought


@holds(ALWAYS, "INV-20", "a receipt of one payment is never verified for another")
def owned_receipt_is_not_verified(books):
    asked = [one for one in books.calls if one.operation == "verify"]
    claims = {claim.pk: claim for claim in books.claims}
    for owner in books.confirmed:
        yes = max(one.pk for one in asked if one.claim_id == owner.pk)
        for call in asked:
            claim = claims[call.claim_id]
            others = claim.payment_id != owner.payment_id
            if others and receipt_of(claim) == receipt_of(owner) and call.pk > yes:
                yield claim
