from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import second_factor
from accounts.limits import NOWHERE
from accounts.models import User
from accounts.security import Source
from payment_portal.fields import e164


class Command(BaseCommand):
    help = "Take a lost second factor away, where no other superuser can do it."

    def add_arguments(self, parser):
        parser.add_argument("mobile")
        parser.add_argument("reason", help="who asked, and how he was recognised")

    def handle(self, *, mobile, reason, **options):
        user = User.objects.filter(mobile=e164(mobile)).first()
        if user is None:
            raise CommandError("nobody has this mobile")
        origin, now = Source(NOWHERE), timezone.now()
        if not second_factor.reset(user, origin, f"console: {reason}", now):
            raise CommandError("he has no second factor")
        self.stdout.write("He sets up another one when he comes next.")
