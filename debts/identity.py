"""Which student a user is: proved once, by a mobile or by two numbers."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import Value

from accounts import limits
from debts.models import Debt, Identity

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)
PAIR = ("student_number", "national_number")


def recognise(user, now):
    """The students that a user has proved to be, by their two numbers.

    Whoever has the mobile of a row is its student, too; sheets come at any time.
    """
    proved = Identity.objects.filter(user=user).annotate(is_known=Value(1))
    named = Debt.objects.exclude(state=Debt.State.CANCELLED).filter(mobile=user.mobile)
    named = named.annotate(is_known=Value(0))
    columns = (*PAIR, "is_known")
    pairs = {}
    for *pair, is_known in proved.values_list(*columns).union(
        named.values_list(*columns)
    ):
        pairs[tuple(pair)] = pairs.get(tuple(pair)) or is_known
    for pair in (pair for pair, is_known in pairs.items() if not is_known):
        _keep(user, pair, Identity.Proof.MOBILE, now)
    return list(pairs)


def prove(user, student_number, national_number, address, now):
    """Whether a row names both numbers; a wrong pair tells nothing more.

    Raises accounts.limits.TooMany.
    """
    mine = limits.Rule("identity", str(user.pk), settings.IDENTITY_TRIES, DAY)
    most = settings.IDENTITY_TRIES_PER_ADDRESS
    near = limits.Rule("identity-address", address, most, DAY, alarming=True)
    limits.take([mine, near], now)
    pair = (student_number, national_number)
    rows = Debt.objects.exclude(state=Debt.State.CANCELLED)
    right = rows.filter(**dict(zip(PAIR, pair, strict=True))).exists()
    # The numbers themselves stand in no log.
    outcome = "proved who he is" if right else "entered a wrong pair of numbers"
    logger.info("user %s at %s %s", user.pk, address, outcome)
    if right:
        for rule in (mine, near):
            rule.give_back(now)
        _keep(user, pair, Identity.Proof.NUMBERS, now)
    return right


def _keep(user, pair, proof, now):
    student_number, national_number = pair
    Identity.objects.get_or_create(
        user=user,
        student_number=student_number,
        national_number=national_number,
        defaults={"proof": proof, "proved_at": now},
    )
