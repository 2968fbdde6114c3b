from pathlib import Path

import xlsxwriter
from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from catalog import importing

EXAMPLE = {
    "faculty": "معاونت دانشجویی",
    "unit": "اداره خوابگاه‌ها",
    "title": "اجاره‌بهای خوابگاه",
    "min_amount": 3_000_000,
    "max_amount": 60_000_000,
}


class Command(BaseCommand):
    help = "Make or bring up to date the catalogue from a sheet (.xlsx, .xls, .ods)"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="tell what would be done, store nothing",
        )
        parser.add_argument(
            "--template", action="store_true", help="write an empty sheet to the file"
        )

    def handle(self, *, file, dry_run, template, **options):
        if template:
            self.write_template(file)
            return
        try:
            counts = importing.store(importing.read(file), dry_run=dry_run)
        except importing.Invalid as wrong:
            nothing = _("Nothing was stored:")
            raise CommandError("\n".join([nothing, *wrong.faults])) from None
        cache.clear()  # this process's; others show the new lists within a minute
        words = _(
            "%(made)d subjects made, %(changed)d changed, %(unchanged)d unchanged"
        )
        self.stdout.write(words % {"made": 0, "changed": 0, "unchanged": 0, **counts})
        if dry_run:
            self.stdout.write(_("This was a dry run: nothing was stored."))

    def write_template(self, file):
        with xlsxwriter.Workbook(file) as book:
            sheet = book.add_worksheet()
            sheet.right_to_left()
            bold = book.add_format({"bold": True})
            for column, (name, heading) in enumerate(importing.HEADINGS.items()):
                sheet.write_string(0, column, heading, bold)
                sheet.write(1, column, EXAMPLE.get(name, ""))
            sheet.set_column(0, len(importing.HEADINGS) - 1, 24)
