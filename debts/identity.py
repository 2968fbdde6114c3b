"""Which student a user is: proved once, by a mobile or by two numbers.

What the mobile of a row has proved lasts as long as a row names it: whoever wrote a
wrong one takes back what it opened by writing the right one.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Value

from accounts import limits
from debts.models import Debt, Identity, PayLink

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)
PAIR = ("student_number", "national_number")


def recognise(user, now):
    """The students that a user has proved to be, by their two numbers.

    Whoever has the mobile of a row is its student, too; sheets come at any time.
    """
    proved = Identity.objects.filter(user=user).annotate(is_known=Value(1))
    named = _rows().filter(mobile=user.mobile).annotate(is_known=Value(0))
    columns = (*PAIR, "is_known")
    pairs = {}
    for *pair, is_known in proved.values_list(*columns).union(
        named.values_list(*columns)
    ):
        pairs[tuple(pair)] = pairs.get(tuple(pair)) or is_known
    for pair in (pair for pair, is_known in pairs.items() if not is_known):
        _keep_named(user, pair, now)
    return list(pairs)


def _rows():
    return Debt.objects.exclude(state=Debt.State.CANCELLED)


def _keep_named(user, pair, now):
    """Keep what a row proves that nobody corrects or cancels at the same time."""
    who = dict(zip(PAIR, pair, strict=True))
    with transaction.atomic():
        named = _rows().filter(mobile=user.mobile, **who).select_for_update()
        if list(named.values_list("pk")):
            facts = {"proof": Identity.Proof.MOBILE, "proved_at": now}
            Identity.objects.get_or_create(user=user, **who, defaults=facts)


def prove(user, student_number, national_number, address, now):
    """Whether a row names both numbers; a wrong pair tells nothing more.

    Raises accounts.limits.TooMany.
    """
    mine = limits.Rule("identity", str(user.pk), settings.IDENTITY_TRIES, DAY)
    most = settings.IDENTITY_TRIES_PER_ADDRESS
    near = limits.Rule("identity-address", address, most, DAY, alarming=True)
    limits.take([mine, near], now)
    who = dict(zip(PAIR, (student_number, national_number), strict=True))
    right = _rows().filter(**who).exists()
    # The numbers themselves stand in no log.
    outcome = "proved who he is" if right else "entered a wrong pair of numbers"
    logger.info("user %s at %s %s", user.pk, address, outcome)
    if right:
        for rule in (mine, near):
            rule.give_back(now)
        facts = {"proof": Identity.Proof.NUMBERS, "proved_at": now}
        Identity.objects.update_or_create(user=user, **who, defaults=facts)
    return right


def no_longer_named(keys, actor, *, now):
    """Take away what the mobiles of these rows proved, unless others say so, too.

    To be called by whoever corrects or cancels the rows, in the same transaction.
    """
    who = {name: OuterRef(name) for name in PAIR}
    rows = Debt.objects.filter(pk__in=keys)
    proved = Identity.objects.filter(proof=Identity.Proof.MOBILE)
    gone = proved.filter(
        Exists(rows.filter(**who)),
        ~Exists(_rows().filter(mobile=OuterRef("user__mobile"), **who)),
        national_number__in=rows.values("national_number"),  # which is found by index
    )
    take_away(gone, actor, now=now)


def take_away(identities, actor, *, now):
    """These users are not these students, and their pay links open nothing more."""
    keys = list(identities.values_list("pk", flat=True))
    if not keys:
        return
    gone = Identity.objects.filter(pk__in=keys)
    who = {name: OuterRef(f"debt__{name}") for name in PAIR}
    links = PayLink.objects.filter(
        Exists(gone.filter(user=OuterRef("created_by"), **who)), revoked_at=None
    )
    with transaction.atomic():
        for link in links.select_related("debt"):
            PayLink.close(link.debt, actor, now=now)
        gone.delete()
