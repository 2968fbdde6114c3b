import json
import secrets

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from catalog import demo
from catalog.models import Faculty
from debts.models import Duty
from payments.models import Terminal

# Who may try the portal out -> mobile, name, group.
PEOPLE = {
    "student": ("+989180000101", "زهرا محمدی", None),
    "clerk": ("+989180000102", "رضا کریمی", "مسئول فهرست پرداخت‌ها"),
    "finance": ("+989180000103", "مریم رستمی", "امور مالی"),
    "debts": ("+989180000105", "نسرین عزیزی", "مسئول بدهی‌ها"),
    "finance2": ("+989180000104", "هیوا مرادی", "امور مالی"),
}
# The sandbox's terminals, in the order of preference.
TERMINALS = [
    # psp, merchant number, alias, title
    ("sep", "2015", "sep", "پرداخت الکترونیک سامان"),
    ("sep", "2041", "sep-41", "سامان (نسل ۴٫۱)"),
    ("mellat", "7001234", "mellat", "به‌پرداخت ملت"),
    ("sadad", "24000615", "sadad", "سداد (بانک ملی)"),
    ("parsian", "44481234", "parsian", "تجارت الکترونیک پارسیان"),
    ("pasargad", "6217318", "pasargad", "پرداخت الکترونیک پاسارگاد"),
    ("irankish", "08012345", "irankish", "ایران‌کیش"),
    ("asanpardakht", "1234", "asanpardakht", "آسان‌پرداخت"),
    ("zarinpal", "1344b5d4-0048-11e8-94db-005056a205be", "zarinpal", "زرین‌پال"),
    ("zibal", "5f0e8a1c2b3d4e5f60718293", "zibal", "زیبال"),
    ("vandar", "university", "vandar", "وندار"),
    ("payping", "university", "payping", "پی‌پینگ"),
    ("sepehr", "99000001", "sepehr", "پرداخت الکترونیک سپهر"),
]
PASSWORDS = settings.VAR_DIR / "demo-accounts.json"


def load():
    """The catalogue and the terminals; what is there stays as it is."""
    demo.load()
    for position, (psp, merchant_number, alias, title) in enumerate(TERMINALS):
        Terminal.objects.get_or_create(
            psp=psp,
            merchant_number=merchant_number,
            defaults={"alias": alias, "title": title, "position": position},
        )


class Command(BaseCommand):
    help = "Load the demo catalogue, a terminal at the sandbox's bank and three people."

    def handle(self, **options):
        if not settings.SANDBOX:
            raise CommandError("demo accounts are for SANDBOX=1 only")
        load()
        passwords = self.passwords()
        for role, (mobile, name, group) in PEOPLE.items():
            self.person(mobile, name, group, passwords[role])
            local = mobile.replace("+98", "0", 1)
            self.stdout.write(f"{role:8} {local}  {passwords[role]}")
        self.duty()

    def duty(self):
        """The debts clerk works for the first faculty."""
        clerk = User.objects.get(mobile=PEOPLE["debts"][0])
        first = Faculty.objects.in_order().first()
        Duty.objects.get_or_create(user=clerk, faculty=first)

    def passwords(self):
        """Random passwords, the same at every start of this copy."""
        known = json.loads(PASSWORDS.read_text()) if PASSWORDS.exists() else {}
        if known.keys() >= PEOPLE.keys():
            return known
        made = {role: secrets.token_urlsafe(9) for role in PEOPLE} | known
        PASSWORDS.parent.mkdir(exist_ok=True)
        PASSWORDS.touch(mode=0o600)
        PASSWORDS.write_text(json.dumps(made))
        return made

    def person(self, mobile, name, group, password):
        user = User.objects.filter(mobile=mobile).first()
        if user is None:
            user = User.objects.create_user(
                mobile=mobile,
                full_name=name,
                password=password,
                is_staff=group is not None,
            )
        elif not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
        if group:
            user.groups.add(Group.objects.get(name=group))
