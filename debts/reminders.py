"""Reminders by SMS, before a debt's due day and after it, and never at night.

A debt knows on which day its student is reminded next, if its batch reminds at all.
What the SMS says is made when it goes out: whoever has paid meanwhile is not reminded.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Message, User
from accounts.outbox import Needless, NotNow
from accounts.security import masked
from debts.models import Batch, Debt, DebtEvent, Identity
from payment_portal import formats, persian

DUE, OVERDUE = TEMPLATES = ["debt-due", "debt-overdue"]
# More wait in no queue, so that nobody's code has to wait behind a whole batch.
AT_ONCE = 5
MOST = 6  # for one debt, however often a later sheet moves its due day
KEY = "debt:"
WORDS, SIGNS = 9, 25  # of a title that every provider takes
LATER = timedelta(hours=1)
DAY = timedelta(days=1)


def next_day(due_on, since):
    """The first day from ``since`` on to remind of what is due; None after the last."""
    days = (due_on + timedelta(days=number) for number in settings.REMIND_DAYS)
    return min((day for day in days if day >= since), default=None)


def switch(batch, on, *, now):
    """Begin, or stop, to remind of the debts of a batch."""
    today = timezone.localdate(now)
    with transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(reminds=on)
        debts = batch.debts.open()
        if not on:
            debts.update(remind_on=None)
            return
        for day in debts.order_by().values_list("due_on", flat=True).distinct():
            debts.filter(due_on=day).update(remind_on=next_day(day, today))


def queue_due(now):
    """Queue the next few reminders; return of how many debts."""
    if quiet_until(now):
        return 0
    today = timezone.localdate(now)
    due = Debt.objects.open().filter(remind_on__lte=today).order_by("remind_on", "pk")
    some = list(due[:AT_ONCE])
    return sum(_remind(debt, today, now) for debt in some[: _room(some)])


def _room(some):
    if not some:
        return 0
    waiting = Message.objects.filter(template__in=TEMPLATES, state=Message.State.QUEUED)
    return max(0, AT_ONCE - waiting.count())


def _remind(debt, today, now):
    """Queue what is due for one debt, unless another worker was quicker."""
    mine = Debt.objects.open().filter(pk=debt.pk, remind_on=debt.remind_on)
    with transaction.atomic():
        reminded = debt.events.filter(kind=DebtEvent.Kind.REMINDED).count()
        is_last = reminded + 1 >= MOST
        later = None if is_last else next_day(debt.due_on, today + DAY)
        if not mine.update(remind_on=later):
            return False
        mobiles = mobiles_of(debt)
        if mobiles and reminded < MOST:
            facts = {"to": [masked(mobile) for mobile in sorted(mobiles)]}
            debt.events.create(kind=DebtEvent.Kind.REMINDED, at=now, facts=facts)
        for mobile in mobiles if reminded < MOST else []:
            Message.objects.queue(
                now,
                channel=Message.Channel.SMS,
                to=mobile,
                template=OVERDUE if debt.is_overdue(today) else DUE,
                values={},
                key=f"{KEY}{debt.pk}:{today}:{mobile}",
            )
    return True


def mobiles_of(debt):
    """The sheet's, and those of whoever proved to be the student, as far as it reaches.

    Nobody who has learnt the two numbers keeps by that an SMS from the student.
    """
    proved = Identity.objects.filter(
        student_number=debt.student_number, national_number=debt.national_number
    )
    users = User.objects.filter(pk__in=proved.values("user"), is_active=True)
    shown = [user for user in users if Debt.objects.of(user).contains(debt)]
    return {*(user.mobile for user in shown), debt.mobile} - {""}


def tokens(message, now):
    """What a reminder says now. Raises Needless, NotNow."""
    until = quiet_until(now)
    if until:
        raise NotNow(until)
    key = message.key.removeprefix(KEY).partition(":")[0]
    debt = Debt.objects.select_related("batch").get(pk=key)
    if not debt.batch.reminds:
        raise Needless("outdated")
    is_overdue = debt.is_overdue(timezone.localdate(now))
    if debt.state != Debt.State.OPEN or is_overdue != (message.template == OVERDUE):
        raise Needless("outdated")
    if debt.in_payment:
        raise NotNow(now + LATER)
    words = _words(debt)
    return {
        "token": f"{debt.rest:,}",
        "token2": persian.latin_day(debt.due_on),
        "token20": " ".join(words)[:SIGNS].strip(),
    }


def _words(debt):
    """What it is for, in few words; of an instalment the number comes first."""
    title = debt.title
    if debt.instalment:
        number = formats.digits(debt.instalment.partition("/")[0])
        title = _("Instalment %(number)s, %(title)s") % {
            "number": number,
            "title": title,
        }
    return title.replace("_", " ").split()[:WORDS]


def quiet_until(now):
    """When the hours end in which nobody is disturbed; None outside of them."""
    begin, end = settings.QUIET_HOURS
    there = timezone.localtime(now, persian.TEHRAN)
    if (there.hour - begin) % 24 >= (end - begin) % 24:
        return None
    over = there.replace(hour=end, minute=0, second=0, microsecond=0)
    return over if over > there else over + DAY


MAKERS = dict.fromkeys(TEMPLATES, tokens)
