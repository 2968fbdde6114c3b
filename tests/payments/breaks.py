"""Every way to break an invariant of the money, as raw SQL on an unguarded database.

Each row: the invariant, the kind of payment (a fixture), how many minutes later it is
looked at, and the statements. There is no other payment, so none says which.
"""

INDEXES = ["claim_receipt_held_once", "claim_confirmed_once_a_payment"]
CHECKS = [
    ("payments_claim", "claim_confirmed_holds_receipt"),
    ("payments_decision", "decision_confirmed_by_a_second_officer"),
    ("payments_payment", "payment_paid_has_its_facts"),
    ("payments_payment", "payment_facts_only_when_paid"),
]

SECOND_CLAIM = """
    INSERT INTO payments_claim (payment_id, receipt_number, psp, merchant_number,
        source, state, holds_receipt, confirmed_amount, code, tries, unknown_tries,
        window_ends_at, created_at)
    SELECT payment_id, 'second', psp, merchant_number,
        source, state, holds_receipt, confirmed_amount, code, tries, unknown_tries,
        window_ends_at, created_at
    FROM payments_claim
"""
SECOND_START = """
    INSERT INTO payments_gatewaycall (payment_id, operation, started_at, closed_at,
        outcome, code)
    SELECT payment_id, operation, started_at, closed_at, outcome, code
    FROM payments_gatewaycall WHERE operation = 'start'
"""
INQUIRY = """
    INSERT INTO payments_gatewaycall (payment_id, operation, started_at, closed_at,
        outcome, code)
    SELECT id, 'inquire', created_at, created_at, '{outcome}', ''
    FROM payments_payment
"""
UNANSWERED, ANSWERED = (INQUIRY.format(outcome=one) for one in ("unknown", "yes"))
SECOND_MESSAGE = """
    INSERT INTO accounts_message (channel, "to", template, language, "values", "key",
        state, tries, next_try_at, created_at, provider_id, problem)
    SELECT channel, "to", template, language, "values", 'second', state,
        tries, next_try_at, created_at, provider_id, problem
    FROM accounts_message
"""
EVENT = """
    INSERT INTO payments_paymentevent (payment_id, seq, from_state, to_state, cause,
        code, note, is_alarm, at)
    SELECT id, version + 1, '{old}', '{new}', 'worker', '', '', FALSE, created_at
    FROM payments_payment
"""


def event(old, new):
    """Say that a payment moved, as the mover would have written it."""
    return [
        EVENT.format(old=old, new=new),
        "UPDATE payments_payment SET version = version + 1",
    ]


