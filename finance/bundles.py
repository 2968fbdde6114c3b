"""The receipts of a report in one file: asked for by an officer, made by the worker.

The file grows by some receipts at a time. How many it holds is stored after they are in
it; where the two differ, because a worker was cut off, the file is begun anew.
"""

import logging
import uuid
from datetime import timedelta
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.reach import within
from finance.models import Bundle
from finance.reports import ORDER
from payment_portal import persian
from payments import receipts
from payments.models import Payment

logger = logging.getLogger(__name__)

PIECE = 40  # receipts: a second or two
LEASE = timedelta(minutes=3)
KEPT = timedelta(days=1)
# Of one officer at a time: files are made in turn, so others wait for all of his.
UNFINISHED = 3


class Refused(Exception):
    """No file is made; the text says why."""


def ask(report, user, now):
    """Have the receipts of a report made. Raises Refused.

    Who asks for the same once more gets the file that is being made.
    """
    numbers, title = _numbers(report), str(report.period)
    wish = uuid.uuid5(uuid.NAMESPACE_OID, f"{title} {numbers}")
    with transaction.atomic():
        waiting = Bundle.objects.alone(user).filter(state=Bundle.State.MAKING)
        if same := waiting.filter(wish=wish).first():
            return same
        if waiting.count() >= UNFINISHED:
            text = _(
                "%(most)s of your files are still being made. Wait for one of them."
            )
            raise Refused(text % {"most": persian.rial(UNFINISHED)})
        return Bundle.objects.create(
            title=title,
            asked_by=user,
            asked_at=now,
            payments=numbers,
            wish=wish,
            whole=len(numbers),
            keep_until=now + KEPT,
        )


def _numbers(report):
    """The payments that have receipts, if one file holds them."""
    most = settings.BUNDLE_RECEIPTS
    found = report.latest_first.paid().values_list("pk", flat=True)
    numbers = list(found[: most + 1])
    if not numbers:
        raise Refused(
            _("There is no receipt in this report: only what is paid has one.")
        )
    if len(numbers) > most:
        text = _("One file holds at most %(most)s receipts. Choose a shorter period.")
        raise Refused(text % {"most": persian.rial(most)})
    return numbers


def make_next(now):
    """Add a piece to the file that has waited longest; return how many receipts."""
    forget(now)
    waiting = Bundle.objects.filter(state=Bundle.State.MAKING).free(now)
    bundle = waiting.order_by("pk").first()
    if bundle is None:
        return 0
    mine = Bundle.objects.filter(pk=bundle.pk)
    if not mine.free(now).update(leased_until=now + LEASE):
        return 0
    if not is_still_his(bundle):
        mine.update(state=Bundle.State.FAILED, leased_until=None)
        return 0
    try:
        done = _add(bundle)
    except OSError:
        logger.exception("receipts could not be written to a file")
        mine.update(state=Bundle.State.FAILED, leased_until=None)
        return 0
    changes = {"done": done, "leased_until": None, "keep_until": now + KEPT}
    if done == bundle.whole:
        changes["state"] = Bundle.State.READY
    mine.update(**changes)
    return done - bundle.done


def is_still_his(bundle):
    """Whether whoever asked may have all of these payments still."""
    asked = Payment.objects.filter(pk__in=bundle.payments)
    return within(asked, bundle.asked_by, *ORDER).count() == bundle.whole


def _add(bundle):
    """Write the next receipts; return how many the file holds then."""
    bundle.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _held(bundle.path) != bundle.done:
        bundle.path.unlink(missing_ok=True)
        bundle.done = 0
    numbers = bundle.payments[bundle.done : bundle.done + PIECE]
    payments = Payment.objects.select_related("terminal").in_bulk(numbers)
    # Made first: the file is incomplete only while it is written to, and that is short.
    made = [
        (_name(payments[number]), receipts.pdf(payments[number])) for number in numbers
    ]
    with ZipFile(bundle.path, "a") as file:
        for name, receipt in made:
            file.writestr(name, receipt)
    return bundle.done + len(numbers)


def _held(path):
    """How many receipts a file holds; nobody knows of one that was cut off."""
    if not path.exists():
        return 0
    try:
        with ZipFile(path) as file:
            return len(file.infolist())
    except BadZipFile:
        return None


def _name(payment):
    day = persian.latin_day(payment.paid_at)
    return f"{day.replace('/', '-')}_{payment.order_number}.pdf"


def forget(now):
    """Delete the files that have had their day."""
    for bundle in Bundle.objects.filter(keep_until__lte=now):
        bundle.path.unlink(missing_ok=True)
        bundle.delete()
