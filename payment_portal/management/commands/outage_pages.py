import re
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from payment_portal import institution
from payment_portal.fields import JalaliDateTimeField

PAGES = {
    "unavailable.html": _("The system is not available right now"),
    "maintenance.html": _("The system is being updated"),
    "too-large.html": _("That was too large"),
    "busy.html": _("Many people on your network are here right now"),
}
STYLE = settings.BASE_DIR / "static" / "css" / "problem.css"
# The font is on the server that is away.
FONT = re.compile(r"@font-face \{.*?\}\n", re.DOTALL)


class Command(BaseCommand):
    help = "Write the pages that the web server in front shows in place of the portal"

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        until = "when it is to be back, if known: '1405/09/01 14:30'"
        parser.add_argument("--until", default="", help=until)

    def handle(self, *, folder, until, **options):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            moment = JalaliDateTimeField(required=False).clean(until)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        for name in PAGES:
            (folder / name).write_text(page(name, moment))
            self.stdout.write(f"{folder / name}")


def page(name, until):
    parts = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            context = institution.context() | {"until": until}
            parts.append(render_to_string(f"outage/{name}", context))
    # Our own file, not what somebody typed.
    style = mark_safe(FONT.sub("", STYLE.read_text()))  # noqa: S308
    context = {"parts": parts, "style": style, "title": PAGES[name]}
    return render_to_string("outage/page.html", institution.context() | context)
