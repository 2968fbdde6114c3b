"""What has to be done without anybody asking.

The tables are the queue: whatever is due is found by its time, and every piece is
taken by a conditional update, so any number of workers may run.
"""

import logging

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import InterfaceError, InternalError, OperationalError, connection
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import outbox, retention
from debts import importing, links, looking, reminders, storing
from payments import checkout, money_check
from payments.models import Claim, GatewayCallBody, LostRace, Payment, PaymentEvent
from payments.states import State

logger = logging.getLogger(__name__)

BATCH = 50
TIDY_SECONDS = 60 * 60


def run_once(*, clock=timezone.now):
    """Do what is due now; return how many pieces of work that was."""
    done = _free_claims(clock) + _check_claims(clock) + _look_after_payments(clock)
    done += _settle_payments(clock)
    done += _tried(reminders.queue_due, clock())[0]
    done += _tried(outbox.send_due, clock(), reminders.MAKERS | links.MAKERS)[0]
    _tried(_tidy, clock())
    return done


def watch_once(*, clock=timezone.now):
    """Beside the rounds, for it may take long: the check of the money, long sheets."""
    money_check.run_when_due(clock())
    done = _tried(looking.look_at_next, clock())[0]
    done += _tried(storing.store_next, clock())[0]
    others = map(import_string, settings.WORK_BESIDE)
    return done + sum(_tried(deed, clock())[0] for deed in others)


def _tidy(now):
    """Throw away what has had its time: once an hour is often enough."""
    if cache.add("payments:tidy", now, TIDY_SECONDS):
        retention.purge(now)
        GatewayCallBody.objects.forget(now - settings.KEEP_CALL_BODIES)
        importing.forget(now)
        call_command("clearsessions")


def _free_claims(clock):
    """Claims that nobody holds any more, or no bank will tell the truth about in time.

    Neither waits for a silent bank to speak again.
    """
    lapsed = Claim.objects.lapsed(clock())[:BATCH]
    freed = _each(lapsed, checkout.release, checkout.put_off_claim, clock)
    silent = {"payment__terminal__resting_until__gt": clock()}
    overdue = Claim.objects.overdue(clock()).filter(**silent)[:BATCH]
    return freed + _each(
        overdue, checkout.leave_to_staff, checkout.put_off_claim, clock
    )


def _check_claims(clock):
    now = clock()
    silent = {"payment__terminal__resting_until__gt": now}
    due = Claim.objects.due(now).exclude(**silent).select_related("payment__terminal")
    return _each(due[:BATCH], _check, checkout.put_off_claim, clock)


def _check(claim, *, clock):
    return checkout.check(
        claim,
        cause=PaymentEvent.Cause.WORKER,
        deadline=settings.GATEWAY_WORKER_DEADLINE,
        clock=clock,
    )


WAITING = {
    State.STARTED: checkout.close_orphan,
    State.AT_BANK: checkout.look_after,
    State.UNPAID: checkout.look_after,
}


def _look_after_payments(clock):
    due = Payment.objects.to_look_after(clock()).order_by("next_try_at")
    due = due.select_related("terminal")[:BATCH]
    return _each(due, _look_after, checkout.put_off_payment, clock)


def _look_after(payment, *, clock):
    return WAITING[payment.state](payment, clock=clock)


def _settle_payments(clock):
    due = Payment.objects.to_settle(clock()).order_by("next_try_at")
    due = due.select_related("terminal")[:BATCH]
    return _each(due, checkout.settle, checkout.put_off_payment, clock)


def _each(pieces, deed, put_off, clock):
    """Do a deed to each piece; return to how many.

    One that fails in a way nobody foresaw is put off: it must not keep the worker from
    all the others, nor be tried again and again.
    """
    done = 0
    for piece in pieces:
        result, failed = _tried(deed, piece, clock=clock)
        if failed:
            _tried(put_off, piece, clock=clock)
        done += result
    return done


def _tried(deed, *args, **kwargs):
    """Do a deed; return the number it returns, and whether it failed unforeseen."""
    try:
        return int(deed(*args, **kwargs) or 0), False
    except LostRace:
        logger.warning("a payment is under fire; it has its turn again")
    except (InterfaceError, InternalError):
        raise
    except OperationalError:
        if not connection.is_usable():
            raise
        logger.warning("the database was busy; what waits has its turn again")
    except Exception:  # noqa: BLE001  whatever one row does, the others need the worker
        logger.exception("%s failed in a way nobody foresaw", deed.__name__)
        return 0, True
    return 0, False
