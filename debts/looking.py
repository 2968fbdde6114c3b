"""What a clerk is shown before anything is stored; of long sheets by the worker."""

import logging
import zipfile
from datetime import timedelta
from io import BytesIO

from debts import sheets, writing
from debts.history import change
from debts.judging import judge
from debts.models import Upload

logger = logging.getLogger(__name__)

# What a cell may cause that nobody foresaw. Its clerk is told so at once: no later
# try would fare better.
UNFORESEEN = (ArithmeticError, LookupError, TypeError, ValueError)
# Bytes, those that packed sheets are unpacked, and rows: a second's work.
LONG, LONG_UNPACKED, LONG_ROWS = 128 * 1024, 1024 * 1024, 4000
SHOWN = 200  # rows of one kind on the page
FEW = 10  # students in a sentence
LEASE = timedelta(minutes=3)


class _Long(Exception):
    """A sheet has more rows than its size tells; one may stand for thousands."""


def is_long(content):
    """Whether looking at a sheet takes longer than anybody waits for a page."""
    return len(content) > LONG or _unpacked(content) > LONG_UNPACKED


def _unpacked(content):
    """How large a packed sheet says it is; nothing of it is unpacked for that."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            return sum(part.file_size for part in package.infolist())
    # Text, an old .xls, or a package that its reader refuses at once, and says why;
    # NotImplementedError is zipfile's word for a version that it does not know.
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        return 0


def look_now(upload, now):
    """Look at a short sheet, once for all who come back to its page.

    What turns out to be long is left to the worker.
    """

    def told(_judged, rows):
        if rows > LONG_ROWS:
            raise _Long

    try:
        found = look(upload, now=now, told=told)
        upload.look = found["look"]
    except _Long:
        found = {"is_long": True}
    Upload.objects.filter(pk=upload.pk).update(**found)


def is_shown(upload, promise):
    """Whether this is what the clerk was shown last."""
    return bool(promise) and (upload.look or {}).get("promise") == promise


def look(upload, *, now, told=None):
    """What would become of the rows of a sheet, to be kept with it.

    It is in the words of the page, and beside that a sheet of what is rejected.
    """
    try:
        verdict = judge(upload, now=now, told=told)
        rejected = writing.rejected(verdict) if verdict.rejected else None
        return {"look": _shown(upload, verdict), "rejected": rejected}
    except sheets.Unreadable as refusal:
        return _refused(refusal)
    except UNFORESEEN:
        return unforeseen(upload)


def unforeseen(upload):
    """What is told of a sheet that nothing can be done with; to be called at once."""
    logger.exception("sheet %s has something that nobody foresaw", upload.key)
    return _refused(sheets.refusal("damaged"))


def _refused(refusal):
    return {"look": {"refusal": str(refusal)}, "rejected": None}


def _shown(upload, verdict):
    students = list(dict.fromkeys(verdict.doubtful))
    return {
        "accepted": len(verdict.accepted),
        "total": verdict.total,
        "changed": len(verdict.changed),
        "changed_total": verdict.changed_total,
        "unchanged": verdict.unchanged,
        "rejected": len(verdict.rejected),
        "promise": verdict.promise if verdict.does_something else "",
        "doubtful": len(verdict.doubtful),
        "doubtful_students": students[:FEW],
        "more_doubtful_students": len(students) > FEW,
        "ignored": verdict.sheet.ignored,
        "other_sheets": verdict.sheet.other_sheets,
        "rejected_rows": [_wrong(verdict, one) for one in verdict.rejected[:SHOWN]],
        "changed_rows": [_change(upload, one) for one in verdict.changed[:SHOWN]],
    }


def _wrong(verdict, one):
    headings = verdict.sheet.headings
    problems = [
        {
            "column": headings.get(wrong.column, sheets.COLUMNS[wrong.column][0]),
            "value": writing.as_text(wrong.value)[:SHOWN],
            "reason": wrong.reason,
        }
        for wrong in one.problems
    ]
    return {"number": one.row.number, "problems": problems}


def _change(upload, one):
    differences = one.differences(upload.least_part)
    lines = [change(name, *pair) for name, pair in differences.items()]
    return {
        "number": one.row.number,
        "student_number": one.facts.student_number,
        "lines": lines,
    }


def look_at_next(now):
    """Look at the long sheet that has waited longest; return how many that was."""
    waiting = Upload.objects.to_look_at().free(now)
    upload = waiting.order_by("pk").select_related("subject").first()
    if upload is None:
        return 0
    mine = Upload.objects.filter(pk=upload.pk)
    if mine.free(now).update(leased_until=now + LEASE):

        def told(judged, rows):
            mine.update(judged=judged, rows=rows)

        mine.update(**look(upload, now=now, told=told), leased_until=None)
    return 1


def look_again(upload):
    """What was shown is no longer true."""
    Upload.objects.filter(pk=upload.pk).update(look=None, rejected=None, judged=0)
