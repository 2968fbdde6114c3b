"""What would happen to the debts of a unit if a sheet were stored."""

from dataclasses import dataclass, field, replace
from hashlib import sha256

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from debts import sheets
from debts.identity import PAIR
from debts.models import Debt
from debts.resembling import resembling
from debts.rows import Facts, Problem, Reader
from payment_portal import persian

AT_ONCE = 2000  # rows in one statement
# What a later sheet may change of a debt for which nobody has paid.
CHANGEABLE = [
    *("amount", "due_on", "title", "subject_id", "mobile", "full_name"),
    "instalment",
]
COMPARED = [*CHANGEABLE, "least_part"]
# A sheet without a column for one of the others says nothing about it.
NEEDED = {*COMPARED} - {"mobile", "full_name", "instalment"}


@dataclass(frozen=True)
class Rejected:
    row: sheets.Row
    problems: list


@dataclass(frozen=True)
class Change:
    row: sheets.Row
    facts: Facts
    old: dict

    def differences(self, least_part):
        """Old and new values by the names of the columns."""
        new = columns_of(self.facts, least_part)
        told = [name for name in COMPARED if name in self.row.cells or name in NEEDED]
        pairs = {name: (self.old[name], new[name]) for name in told}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@dataclass
class Verdict:
    """What would happen to each row of a sheet."""

    sheet: sheets.Sheet
    accepted: list = field(default_factory=list)  # of Facts
    changed: list = field(default_factory=list)
    rejected: list = field(default_factory=list)
    unchanged: int = 0
    # The student of each new debt that may be meant to correct another; see resembling.
    doubtful: list = field(default_factory=list)

    @property
    def total(self):
        return sum(facts.amount for facts in self.accepted)

    @property
    def changed_total(self):
        """By how much the changed debts grow; below zero if they shrink."""
        return sum(one.facts.amount - one.old["amount"] for one in self.changed)

    @property
    def promise(self):
        """What the button names; another promise is another outcome."""
        outcome = [facts.key + str(facts.amount) for facts in self.accepted]
        outcome += [f"{one.old['pk']}:{one.facts}:{one.old}" for one in self.changed]
        return sha256("\n".join(outcome).encode()).hexdigest()

    @property
    def does_something(self):
        return bool(self.accepted or self.changed)


def judge(upload, *, now, told=None):
    """Say what would happen, and change nothing. Raises sheets.Unreadable.

    ``told`` hears how many rows are judged, and how many there are.
    """
    sheet = sheets.read(upload.content)
    if len(sheet.rows) > settings.SHEET_ROWS:
        raise sheets.refusal("rows")
    # The verdict keeps the rows that are shown, and of the others what they say.
    verdict = Verdict(replace(sheet, rows=[]))
    reader, first_of, today = Reader(upload), {}, timezone.localdate(now)
    for start in range(0, len(sheet.rows), AT_ONCE):
        some = sheet.rows[start : start + AT_ONCE]
        read = [(row, reader.read(row)) for row in some]
        known = _known(upload, [facts.key for _row, facts in read if _is_good(facts)])
        for row, facts in read:
            if _is_good(facts):
                _judge(verdict, row, facts, known, first_of, upload, today)
            else:
                verdict.rejected.append(Rejected(row, facts))
        if told:
            told(start + len(some), len(sheet.rows))
    verdict.doubtful = list(_doubtful(verdict.accepted, first_of, upload))
    return verdict


def _doubtful(accepted, named, upload):
    """Students with a debt that may be meant, and that the sheet does not name."""
    for start in range(0, len(accepted), AT_ONCE):
        some = accepted[start : start + AT_ONCE]
        yield from resembling(upload.subject.unit_id, some, named)


def _is_good(facts):
    return isinstance(facts, Facts)


def _known(upload, keys):
    """The debts of the unit that the rows may mean, by their keys."""
    there = Debt.objects.in_units([upload.subject.unit_id])
    there = there.exclude(state=Debt.State.CANCELLED)
    columns = ["pk", "key", "state", "paid_amount", "in_payment", *PAIR, *COMPARED]
    return {row["key"]: row for row in there.filter(key__in=keys).values(*columns)}


def _judge(verdict, row, facts, known, first_of, upload, today):
    """Put one good row where it belongs."""
    key = facts.key
    first = first_of.setdefault(key, row.number)
    old = known.get(key)
    problem = _problem(row, facts, old, first, today)
    if old and problem is None:
        change = Change(row, facts, old)
        differences = change.differences(upload.least_part)
        if not differences:
            verdict.unchanged += 1
            return
        problem = _against_change(facts, old, differences, today)
    if problem:
        verdict.rejected.append(Rejected(row, [problem]))
    elif old:
        verdict.changed.append(change)
    else:
        verdict.accepted.append(facts)


def _problem(row, facts, old, first, today):
    """Why a row that is well formed cannot be what it says."""
    if first != row.number:
        number = persian.to_persian_digits(first)
        text = _("The same debt as row %(number)s.") % {"number": number}
        return Problem("student_number", facts.student_number, text)
    if old and any(old[name] != getattr(facts, name) for name in PAIR):
        text = _("This row key belongs to the debt of somebody else.")
        return Problem("row_key", facts.row_key, text)
    if old is None and facts.due_on < today:
        return _too_late(facts)
    return None


def _against_change(facts, old, differences, today):
    """Why a debt that is stored already does not become what the row says."""
    if old["state"] == Debt.State.PAID or old["paid_amount"]:
        text = _("This debt is paid, at least in part; it is not changed.")
        return Problem("amount", facts.amount, text)
    if old["state"] == Debt.State.SPLIT:
        text = _("This debt is divided into instalments; it is not changed.")
        return Problem("amount", facts.amount, text)
    if old["in_payment"]:
        text = _("Somebody is paying this debt just now; it is not changed.")
        return Problem("amount", facts.amount, text)
    if "due_on" in differences and facts.due_on < today:
        return _too_late(facts)
    return None


def _too_late(facts):
    text = _("The due date is in the past.")
    return Problem("due_on", facts.due_on, text)


def columns_of(facts, least_part):
    """The columns of a debt that a row decides."""
    values = {name: getattr(facts, name) for name in CHANGEABLE if name != "subject_id"}
    return values | {"subject_id": facts.subject.pk, "least_part": least_part}
