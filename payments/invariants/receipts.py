"""One receipt, one payment, one amount, one message."""

from django.utils.translation import gettext_noop as _

from payments.invariants.invariant import Invariant

RECEIPTS = [
    Invariant(
        "INV-01",
        _("One receipt of a bank pays at most one payment."),
        """
        SELECT payment_id FROM payments_claim
        WHERE holds_receipt AND (psp, merchant_number, receipt_number) IN (
            SELECT psp, merchant_number, receipt_number FROM payments_claim
            WHERE holds_receipt
            GROUP BY psp, merchant_number, receipt_number HAVING count(*) > 1
        )
        """,
    ),
    Invariant(
        "INV-02",
        _("One payment has at most one confirmed receipt."),
        """
        SELECT payment_id FROM payments_claim WHERE state = 'confirmed'
        GROUP BY payment_id HAVING count(*) > 1
        """,
    ),
    Invariant(
        "INV-03",
        _("Behind every paid payment stands the yes of the bank, or of two officers."),
        """
        SELECT payment.id
        FROM payments_payment payment
        WHERE payment.state = 'paid' AND NOT EXISTS (
            SELECT 1 FROM payments_claim claim
            JOIN payments_gatewaycall asked ON asked.claim_id = claim.id
            WHERE claim.payment_id = payment.id
                AND claim.state = 'confirmed' AND claim.holds_receipt
                AND asked.operation = 'verify' AND asked.outcome = 'yes'
        ) AND NOT EXISTS (
            SELECT 1 FROM payments_claim claim
            JOIN payments_decision decision
                ON decision.payment_id = claim.payment_id
                AND decision.receipt_number = claim.receipt_number
            WHERE claim.payment_id = payment.id
                AND claim.state = 'confirmed' AND claim.holds_receipt
                AND decision.verdict = 'paid' AND decision.state = 'confirmed'
                AND decision.closed_by_id <> decision.recorded_by_id
        )
        """,
    ),
    Invariant(
        "INV-04",
        _("What the bank confirmed is the payment's amount at its own terminal."),
        """
        SELECT payment.id
        FROM payments_payment payment
        JOIN payments_claim claim ON claim.payment_id = payment.id
        JOIN payments_terminal terminal ON terminal.id = payment.terminal_id
        WHERE claim.state = 'confirmed' AND (
            coalesce(claim.confirmed_amount, 0) <> payment.amount
            OR claim.psp <> terminal.psp
            OR claim.merchant_number <> terminal.merchant_number
        )
        """,
    ),
    Invariant(
        "INV-12",
        _("An order number is sent to a bank once."),
        """
        SELECT payment_id FROM payments_gatewaycall WHERE operation = 'start'
        GROUP BY payment_id HAVING count(*) > 1
        """,
    ),
    Invariant(
        "INV-17",
        _("Every paid payment, and no other, is told to its payer once."),
        """
        SELECT payment.id
        FROM payments_payment payment
        LEFT JOIN (
            SELECT "values" ->> 'token2' AS order_number, count(*) AS times
            FROM accounts_message WHERE template = 'payment-paid'
            GROUP BY "values" ->> 'token2'
        ) AS told ON told.order_number = payment.order_number
        WHERE coalesce(told.times, 0)
                <> CASE WHEN payment.state = 'paid' THEN 1 ELSE 0 END
            OR (payment.state = 'paid'
                AND (payment.reference_number = '' OR payment.tracking_number = ''))
        """,
    ),
    Invariant(
        "INV-21",
        _("Money that the bank confirmed belongs to a paid payment."),
        """
        SELECT claim.payment_id
        FROM payments_claim claim
        JOIN payments_payment payment ON payment.id = claim.payment_id
        WHERE claim.state = 'confirmed' AND payment.state <> 'paid'
        """,
    ),
]
