"""What has to be done without anybody asking.

The tables are the queue: whatever is due is found by its time, and every piece is
taken by a conditional update, so any number of workers may run.
"""

from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from accounts import limits, outbox
from payments import checkout, money_check
from payments.models import Claim, Payment, PaymentEvent
from payments.states import State

BATCH = 50


def run_once(*, clock=timezone.now):
    """Do what is due now; return how many pieces of work that was."""
    done = _check_claims(clock) + _close_payments(clock) + outbox.send_due(clock())
    _tidy(clock())
    return done


def watch_once(*, clock=timezone.now):
    """Check the money if it is time to: beside the rounds, for it may take long."""
    money_check.run_when_due(clock())


def _tidy(now):
    """Once an hour, and by one worker, throw away what has had its time."""
    if limits.allow("tidy", "worker", 1, timedelta(hours=1), now):
        outbox.purge(now)
        call_command("clearsessions")


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
