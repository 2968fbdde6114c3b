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
        LEFT JOIN (
            SELECT payment_id, count(*) AS steps, max(seq) AS last_seq,
                sum(CASE WHEN from_state = earlier THEN 0 ELSE 1 END) AS jumps
            FROM (
                SELECT payment_id, seq, from_state,
                    lag(to_state, 1, '') OVER (
                        PARTITION BY payment_id ORDER BY seq
                    ) AS earlier
                FROM payments_paymentevent
            ) AS step
            GROUP BY payment_id
        ) AS told ON told.payment_id = payment.id
        LEFT JOIN payments_paymentevent event
            ON event.payment_id = payment.id AND event.seq = told.last_seq
        WHERE event.id IS NULL
            OR event.to_state <> payment.state
            OR told.jumps > 0
            OR told.steps <> told.last_seq
            OR told.last_seq <> payment.version
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
