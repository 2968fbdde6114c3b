"""The invariants of the stored money, asked every so often by one of the workers."""

import logging
from dataclasses import asdict

from payments import invariants
from payments.models import MoneyCheck

logger = logging.getLogger(__name__)


def run_when_due(now):
    """Check all invariants if it is this caller's turn, and alarm if one is broken."""
    if not MoneyCheck.objects.take_turn(now):
        return
    findings = invariants.check(now)
    MoneyCheck.objects.keep([asdict(finding) for finding in findings], now)
    for finding in findings:
        if finding.count:
            logger.error(
                "%s is broken: %s Payments: %d, first of them %s",
                finding.number,
                finding.sentence,
                finding.count,
                ", ".join(finding.order_numbers),
            )
