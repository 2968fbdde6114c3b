"""What debts say of their payments."""

from django.utils.translation import gettext_noop as _

from payments.invariants.invariant import Invariant
from payments.states import UNFINISHED

DEBTS = [
    Invariant(
        "INV-25",
        _("A debt counts what its payments brought, and knows who is paying it."),
        f"""
        SELECT payment.id
        FROM payments_payment payment
        JOIN debts_debt debt ON debt.id = payment.debt_id
        JOIN (
            SELECT debt_id,
                sum(CASE WHEN state = 'paid' THEN amount ELSE 0 END) AS brought,
                sum(CASE WHEN state IN ('{"', '".join(UNFINISHED)}')
                    THEN 1 ELSE 0 END) AS unfinished
            FROM payments_payment
            WHERE debt_id IS NOT NULL
            GROUP BY debt_id
        ) AS told ON told.debt_id = debt.id
        WHERE debt.in_payment <> told.unfinished
            OR debt.paid_amount > told.brought
            OR (debt.state = 'open' AND debt.paid_amount < told.brought)
        """,  # noqa: S608  constants only
    ),
]
