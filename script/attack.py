"""Wapiti and sqlmap against a portal that was made for it, bounded in time.

Started by script/attack. Limits that would turn the attackers away after a few tries
are raised: what is to be found lies behind them.
"""

import argparse
import csv
import json
import os
import secrets
import shutil
import subprocess
import sys
from types import SimpleNamespace

from script.processes import LOOPBACK, VAR, Processes, addresses, commands, environment

FOLDER = VAR / "attack"
TOOLS = VAR / "tools" / "attack" / "bin"
RAISED = {
    "STARTS_PER_PAYER": "100000",
    "CODES_PER_ADDRESS": "100000",
    "CODES_PER_HOUR": "100000",
    "LOG_IN_FAILURES_PER_ADDRESS": "100000",
    "LOG_LEVEL": "ERROR",
}
MODULES = (
    "backup,cookieflags,crlf,csp,exec,file,htaccess,http_headers,methods,"
    "permanentxss,redirect,shellshock,sql,timesql,upload,xss,xxe"
)
# Where the visitor would end what he needs himself.
LEAVE_OUT = ("/logout/", "/profile/devices/", "/password/")
# Addresses with parameters, and to whom they are open; sqlmap tries each parameter.
QUERIES = {
    "stranger": ["/v/?code=1", "/login/?next=/"],
    "student": [
        "/payments/?q=1&state=paid&sort=amount&page=1",
        "/catalog/units/?faculty=1",
    ],
    "superuser": [
        "/admin/payments/payment/?q=1&o=1&state__exact=paid&p=1",
        "/admin/payments/payment/?paid_at__jalali=1405-09",
        "/admin/accounts/user/?q=1&o=1&is_staff__exact=1",
        "/admin/accounts/securityevent/?q=1&kind__exact=log_in",
        "/admin/catalog/subject/?q=1&unit__faculty__id__exact=1",
        "/admin/debts/debt/?q=1&o=1",
        "/admin/finance/report/?by=day&from=1405/09/01&until=1405/09/30",
        "/admin/autocomplete/?term=a&app_label=catalog&model_name=subject&field_name=unit",
    ],
}
# What they report and what is none, with the reason; docs/security.md tells more.
FALSE_ALARMS = {
    "HTTP Strict Transport Security (HSTS)": "set where the portal is served by https",
    "Secure Flag cookie": "set where the portal is served by https",
}


def main():
    options = read_options()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    place = SimpleNamespace(
        host=LOOPBACK,
        port=options.port,
        sandbox_port=options.port + 1,
        smtp_port=options.port + 2,
    )
    os.environ.update(
        environment(place)
        | RAISED
        | {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DATABASE_URL": f"sqlite:///{FOLDER / 'portal.sqlite3'}",
            "ENV_FILE": os.devnull,
            "DJANGO_SETTINGS_MODULE": "script.attacked",
        }
    )
    subprocess.run([sys.executable, "-m", "script.prepare"], check=True)
    cookies = visitors()
    portal, _sandbox = addresses(place)
    with (
        open(FOLDER / "portal.log", "w") as log,
        Processes(commands(place), dict(os.environ), log) as processes,
    ):
        processes.wait_until_they_answer(place)
        found = [
            line
            for attack in (crawl, inject)
            for who, cookie in cookies.items()
            for line in attack(portal, who, cookie, options)
        ]
        processes.check()
    failures = (FOLDER / "portal.log").read_text().count("incident ")
    print(f"\n{failures} requests ended in a failure of the portal (portal.log).")
    print("Found:", *(found or ["nothing"]), sep="\n  ")
    sys.exit(bool(found or failures))


def read_options():
    parser = argparse.ArgumentParser(prog="script/attack", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20, help="of both, in all")
    parser.add_argument("--port", type=int, default=8700, help="and the two after it")
    return parser.parse_args()


