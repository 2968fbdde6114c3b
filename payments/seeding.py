"""Believable payments of some years, stored in bulk: to show and to measure with.

Each has the events, the claim, the calls and the message that it would have had, so
that the check of the money finds nothing amiss. Nobody can log in as their payers.
"""

import random
import secrets
from datetime import timedelta
from itertools import accumulate

from django.contrib.auth.hashers import make_password

from accounts.models import User
from catalog.models import AmountRule, Subject
from payment_portal import persian
from payments.checkout.starting import Draft, drawn_up
from payments.made_up import Story, store
from payments.models import Payment, Terminal

BATCH = 2500  # payments
PAYMENTS_A_PAYER = 25
YEARS = 4
DAY, LONGEST_LIFE = timedelta(days=1), timedelta(hours=2)
FIRST_MOBILE = 98_915_000_0000
NAMES = "زهرا علی فاطمه محمد سارا رضا مریم حسین هیوا ژیلا آرش نگین سیروان شیلان"
FAMILIES = "محمدی کریمی رستمی احمدی حسینی مرادی عزیزی صادقی قادری شریفی رحیمی"
# From Farvardin on: terms begin in Mehr and Bahman, and nobody is here at New Year.
SEASON = [4, 8, 8, 9, 6, 15, 25, 12, 8, 9, 22, 7]
HOURS = [
    *(2, 1, 0.3, 0.2, 0.2, 0.4, 1, 4, 8, 11, 12, 11),
    *(9, 8, 7, 6, 6, 6, 6, 7, 8, 8, 6, 4),
]
HOLIDAY, FRIDAY = 0.4, 4
GROWTH = 1.15  # from a year to the next


def seed(number, now, *, years=YEARS, chance=None):
    """Store so many payments, the oldest first; yields how many there are so far."""
    chance = chance or random.Random()  # noqa: S311  nothing secret is drawn
    people = payers(number // PAYMENTS_A_PAYER + 1, chance)
    subjects = list(Subject.objects.select_related("unit__faculty"))
    terminals = list(Terminal.objects.all())
    weights = [chance.paretovariate(1) for _ in subjects]  # a few are paid for by all
    taken = set(Payment.objects.values_list("order_number", flat=True))
    moments = spread(number, now, years, chance)
    for begin in range(0, number, BATCH):
        piece = moments[begin : begin + BATCH]
        chosen = chance.choices(subjects, weights, k=len(piece))
        stories = [
            Story(_payment(people, terminals, subject, at, chance, taken), at, chance)
            for subject, at in zip(chosen, piece, strict=True)
        ]
        store(stories)
        yield begin + len(piece)


def payers(number, chance=random):
    """Store so many people, beside those who are there."""
    before = User.objects.filter(mobile__startswith="+98915").count()
    nobodys = make_password(None)
    names, families = NAMES.split(), FAMILIES.split()
    people = [
        User(
            mobile=f"+{FIRST_MOBILE + before + one}",
            full_name=f"{chance.choice(names)} {chance.choice(families)}",
            password=nobodys,
        )
        for one in range(number)
    ]
    return User.objects.bulk_create(people, batch_size=BATCH)


def spread(number, now, years, chance):
    """Moments of the last years in their order, more of them when people pay more."""
    days = [now - day * DAY for day in range(365 * years, -1, -1)]
    weights = accumulate(_weight(day, number) for number, day in enumerate(days))
    drawn = chance.choices(days, cum_weights=list(weights), k=number)
    hours = chance.choices(range(24), HOURS, k=number)
    midnights = (persian.start_of_day(day.astimezone(persian.TEHRAN)) for day in drawn)
    moments = (
        midnight + timedelta(hours=hour, seconds=chance.random() * 3599)
        for midnight, hour in zip(midnights, hours, strict=True)
    )
    latest = now - LONGEST_LIFE
    return sorted(one if one < latest else one - DAY for one in moments)


def _weight(day, number):
    _year, month, _day = persian.jalali_parts(day)
    weekday = day.astimezone(persian.TEHRAN).weekday()
    usual = HOLIDAY if weekday == FRIDAY else 1
    return SEASON[month - 1] * usual * GROWTH ** (number / 365)


def _payment(people, terminals, subject, at, chance, taken):
    draft = Draft(
        payer=chance.choice(people),
        subject=subject,
        amount=_amount(subject, chance),
        submission_key=secrets.token_urlsafe(16),
    )
    payment = drawn_up(draft, 1, chance.choice(terminals), at)
    while payment.order_number in taken:  # no second chance in bulk
        payment = drawn_up(draft, 1, payment.terminal, at)
    taken.add(payment.order_number)
    payment.next_try_at = None
    return payment


def _amount(subject, chance):
    """Round ones, most of them nearer to the lowest."""
    if subject.amount_rule == AmountRule.FIXED:
        return subject.fixed_amount
    low, high = subject.limits
    if subject.amount_rule == AmountRule.FREE:
        low, high = 100_000, 30_000_000
    drawn = low + int((high - low) * chance.random() ** 3)
    return max(low, drawn // 50_000 * 50_000)
