"""New debts that may be meant to correct others, and would be asked beside them.

Without a row key a debt is known by its due date and description, too.
"""

from collections import defaultdict

from debts.models import Debt
from debts.rows import alike

STUDENT = ["student_number", "national_number"]


def resembling(unit_id, new):
    """Who has an open debt much like his new one, and the keys of such debts.

    The subject is the same, and the due date or the description.
    """
    numbers = {facts.national_number for facts in new}
    there = Debt.objects.in_units([unit_id]).filter(state=Debt.State.OPEN)
    known = there.filter(national_number__in=numbers)
    of_student = defaultdict(list)
    for *whose, key, due_on, title in known.values_list(
        *STUDENT, "subject_id", "key", "due_on", "title"
    ):
        of_student[tuple(whose)].append((key, due_on, alike(title)))
    for facts in new:
        whose = facts.student_number, facts.national_number, facts.subject.pk
        same = facts.due_on, alike(facts.title)
        keys = {
            key
            for key, due_on, title in of_student[whose]
            if due_on == same[0] or title == same[1]
        }
        if keys:
            yield facts.student_number, keys
