"""Pay links that the staff send: by SMS to whoever the debtor is."""

from datetime import timedelta

from django.utils import timezone

from accounts import limits
from accounts.models import Message
from accounts.outbox import Needless, NotNow
from debts.models import Debt, PayLink
from debts.reminders import mobiles_of, quiet_until
from payment_portal import persian

TEMPLATE, KEY = "pay-link", "link:"
SENT, SENT_IN = 3, timedelta(days=1)  # of one debt


def send(debt, officer, *, now):
    """Have the debtor sent the link of a debt; return to which mobiles.

    One that lives already is sent again. Raises accounts.limits.TooMany.
    """
    mobiles = sorted(mobiles_of(debt))
    if not mobiles:
        return []
    limits.take([limits.Rule("pay-link", str(debt.pk), SENT, SENT_IN)], now)
    link = debt.links.live(now).first() or PayLink.make(debt, officer, now=now)
    for mobile in mobiles:
        Message.objects.queue(
            now,
            channel=Message.Channel.SMS,
            to=mobile,
            template=TEMPLATE,
            values={},  # the link itself stands in no row
            key=f"{KEY}{link.pk}:{now.timestamp():.0f}:{mobile}",
        )
    return mobiles


def tokens(message, now):
    """What the SMS says when it goes out. Raises Needless, NotNow."""
    until = quiet_until(now)
    if until:
        raise NotNow(until)
    key = message.key.removeprefix(KEY).partition(":")[0]
    live = PayLink.objects.live(now).filter(debt__state=Debt.State.OPEN)
    link = live.select_related("debt").filter(pk=key).first()
    if link is None:
        raise Needless("outdated")
    day = timezone.localdate(link.expires_at)
    return {
        "token": f"{link.debt.rest:,}",
        "token2": link.token,
        "token3": persian.latin_day(day),
    }


MAKERS = {TEMPLATE: tokens}
