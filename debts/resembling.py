"""New debts that may be meant to correct others, and would be asked beside them.

Without a row key a debt is known by its due date and description, too.
"""

from debts.identity import PAIR
from debts.models import Debt
from debts.rows import alike


def resembling(unit_id, new, named):
    """The student of each new debt like an open one of his that no row names.

    The subject is the same, and the due date or the description; both, if the row key
    alone is another. An open debt may be paid in part, or being paid just now.
    """
    numbers = {facts.national_number for facts in new}
    there = Debt.objects.in_units([unit_id]).filter(state=Debt.State.OPEN)
    known = there.filter(national_number__in=numbers)
    marks = set()
    for *whose, key, due_on, title in known.values_list(
        *PAIR, "subject_id", "key", "due_on", "title"
    ):
        if key not in named:
            marks |= {(*whose, due_on), (*whose, alike(title))}
    for facts in new:
        whose = facts.student_number, facts.national_number, facts.subject.pk
        if not marks.isdisjoint([(*whose, facts.due_on), (*whose, alike(facts.title))]):
            yield facts.student_number
