"""Reports that come by themselves: their sums are mailed when a period is over."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import security
from accounts.models import Message
from finance import summary
from finance.forms import FilterForm
from finance.models import Schedule
from finance.periods import period
from finance.reports import ORDER, Scope
from payment_portal import institution, persian
from payments.states import State

logger = logging.getLogger(__name__)

MORNING = timedelta(hours=6)
# Of one officer: each is a sum over all payments and a PDF, made on the same mornings.
MOST = 20
LEASE = timedelta(minutes=5)
TRIES, AGAIN_AFTER = 3, timedelta(minutes=20)
FAILED, GONE = "failed", "gone"  # why a report was stopped
HERE = "127.0.0.1"  # from where the worker acts for somebody


class Refused(Exception):
    """No report is scheduled; the text says why."""


class Stopped(Exception):
    """Nobody may have this report any more, or nobody can; the argument says which."""


def may_have(user):
    """Whether a report may be mailed to somebody: he still has the rights."""
    return user.is_active and user.is_staff and user.has_perms(ORDER)


def add(user, every, asked, now):
    """Have a report sent from the next period's end on. Raises Refused.

    What is asked was cleaned by a FilterForm. The same that was stopped is resumed.
    """
    # In one order, by which SQLite, too, knows the same again.
    names = sorted(FilterForm.base_fields.keys() - {"period", "day", "until"})
    named = {name: str(asked[name]) for name in names if asked.get(name)}
    kept = {**named, "state": asked.get("state", State.PAID)}
    with transaction.atomic():
        his = Schedule.objects.alone(user)
        same = his.filter(every=every, asked=kept).first()
        if same is None:
            return _begin(his, asked_by=user, every=every, asked=kept, now=now)
        if same.stopped_at is None:
            raise Refused(_("This report comes to your email already."))
        resume(same, now)
        return same


def _begin(his, *, now, **facts):
    if his.count() >= MOST:
        text = _("You have %(most)s reports by email, the most there may be. End one.")
        raise Refused(text % {"most": persian.rial(MOST)})
    return Schedule.objects.create(**facts, next_at=_next(facts["every"], now))


def _next(every, now):
    """The morning after the period that lasts now."""
    return period(every, timezone.localdate(now)).moments[1] + MORNING


def send_next(now):
    """Send the report that is due longest; return how many that was."""
    schedule = _next_due(now)
    if schedule is None:
        return 0
    mine = Schedule.objects.filter(pk=schedule.pk)
    try:
        if schedule.tries >= TRIES:  # the worker ended at each of them
            raise Stopped(FAILED)
        _send(schedule, now)
    except Stopped as stopped:
        _stop(schedule, stopped.args[0], now)
    except (SMTPException, OSError):
        logger.exception("a report could not be mailed")
        mine.update(leased_until=None, next_at=now + AGAIN_AFTER)
        if schedule.tries + 1 >= TRIES:
            _stop(schedule, FAILED, now)
    else:
        next_at = _next(schedule.every, now)
        mine.update(leased_until=None, tries=0, next_at=next_at)
    return 1


def _next_due(now):
    """The one that is due longest, if no other worker took it meanwhile."""
    due = Schedule.objects.filter(stopped_at=None, next_at__lte=now).free(now)
    schedule = due.order_by("next_at", "pk").select_related("asked_by").first()
    if schedule is None:
        return None
    # Counted before it is tried: what ends the worker is a failure, too.
    mine = Schedule.objects.filter(pk=schedule.pk).free(now)
    taken = mine.update(leased_until=now + LEASE, tries=F("tries") + 1)
    return schedule if taken else None


def _stop(schedule, why, now):
    """Try no more, and tell its owner once."""
    mine = Schedule.objects.filter(pk=schedule.pk, stopped_at=None)
    with transaction.atomic():
        stopped = mine.update(stopped_at=now, leased_until=None)
        owner = schedule.asked_by
        if stopped and owner.is_active and owner.email_confirmed_at:
            _tell(schedule, why, now)


def _tell(schedule, why, now):
    owner, page = schedule.asked_by, reverse("admin:finance_report_changelist")
    values = {
        **{"full_name": owner.full_name, "why": why},
        "every": str(schedule),
        "link": f"{settings.BASE_URL}{page}?{schedule.query}",
    }
    Message.objects.queue(
        now,
        channel=Message.Channel.MAIL,
        to=owner.email,
        template="report-stopped",
        values=values,
        key=f"report-stopped:{schedule.pk}:{now.timestamp():.0f}",
    )


def resume(schedule, now):
    """Try again what was stopped, at once."""
    stopped = Schedule.objects.filter(pk=schedule.pk).exclude(stopped_at=None)
    stopped.update(stopped_at=None, tries=0, next_at=now)


def _send(schedule, now):
    owner = schedule.asked_by
    if not may_have(owner) or not owner.email_confirmed_at:
        raise Stopped(GONE)
    today = timezone.localdate(now)
    over = period(schedule.every, today).earlier
    day = persian.latin_day(over.first)
    asked = {**schedule.asked, "period": schedule.every, "day": day}
    form = FilterForm(asked, scope=Scope.of(owner, ORDER), today=today)
    if not form.is_valid():
        raise Stopped(GONE)  # the place is no longer his, or no longer there
    _mail(owner, form, asked, now)


def _mail(owner, form, asked, now):
    report, told = form.report(), form.told()
    page = reverse("admin:finance_report_changelist")
    context = {
        "owner": owner,
        "told": told,
        "total": report.total,
        "link": f"{settings.BASE_URL}{page}?{urlencode(asked)}",
    } | institution.context()
    mail = EmailMessage(
        _("Report of payments: %(period)s") % {"period": report.period},
        render_to_string("finance/mail/report.txt", context),
        to=[owner.email],
    )
    paper = summary.pdf(report, told, now)
    mail.attach(f"report-{report.period.first}.pdf", paper, "application/pdf")
    mail.send()
    origin = security.Source(HERE, owner)
    detail = f"report.pdf by mail {urlencode(asked)}"
    security.record(security.Kind.EXPORTED, now, origin, detail=detail)