BREAKS = [
    ("INV-01", "twice_paid", 0, ["UPDATE payments_claim SET receipt_number = 'one'"]),
    ("INV-02", "paid", 0, [SECOND_CLAIM]),
    (
        "INV-03",
        "paid",
        0,
        ["UPDATE payments_claim SET state = 'rejected', holds_receipt = FALSE"],
    ),
    ("INV-03", "paid", 0, ["UPDATE payments_claim SET holds_receipt = FALSE"]),
    ("INV-03", "paid", 0, ["UPDATE payments_gatewaycall SET outcome = 'no'"]),
    (
        "INV-03",
        "decided",
        0,
        ["UPDATE payments_decision SET closed_by_id = recorded_by_id"],
    ),
    ("INV-03", "decided", 0, ["UPDATE payments_decision SET receipt_number = 'x'"]),
    ("INV-04", "paid", 0, ["UPDATE payments_claim SET confirmed_amount = 499999"]),
    ("INV-04", "paid", 0, ["UPDATE payments_claim SET confirmed_amount = NULL"]),
    ("INV-04", "paid", 0, ["UPDATE payments_claim SET merchant_number = '2016'"]),
    ("INV-04", "paid", 0, ["UPDATE payments_terminal SET psp = 'mellat'"]),
    (
        "INV-05",
        "paid",
        0,
        [
            *event("paid", "unpaid"),
            *event("unpaid", "checking"),
            *event("checking", "paid"),
        ],
    ),
    ("INV-06", "at_bank", 0, ["UPDATE payments_payment SET state = 'checking'"]),
    ("INV-06", "at_bank", 0, ["UPDATE payments_payment SET version = 3"]),
    (
        "INV-06",
        "at_bank",
        0,
        [
            "UPDATE payments_paymentevent SET seq = 3 WHERE seq = 2",
            "UPDATE payments_payment SET version = 3",
        ],
    ),
    (
        "INV-06",
        "at_bank",
        0,
        ["UPDATE payments_paymentevent SET from_state = 'at_bank' WHERE seq = 2"],
    ),
    ("INV-06", "at_bank", 0, ["DELETE FROM payments_paymentevent"]),
    (
        "INV-07",
        "at_bank",
        0,
        [
            *event("at_bank", "review"),
            "UPDATE payments_payment SET state = 'review'",
        ],
    ),
    (
        "INV-08",
        "unknown",
        1.1,
        ["UPDATE payments_claim SET state = 'checking', lease_until = next_try_at"],
    ),
    ("INV-08", "unknown", 0, ["UPDATE payments_claim SET state = 'checking'"]),
    (
        "INV-08",
        "paid",
        1.1,
        [
            """
            INSERT INTO payments_gatewaycall (payment_id, claim_id, operation,
                started_at, outcome, code)
            SELECT payment_id, claim_id, 'verify', started_at, '', ''
            FROM payments_gatewaycall WHERE operation = 'verify'
            """
        ],
    ),
    (
        "INV-08",
        "at_bank",
        3.1,
        ["UPDATE payments_gatewaycall SET closed_at = NULL, outcome = ''"],
    ),
    ("INV-09", "unknown", 36, []),
    ("INV-09", "unknown", 0, ["UPDATE payments_claim SET next_try_at = NULL"]),
    ("INV-09", "review", 0, ["UPDATE payments_paymentevent SET is_alarm = FALSE"]),
    ("INV-10", "at_bank", 96, []),
    ("INV-10", "at_bank", 96, [UNANSWERED, ANSWERED]),
    ("INV-10", "at_bank", 25.1 * 60, [UNANSWERED]),
    (
        "INV-10",
        "started",
        3.1,
        ["UPDATE payments_gatewaycall SET closed_at = started_at, outcome = 'unknown'"],
    ),
    ("INV-11", "at_bank", 0, ["UPDATE payments_payment SET amount = 50000"]),
    ("INV-11", "at_bank", 0, ["UPDATE payments_payment SET order_number = '1'"]),
    ("INV-11", "at_bank", 0, ["UPDATE payments_payment SET payer_mobile = '+98918'"]),
    ("INV-12", "at_bank", 0, [SECOND_START]),
    ("INV-25", "for_a_debt", 0, ["UPDATE debts_debt SET in_payment = 1"]),
    (
        "INV-25",
        "for_a_debt",
        0,
        [
            "UPDATE debts_debt SET amount = amount + 1, paid_amount = paid_amount + 1",
        ],
    ),
    (
        "INV-25",
        "for_a_debt",
        0,
        ["UPDATE debts_debt SET paid_amount = 1, state = 'open'"],
    ),
    ("INV-15", "unsettled", 16, []),
    ("INV-17", "paid", 0, ["DELETE FROM accounts_message"]),
    ("INV-17", "paid", 0, [SECOND_MESSAGE]),
    ("INV-17", "paid", 0, ["UPDATE payments_payment SET reference_number = ''"]),
    (
        "INV-18",
        "unknown",
        0,
        [
            *event("checking", "unpaid"),
            "UPDATE payments_payment SET state = 'unpaid', unpaid_reason = 'declined'",
        ],
    ),
    (
        "INV-21",
        "unknown",
        0,
        [
            "UPDATE payments_claim SET state = 'confirmed', holds_receipt = TRUE,"
            " confirmed_amount = 700000"
        ],
    ),
]
