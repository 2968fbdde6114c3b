"""The way of a payment from state to state, and what never changes on it."""

from django.utils.translation import gettext_noop as _

from payments.invariants.invariant import Invariant
from payments.states import EDGES, State

# From nothing to started, and every edge of the table; out of paid there is none.
MOVES = [f">{State.STARTED}"] + [
    f"{old}>{new}" for old, news in EDGES.items() for new in sorted(news)
]

LIVES = [
    Invariant(
        "INV-05",
        _("Nothing leads away from paid."),
        """
        SELECT payment_id FROM payments_paymentevent
        WHERE from_state = 'paid' AND to_state <> 'paid'
        """,
    ),
    Invariant(
        "INV-06",
        _("Every payment is where its events, one after the other, have led it."),
        """
        SELECT payment.id
        FROM payments_payment payment
        JOIN (
            SELECT payment_id, seq, from_state, to_state,
                lag(to_state, 1, '') OVER life AS earlier_state,
                row_number() OVER life AS place,
                lead(seq) OVER life AS later_seq
            FROM payments_paymentevent
            WINDOW life AS (PARTITION BY payment_id ORDER BY seq)
        ) AS step ON step.payment_id = payment.id
        WHERE step.from_state <> step.earlier_state
            OR step.seq <> step.place
            OR (step.later_seq IS NULL AND (
                step.to_state <> payment.state OR step.seq <> payment.version
            ))
        UNION
        SELECT payment.id
        FROM payments_payment payment
        WHERE NOT EXISTS (
            SELECT 1 FROM payments_paymentevent event
            WHERE event.payment_id = payment.id
        )
        """,
    ),
    Invariant(
        "INV-07",
        _("Every move of a payment is one of the table."),
        f"""
        SELECT payment_id FROM payments_paymentevent
        WHERE from_state <> to_state
            AND from_state <> 'paid'  -- INV-05 speaks of these
            AND from_state || '>' || to_state NOT IN ('{"', '".join(MOVES)}')
        """,  # noqa: S608  constants only
    ),
    Invariant(
        "INV-11",
        _("Who pays what under which order number never changes."),
        # The key that payments are searched by was made once, of the same facts.
        """
        SELECT id FROM payments_payment
        WHERE search_key NOT LIKE order_number || ' %%'
            OR search_key NOT LIKE '%% 0' || substr(payer_mobile, 4) || ' %%'
            OR search_key NOT LIKE '%% ' || amount
        """,
    ),
    Invariant(
        "INV-18",
        _("No payment is unpaid while the truth about a claim is still to come."),
        """
        SELECT claim.payment_id
        FROM payments_claim claim
        JOIN payments_payment payment ON payment.id = claim.payment_id
        WHERE payment.state = 'unpaid' AND claim.state IN ('new', 'unknown')
        """,
    ),
]
