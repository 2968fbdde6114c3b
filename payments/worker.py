"""What has to be done without anybody asking.

The tables are the queue: whatever is due is found by its time, and every piece is
taken by a conditional update, so any number of workers may run.
"""

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from accounts import outbox
from payments import checkout, money_check
from payments.models import Claim, Payment, PaymentEvent
from payments.states import State

BATCH = 50
TIDY_SECONDS = 60 * 60


def run_once(*, clock=timezone.now):
    """Do what is due now; return how many pieces of work that was."""
    done = _free_claims(clock) + _check_claims(clock) + _close_payments(clock)
    done += outbox.send_due(clock())
    _tidy(clock())
    return done


def watch_once(*, clock=timezone.now):
    """Check the money if it is time to: beside the rounds, for it may take long."""
    money_check.run_when_due(clock())


def _tidy(now):
    """Throw away what has had its time: once an hour is often enough."""
    if cache.add("payments:tidy", now, TIDY_SECONDS):
        outbox.purge(now)
        call_command("clearsessions")


def _free_claims(clock):
    """Claims that nobody holds any more, or no bank will tell the truth about in time.

    Neither waits for a silent bank to speak again.
    """
    lapsed = Claim.objects.lapsed(clock())[:BATCH]
    freed = sum(checkout.release(claim, clock=clock) for claim in lapsed)
    silent = {"payment__terminal__resting_until__gt": clock()}
    overdue = Claim.objects.overdue(clock()).filter(**silent)[:BATCH]
    return freed + sum(checkout.leave_to_staff(claim, clock=clock) for claim in overdue)


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
