import random

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from payments import seeding
from payments.management.commands import demo


class Command(BaseCommand):
    help = "Store believable payments of some years, to show and to measure with."

    def add_arguments(self, parser):
        parser.add_argument("--payments", type=int, default=10_000)
        parser.add_argument("--years", type=int, default=seeding.YEARS)
        parser.add_argument("--seed", help="draws the same once more")

    def handle(self, *, payments, years, seed, **options):
        if not settings.SANDBOX:
            raise CommandError("made-up payments are for SANDBOX=1 only")
        demo.load()
        chance = random.Random(seed)  # noqa: S311  nothing secret is drawn
        now = timezone.now()
        for stored in seeding.seed(payments, now, years=years, chance=chance):
            self.stdout.write(f"{stored} of {payments}", ending="\r")
        self.stdout.write("")
