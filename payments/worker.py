"""What has to be done without anybody asking.

The tables are the queue: whatever is due is found by its time, and every piece is
taken by a conditional update, so any number of workers may run.
"""

import logging

from django.conf import settings
from django.utils import timezone

from accounts import outbox
from payments import checkout
from payments.models import Claim, Payment, PaymentEvent
from payments.states import State

logger = logging.getLogger(__name__)

BATCH = 50


def run_once(*, clock=timezone.now):
    """Do what is due now; return how many pieces of work that was."""
    return _check_claims(clock) + _close_payments(clock) + outbox.send_due(clock())


def _check_claims(clock):
    now = clock()
    silent = {"payment__terminal__resting_until__gt": now}
    due = Claim.objects.due(now).exclude(**silent).select_related("payment__terminal")
    return sum(
        checkout.check(
            claim,
            cause=PaymentEvent.Cause.WORKER,
            deadline=settings.GATEWAY_WORKER_DEADLINE,
            clock=clock,
        )
        for claim in due[:BATCH]
    )


def _close_payments(clock):
    closing = {State.STARTED: checkout.close_orphan, State.AT_BANK: checkout.expire}
    due = Payment.objects.filter(next_try_at__lte=clock(), state__in=closing)
    due = due.order_by("next_try_at")[:BATCH]
    for payment in due:
        closing[payment.state](payment, clock=clock)
    return len(due)
