"""How payments are found: by state, by payer, by whatever somebody knows of them."""

from functools import reduce
from operator import and_

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from payment_portal import persian
from payments import numbers
from payments.states import Settlement, State

MOMENT = Coalesce("paid_at", "created_at")
CARD_TAIL = 4  # signs


class PaymentQuerySet(models.QuerySet):
    def of(self, user):
        return self.filter(payer=user)

    def reached_by(self, user):
        """What somebody may see at a payment's own address: his, and what is nobody's.

        Nobody's are those by a pay link; who has not logged in is nobody, too.
        """
        return self.filter(Q(payer=user.pk) | Q(payer=None))

    def of_payer(self, draft):
        """What the payer of a draft has paid or tried; by links all who had them."""
        if draft.payer:
            return self.of(draft.payer)
        return self.filter(payer=None, debt=draft.debt)

    def left_at_bank(self, debt, before):
        """The payment that holds a debt, if its payer has been away since then."""
        return self.filter(debt=debt, state=State.AT_BANK, created_at__lte=before)

    def paid(self):
        return self.filter(state=State.PAID)

    def begun_since(self, draft, since):
        """What the payer of a draft has begun since then, beside this submission."""
        others = self.of_payer(draft).exclude(submission_key=draft.submission_key)
        return others.filter(created_at__gt=since).latest_first()

    def alone(self):
        """Read for one writer at a time: what all claims say together decides.

        SQLite lets in one writer at a time anyway.
        """
        return self.select_for_update(of=["self"], no_key=True)

    def to_look_after(self, now):
        """Payments of which it is to be found out now what became: none is paid."""
        waiting = [State.STARTED, State.AT_BANK, State.UNPAID]
        return self.filter(state__in=waiting, next_try_at__lte=now)

    def to_settle(self, now):
        """Payments whose bank is to be told now to deposit the money: all are paid."""
        return self.filter(settlement=Settlement.DUE, next_try_at__lte=now)

    def since(self, moment):
        """Payments whose one time, ``Payment.moment``, is not earlier."""
        return self.alias(moment=MOMENT).filter(moment__gte=moment)

    def until(self, moment):
        return self.alias(moment=MOMENT).filter(moment__lt=moment)

    def latest_first(self):
        return self.order_by("-created_at", "-pk")

    def named(self, text):
        """The payment whose own number or code this is, found without a search."""
        typed = persian.to_ascii_digits(text).strip()
        code = numbers.code_in(typed)
        return self.filter(Q(order_number=typed) | Q(verify_code=code))

    def matching(self, text):
        """Payments that ``text`` describes, in whichever spelling."""
        words = persian.search_words(text)
        if not words:
            return self
        described = reduce(and_, map(_told_by, words))
        if code := numbers.code_in(persian.to_ascii_digits(text)):
            described |= Q(verify_code=code)
        return self.filter(described)


def _told_by(word):
    """Where one word of a search is looked for."""
    return (
        Q(search_key__contains=word)
        | Q(search_key__contains=persian.ungrouped(word))
        | Q(tracking_number__contains=word)
        | Q(reference_number__contains=word)
        # What a payer knows of a card on the telephone: its end.
        | (Q(masked_card__endswith=word) if len(word) >= CARD_TAIL else Q())
    )
