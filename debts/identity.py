"""Which student a user is: proved once, by a mobile or by two numbers.

What the mobile of a row has proved reaches as far as its unit, and lasts as long as a
row names it: whoever wrote a wrong one takes back what it opened by writing the right
one. The security log tells which debt proved what, and to whom.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Value

from accounts import limits, security
from debts.models import Debt, Identity, PayLink

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)
PAIR = ("student_number", "national_number")
NUMBERS, MOBILE = Identity.Proof.NUMBERS, Identity.Proof.MOBILE


def recognise(user, address, now):
    """What tells which students a user is: his two numbers, or the mobile of a row.

    Sheets come at any time, and what their mobiles prove is kept here.
    """
    proved = Identity.objects.filter(user=user).values_list(*PAIR, "proof")
    named = Debt.objects.naming(user.mobile).annotate(proof=Value(""))
    proofs = {}
    for *pair, proof in proved.union(named.values_list(*PAIR, "proof")):
        proofs.setdefault(tuple(pair), set()).add(proof)
    found = []
    for pair, by in proofs.items():
        who = dict(zip(PAIR, pair, strict=True))
        if by == {""}:
            _keep_named(user, who, address, now)
        if by != {MOBILE}:  # of a mobile that no row names any more
            proof = NUMBERS if NUMBERS in by else MOBILE
            found.append(Identity(user=user, **who, proof=proof))
    return found


def _keep_named(user, who, address, now):
    """Keep what a row proves that nobody corrects or cancels at the same time."""
    with transaction.atomic():
        named = Debt.objects.naming(user.mobile).filter(**who).select_for_update()
        if rows := list(named.order_by("pk")):
            _keep(user, rows[0], MOBILE, address, now)


@transaction.atomic
def _keep(user, debt, proof, address, now):
    """Keep what is proved; both numbers prove more than a mobile."""
    facts = {"proof": proof, "proved_at": now}
    kept, is_new = Identity.objects.get_or_create(
        **{name: getattr(debt, name) for name in PAIR}, user=user, defaults=facts
    )
    if proof == NUMBERS and not is_new:
        by_mobile = Identity.objects.filter(pk=kept.pk, proof=MOBILE)
        is_new = bool(by_mobile.update(**facts))
    if is_new:
        detail = f"{kept.pk}: {proof} of debt {debt.pk}"
        origin = security.Source(address, user)
        kind = security.Kind.IDENTITY_PROVED
        security.record(kind, now, origin, about=user, detail=detail)


def prove(user, student_number, national_number, address, now):
    """Whether a row names both numbers; a wrong pair tells nothing more.

    Raises accounts.limits.TooMany.
    """
    mine = limits.Rule("identity", str(user.pk), settings.IDENTITY_TRIES, DAY)
    most = settings.IDENTITY_TRIES_PER_ADDRESS
    near = limits.Rule("identity-address", address, most, DAY, alarming=True)
    limits.take([mine, near], now)
    who = dict(zip(PAIR, (student_number, national_number), strict=True))
    rows = Debt.objects.exclude(state=Debt.State.CANCELLED).filter(**who)
    right = rows.order_by("pk").first()
    # The numbers themselves stand in no log.
    outcome = "proved who he is" if right else "entered a wrong pair of numbers"
    logger.info("user %s at %s %s", user.pk, address, outcome)
    if right:
        for rule in (mine, near):
            rule.give_back(now)
        _keep(user, right, NUMBERS, address, now)
    return bool(right)


def no_longer_named(keys, actor, *, now):
    """Take away what the mobiles of these rows proved, unless others say so, too.

    To be called by whoever corrects or cancels the rows, in the same transaction.
    """
    rows = Debt.objects.filter(pk__in=keys)
    by_mobile = Identity.objects.filter(
        proof=MOBILE,
        national_number__in=rows.values("national_number"),  # which is found by index
    )
    who = {name: OuterRef(name) for name in PAIR}
    naming = Debt.objects.naming(OuterRef("user__mobile")).filter(**who)
    unproved = by_mobile.filter(Exists(rows.filter(**who)), ~Exists(naming))
    take_away(unproved, security.Source(limits.NOWHERE, actor), now=now)
    # Where another unit still names the mobile, it opens nothing of theirs.
    _close(_links_beyond(rows, by_mobile), actor, now)


def _links_beyond(rows, by_mobile):
    """Links by students of a mobile that the units of these rows name no more."""
    who = {name: OuterRef(f"debt__{name}") for name in PAIR}
    there = who | {"unit": OuterRef("debt__unit")}
    naming = Debt.objects.naming(OuterRef("created_by__mobile")).filter(**there)
    return PayLink.objects.filter(
        Exists(rows.filter(**there)),
        Exists(by_mobile.filter(user=OuterRef("created_by"), **who)),
        ~Exists(naming),
        debt__national_number__in=rows.values("national_number"),
    )


def take_away(identities, origin, *, now):
    """These users are not these students, and their pay links open nothing more."""
    taken = list(identities.select_related("user"))
    if not taken:
        return
    gone = Identity.objects.filter(pk__in=[one.pk for one in taken])
    who = {name: OuterRef(f"debt__{name}") for name in PAIR}
    with transaction.atomic():
        made = Exists(gone.filter(user=OuterRef("created_by"), **who))
        _close(PayLink.objects.filter(made), origin.actor, now)
        gone.delete()
        kind = security.Kind.IDENTITY_TAKEN
        for one in taken:
            security.record(kind, now, origin, about=one.user, detail=str(one.pk))


def _close(links, actor, now):
    for link in links.filter(revoked_at=None).select_related("debt"):
        PayLink.close(link.debt, actor, now=now)
