"""How long what is open may stay so."""

from django.utils.translation import gettext_noop as _

from payments.invariants.invariant import Invariant

WAITING = [
    Invariant(
        "INV-08",
        _("No lease of a check and no call to a bank is older than a minute."),
        # A start that was cut off is given up after two minutes.
        """
        SELECT payment_id FROM payments_claim
        WHERE lease_until < %(lease_taken)s
            OR (state = 'checking' AND lease_until IS NULL)
        UNION
        SELECT payment_id FROM payments_gatewaycall
        WHERE closed_at IS NULL AND (
            started_at < %(minutes_3)s
            OR (operation <> 'start' AND started_at < %(minutes_1)s)
        )
        """,
    ),
    Invariant(
        "INV-09",
        _("No claim waits for the truth longer than it must, unseen by staff."),
        # A bank answers if, in the last two minutes, it gave a clear answer and never
        # kept silent. No more than the newest calls are looked at for that. What was
        # put off on purpose was told to staff.
        """
        WITH answering AS (
            SELECT about.psp, about.merchant_number
            FROM payments_gatewaycall asked
            JOIN payments_claim about ON about.id = asked.claim_id
            WHERE asked.closed_at > %(minutes_2)s AND asked.code <> 'crashed'
                AND asked.id > (SELECT max(id) - 10000 FROM payments_gatewaycall)
            GROUP BY about.psp, about.merchant_number
            HAVING sum(CASE WHEN asked.outcome = 'unknown' THEN 1 ELSE 0 END) = 0
        )
        SELECT claim.payment_id
        FROM payments_claim claim
        LEFT JOIN answering
            ON answering.psp = claim.psp
            AND answering.merchant_number = claim.merchant_number
        WHERE claim.state IN ('new', 'unknown') AND (
            claim.window_ends_at < %(minutes_5)s
            OR (claim.created_at < %(minutes_2)s AND answering.psp IS NOT NULL
                AND NOT EXISTS (
                    SELECT 1 FROM payments_paymentevent event
                    WHERE event.payment_id = claim.payment_id AND event.is_alarm
                ))
        )
        UNION
        SELECT payment_id FROM payments_claim
        WHERE state IN ('new', 'unknown', 'reversing') AND next_try_at IS NULL
        UNION
        SELECT claim.payment_id
        FROM payments_claim claim
        WHERE claim.state IN ('review', 'reversing') AND NOT EXISTS (
            SELECT 1 FROM payments_paymentevent event
            WHERE event.payment_id = claim.payment_id AND event.is_alarm
        )
        """,
    ),
    Invariant(
        "INV-10",
        _("No payment waits for its token over 3 minutes, or at the bank too long."),
        # A bank that kept silent when last asked, or rests for its silence, is asked
        # for a day.
        """
        SELECT payment.id
        FROM payments_payment payment
        JOIN payments_terminal terminal ON terminal.id = payment.terminal_id
        WHERE (payment.state = 'started' AND payment.created_at < %(minutes_3)s)
            OR (payment.state = 'at_bank' AND payment.created_at < %(at_silent_bank)s)
            OR (payment.state = 'at_bank' AND payment.created_at < %(at_bank)s
                AND COALESCE(terminal.resting_until < %(minutes_5)s, TRUE)
                AND COALESCE((
                    SELECT asked.outcome FROM payments_gatewaycall asked
                    WHERE asked.payment_id = payment.id
                        AND asked.operation = 'inquire' AND asked.closed_at IS NOT NULL
                    ORDER BY asked.id DESC LIMIT 1
                ), '') <> 'unknown')
        """,
    ),
    Invariant(
        "INV-15",
        _("Paid money is settled within 15 minutes, or staff are alarmed."),
        """
        SELECT payment.id
        FROM payments_payment payment
        WHERE payment.state = 'paid' AND payment.settlement = 'due'
            AND payment.paid_at < %(minutes_15)s AND NOT EXISTS (
                SELECT 1 FROM payments_paymentevent event
                WHERE event.payment_id = payment.id AND event.is_alarm
                    AND event.at >= payment.paid_at
            )
        """,
    ),
]
