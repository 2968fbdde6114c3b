"""Bring a portal's database to its start, and record what a payment says to it.

Runs as a process with the portal's environment, for it needs Django:
python -m benchmarks.recording PORT-OF-THE-BANK FILE
"""

import fcntl
import json
import secrets
import sys
from pathlib import Path

from benchmarks.load import Door
from script.prepare import main as prepare
from script.processes import VAR

PEOPLE = 80  # who is logged in before anything is measured
# Where the numbers of rows begin: every table far from the others, so that a number in
# a recorded statement tells which row is meant.
FIRST, STEP = 700_000_000, 10_000_000


def main(bank_port, file):
    """Write down what the payers and the floor have to know."""
    VAR.mkdir(mode=0o700, exist_ok=True)
    with (VAR / "preparing").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # as everybody does who prepares this folder
        prepare()
    leave_one_bank()
    people = [person(number) for number in range(PEOPLE)]
    payer = Recorder(people[0], chosen(), Door(int(bank_port)))
    payer.pay(900_000)  # the first one has more to load
    starts = spread_numbers()
    steps, facts = payer.pay(910_000)
    payer.cancel(920_000)
    messages_sent()
    found = {"people": people, "choice": payer.choice}
    found |= {"steps": steps, "facts": facts, "starts": starts}
    Path(file).write_text(json.dumps(found))


def leave_one_bank():
    """The stub speaks as SEP does; nobody is to be sent anywhere else."""
    from payments.models import Terminal

    Terminal.objects.exclude(alias="sep").update(is_open=False)


def person(number):
    """Somebody with an account and an open session."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    mobile = f"912{number:07d}"
    user = User(mobile=f"+98{mobile}", full_name="زهرا محمدی")
    user.set_unusable_password()
    user.save()
    browser = Client()
    browser.force_login(user, backend="accounts.backends.MobileOrEmailBackend")
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return {"mobile": mobile, "session": session, "csrf": secrets.token_hex(16)}


def chosen():
    """What everybody pays for: any amount is right."""
    from django.utils import timezone

    from catalog.models import AmountRule, Subject

    found = Subject.objects.open(timezone.now()).filter(amount_rule=AmountRule.FREE)
    subject = found.select_related("unit").first()
    place = {"faculty": subject.unit.faculty_id, "unit": subject.unit_id}
    return place | {"subject": subject.pk}


def spread_numbers():
    """Let every table count from a place of its own; table -> its next number."""
    from django.apps import apps
    from django.db import connection

    from accounts.models import Message

    models = [Message, *apps.get_app_config("payments").get_models()]
    numbered = [m._meta.db_table for m in models if m._meta.pk.name == "id"]
    starts = {table: FIRST + STEP * place for place, table in enumerate(numbered)}
    with connection.cursor() as cursor:
        for table, start in starts.items():
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
                [table, start - 1],
            )
    return starts


def messages_sent():
    """No worker runs here: let the queue be as short as one keeps it."""
    from django.utils import timezone

    from accounts.models import Message

    Message.objects.update(state="sent", sent_at=timezone.now(), next_try_at=None)


class Recorder:
    """A payer inside this process, so that every statement can be kept."""

    def __init__(self, person, choice, bank):
        from django.test import Client

        self.person, self.choice, self.bank = person, choice, bank
        self.from_the_bank = Client(SERVER_NAME="localhost")  # sends no cookie of ours
        self.browser = Client(SERVER_NAME="localhost")
        self.browser.cookies.load({"session": person["session"]})

    def pay(self, amount):
        """The statements of every step, and the values that are this payment's own."""
        start = self.recorded(lambda: self.start(amount))
        fields = self.way_back()
        back = self.recorded(lambda: self.come_back(fields))
        page = self.recorded(lambda: self.browser.get(self.payment.get_absolute_url()))
        facts = {
            name: str(getattr(self.payment, name))
            for name in ("order_number", "submission_key", "callback_key", "token")
            + ("verify_key", "verify_code", "public_id")
        }
        return {"start": start, "return": back, "result page": page}, facts

    def cancel(self, amount):
        self.start(amount)
        self.find()
        self.come_back(self.way_back() | {"State": "CanceledByUser", "RefNum": ""})

    def start(self, amount):
        self.key = secrets.token_hex(11)
        form = self.choice | {"amount": amount, "submission_key": self.key}
        self.browser.post("/pay/", form)

    def find(self):
        from payments.models import Payment

        self.payment = Payment.objects.get(submission_key=self.key)

    def way_back(self):
        self.find()
        return self.bank.json("/card", mobile=self.person["mobile"])["fields"]

    def come_back(self, fields):
        self.from_the_bank.post(f"/bank/{self.payment.callback_key}/", fields)

    def recorded(self, step):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            step()
        return [query["sql"] for query in captured.captured_queries]


if __name__ == "__main__":
    main(*sys.argv[1:])