def visitors():
    """Who attacks, and the header that makes him who he is."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    users = get_user_model().objects
    call_command("seed_demo", payments=200)
    mobile, password = "+989180009999", secrets.token_urlsafe()
    boss = users.create_superuser(mobile=mobile, full_name="مدیر", password=password)
    return {
        "stranger": "",
        "student": session_of(users.filter(is_staff=False).first()),
        "finance": session_of(users.get(mobile="+989180000103")),
        "superuser": session_of(boss),
    }


def session_of(user):
    from django.conf import settings
    from django.test import Client

    from payment_portal.admin_site import VERIFIED

    browser = Client()
    browser.force_login(user, backend="accounts.backends.MobileOrEmailBackend")
    session = browser.session
    session[VERIFIED] = user.pk
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def crawl(portal, who, cookie, options):
    """Let wapiti walk from page to page and try its modules."""
    print(f"wapiti as {who}", flush=True)
    report = FOLDER / f"wapiti-{who}.json"
    start = "/admin/" if who in {"finance", "superuser"} else "/"
    seconds = options.minutes * 60 * 0.5 / 4
    command = [
        *(TOOLS / "wapiti", "--url", f"{portal}{start}", "--scope", "domain"),
        *("--module", MODULES, "--max-scan-time", str(int(seconds / 3))),
        *("--max-attack-time", str(int(seconds / 8)), "--timeout", "10"),
        *("--flush-session", "--no-bugreport", "--verbose", "0", "--tasks", "2"),
        *("--format", "json", "--output", report, "--max-links-per-page", "60"),
        *("--store-session", FOLDER / f"wapiti-{who}", "--detailed-report", "1"),
    ]
    for path in LEAVE_OUT:
        command += ["--exclude", f"{portal}{path}*"]
    if cookie:
        command += ["--header", f"Cookie: {cookie}"]
    run(command, f"wapiti-{who}.log", seconds * 3)
    if not report.exists():
        sys.exit(f"wapiti as {who} ended without a report, see {FOLDER}.")
    told = json.loads(report.read_text())
    print(f"  {told['infos']['crawled_pages_nbr']} addresses")
    for name, one in findings(told):
        yield f"{who}: {name}: {one['method']} {one['path']}: {one['info']}"


def findings(told):
    """What a report of wapiti says, without the alarms that are known to be none."""
    for name, found in [*told["vulnerabilities"].items(), *told["anomalies"].items()]:
        for one in found:
            if name not in FALSE_ALARMS:
                yield name, one


def inject(portal, who, cookie, options):
    """Let sqlmap try each parameter of the addresses that search, sort and filter."""
    queries = QUERIES.get(who, [])
    if not queries:
        return
    print(f"sqlmap as {who}", flush=True)
    folder, seconds = FOLDER / f"sqlmap-{who}", int(options.minutes * 60 * 0.5 / 3)
    folder.mkdir()
    (folder / "addresses").write_text("\n".join(portal + path for path in queries))
    command = [
        *(TOOLS / "sqlmap", "-m", folder / "addresses", "--batch"),
        *("--disable-coloring", "--level", "1", "--risk", "2", "--threads", "4"),
        *("--time-limit", str(seconds), "--output-dir", folder),
        *("--results-file", folder / "results.csv"),
    ]
    if cookie:
        command += ["--cookie", cookie, "--skip", "session"]
    log = f"sqlmap-{who}.log"
    run(command, log, seconds)
    tried = (FOLDER / log).read_text().count("does not seem to be injectable")
    print(f"  {tried} parameters tried to the end")
    with (folder / "results.csv").open() as rows:
        for row in csv.DictReader(rows):
            # What sqlmap itself took back after a second look has this note.
            if row["Technique(s)"] and "false positive" not in row["Note(s)"]:
                yield f"{who}: sqlmap: {row}"


def run(command, log, seconds):
    with open(FOLDER / log, "w") as out:
        subprocess.run(
            list(map(str, command)), stdout=out, stderr=out, timeout=seconds + 60
        )


if __name__ == "__main__":
    main()
