import secrets

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from payments import checkout, gateways, numbers
from payments.gateways.base import Order, Redirect, Refused
from payments.models import Terminal


class Command(BaseCommand):
    help = (
        "Ask a terminal's bank for a token of the smallest amount, and tell what it"
        " answered. Nobody pays it, so no money moves; nothing is stored."
    )

    def add_arguments(self, parser):
        parser.add_argument("name", help="alias of the terminal")

    def handle(self, *, name, **options):
        terminal = self.terminal(name)
        order = self.order(terminal)
        line, answer = checkout.try_out(terminal, order)
        self.stdout.write(f"asked:    {line.request}")
        self.stdout.write(f"answered: {line.answer}")
        self.stdout.write(f"took:     {line.milliseconds} ms")
        if not isinstance(answer, Redirect):
            no = "no" if isinstance(answer, Refused) else "not known"
            raise CommandError(f"{no}: {answer}")
        self.stdout.write(self.style.SUCCESS(f"The bank gave a token: {answer.url}"))

    def terminal(self, name):
        terminal = Terminal.objects.filter(alias=name).first()
        if terminal is None:
            known = ", ".join(Terminal.objects.values_list("alias", flat=True))
            raise CommandError(f"no terminal {name}; there are: {known}")
        for problem in terminal.problems():
            raise CommandError(problem)
        return terminal

    def order(self, terminal):
        smallest = gateways.traits(terminal.psp).smallest_amount
        path = reverse("payments:callback", args=[secrets.token_urlsafe(16)])
        return Order(
            number=numbers.new_order_number(),
            amount=max(smallest, terminal.min_amount or 0),
            callback_url=f"{settings.BASE_URL}{path}",
            asked_at=timezone.localtime(),
            description=settings.SYSTEM_NAME,
        )
