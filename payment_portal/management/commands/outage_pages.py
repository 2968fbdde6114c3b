import re
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from payment_portal import institution

PAGES = ("unavailable.html", "maintenance.html")
STYLE = settings.BASE_DIR / "static" / "css" / "problem.css"
# The font is on the server that is away.
FONT = re.compile(r"@font-face \{.*?\}\n", re.DOTALL)


class Command(BaseCommand):
    help = "Write the pages that the web server in front shows while the portal is away"

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder, **options):
        folder.mkdir(parents=True, exist_ok=True)
        # Our own file, not what somebody typed.
        style = mark_safe(FONT.sub("", STYLE.read_text()))  # noqa: S308
        for name in PAGES:
            context = institution.context() | {"style": style}
            page = render_to_string(f"outage/{name}", context)
            (folder / name).write_text(page)
            self.stdout.write(f"{folder / name}")
