import json
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from payments import invariants


class Command(BaseCommand):
    help = "Check the invariants of the stored money; status 1 if one is broken."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, **options):
        now = timezone.now()
        findings = invariants.check(now)
        broken = [finding for finding in findings if finding.count]
        self.print_json(findings, now) if options["json"] else self.print_table(
            findings
        )
        if broken:
            numbers = ", ".join(finding.number for finding in broken)
            raise CommandError(f"Broken: {numbers}")

    def print_table(self, findings):
        for finding in findings:
            count = finding.count or "ok"
            self.stdout.write(f"{finding.number}  {count!s:>8}  {finding.sentence}")
            if finding.count:
                named = " ".join(finding.order_numbers)
                more = " …" if finding.count > len(finding.order_numbers) else ""
                self.stdout.write(f"{'':18}{named}{more}")

    def print_json(self, findings, now):
        told = {
            "at": now.isoformat(),
            "broken": sum(1 for finding in findings if finding.count),
            "invariants": [asdict(finding) for finding in findings],
        }
        self.stdout.write(json.dumps(told, indent=2))
