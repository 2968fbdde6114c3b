"""Long sheets are stored by the worker too, and their clerk sees how far that is."""

from datetime import timedelta

from catalog.reach import reach
from debts import importing, looking, sheets
from debts.models import Upload

LEASE = timedelta(minutes=5)
RIGHT = "debts.import_debts"


def ask(upload, promise):
    """Have the worker store what was shown, unless another look says otherwise."""
    shown = Upload.objects.filter(pk=upload.pk, look__promise=promise)
    shown.update(promise=promise, judged=0)


def may_store(upload):
    """Whether its clerk is one still, and of this unit."""
    clerk = upload.created_by
    return clerk.is_staff and reach(clerk, RIGHT).holds(upload.subject)


def store_next(now):
    """Store the long sheet that has waited longest; return how many that was."""
    waiting = Upload.objects.to_store().free(now).order_by("pk")
    upload = waiting.select_related("subject__unit", "created_by").first()
    if upload is None:
        return 0
    mine = Upload.objects.filter(pk=upload.pk)
    if not mine.free(now).update(leased_until=now + LEASE):
        return 0

    def told(judged, rows):
        mine.update(judged=judged, rows=rows)

    officer = upload.created_by
    if not may_store(upload):
        mine.update(promise="", leased_until=None)
        return 1
    try:
        importing.store(upload, upload.promise, officer, now=now, told=told)
    except (importing.Outdated, sheets.Unreadable):
        found = looking.look(upload, now=now, told=told)
        found["look"]["is_other"] = True
        mine.update(**found, promise="", leased_until=None)
    except looking.UNFORESEEN:
        mine.update(**looking.unforeseen(upload), promise="", leased_until=None)
    return 1
