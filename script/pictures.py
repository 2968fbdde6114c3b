"""Take the pictures of docs/staff.md: .venv/bin/python -m script.pictures

Wants script/server running in this folder with a new database (var/portal.sqlite3),
and 3,000 made-up payments in it: manage.py seed_demo --payments 3000 --seed pictures
"""

import argparse
import json
import re
import sys
from datetime import timedelta
from io import BytesIO
from urllib.request import Request, urlopen

import jdatetime
import openpyxl
from PIL import Image
from playwright.sync_api import sync_playwright

from script.processes import ROOT, VAR
from tests import factor
from tests.debts.sheets import national
from tests.payer import PASSWORD

FOLDER = ROOT / "docs" / "pictures"
WIDTH, COLOURS = 1100, 64
# The list of pages beside the page takes room and says nothing new.
NARROW = "localStorage.setItem('django.admin.navSidebarIsOpen', 'false')"
CHROMIUM = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox"]}
STUDENT, CLERK, FINANCE = "09180000101", "09180000105", "09180000103"
ROLES = {STUDENT: "student", CLERK: "debts", FINANCE: "finance"}
HEADINGS = [
    *("شماره دانشجویی", "شماره ملی", "نام و نام خانوادگی", "تلفن همراه"),
    *("مبلغ (ریال)", "سررسید", "شرح"),
]
# What is wrong with a row, by the place of its cell.
WRONG = [{1: 37256114}, {4: "۸۵۰ هزار تومان"}, {5: "دی ماه"}]
NAMES = ["زهرا محمدی", "سارا احمدی", "هیوا مرادی", "ژیان کریمی", "آرمان رضایی"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portal", default="http://localhost:8000")
    parser.add_argument("--sandbox", default="http://127.0.0.1:8001")
    asked = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        people = {who: person(browser, asked.portal) for who in ROLES}
        of_the_clerk(people[CLERK], asked.sandbox)
        of_the_alarm(people[STUDENT], asked.sandbox)
        of_finance(people[FINANCE], asked.sandbox)
        browser.close()


def person(browser, portal):
    size = {"width": WIDTH, "height": 700}
    context = browser.new_context(base_url=portal, viewport=size)
    context.add_init_script(NARROW)
    return context.new_page()


def take(page, name, *, until):
    """The page from its top to something on it, in few colours."""
    page.wait_for_load_state()
    end = page.locator(until).first.bounding_box()
    end = int(end["y"] + end["height"] + page.evaluate("scrollY")) + 16
    shot = Image.open(BytesIO(page.screenshot(full_page=True)))
    shot = shot.crop((0, 0, shot.width, end))
    few = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


def log_in(page, who, sandbox, *, shown=False):
    page.goto("/login/" if who == STUDENT else "/admin/")
    password = json.loads((VAR / "demo-accounts.json").read_text())[ROLES[who]]
    page.fill("[name=username]", who)
    page.fill("[name=password]", password)
    press(page, "main form .btn-primary")
    if who == STUDENT:
        return
    page.fill("main [type=password]", password)
    press(page, "main form .btn-primary")
    press(page, "main form .btn-primary")
    page.wait_for_selector("[name=code]")
    page.fill("[name=code]", code_sent_to(who, sandbox))
    press(page, "main form .btn-primary")
    page.wait_for_selector(".scan")
    if shown:
        take(page, "second-factor", until="main form .btn-primary")
    page.fill("[name=code]", factor.code(factor.key_on(page.content())))
    press(page, "main form .btn-primary")
    page.wait_for_selector(".backup-codes")
    press(page, "main form .btn-primary")


def code_sent_to(who, sandbox):
    newest = json.loads(ask(f"{sandbox}/phone.json?number={who}"))["messages"][0]
    return re.search(r"\d{6}", newest["text"])[0]


def press(page, what):
    page.locator(what).first.click()
    page.wait_for_load_state()


def of_the_clerk(page, sandbox):
    log_in(page, CLERK, sandbox, shown=True)
    press(page, "#debts-module a")
    page.select_option("[name=subject]", index=1)
    page.fill("[name=title]", "شهریه نیمسال اول ۱۴۰۵")
    page.set_input_files("[name=sheet]", [sheet()])
    take(page, "upload", until=".submit-row")
    press(page, ".submit-row input")
    take(page, "dry-run", until="text=دریافت ردیف‌های ردشده")
    press(page, ".submit-row input")
    take(page, "batch", until=".field-sums")
    press(page, ".object-tools a >> text=تقسیط")
    page.goto(f"{page.url}?count=3")
    press(page, "button[name=look]")
    take(page, "instalments", until="button[name=promise]")
    page.goto("/admin/debts/debt/?q=سارا")
    press(page, "#result_list tbody th a")
    press(page, ".object-tools a >> text=پیوند پرداخت")
    press(page, "text=ساختن و نمایش پیوند")
    take(page, "pay-link", until="text=ساختن و نمایش پیوند")


def sheet():
    """Five good rows, and three that are not."""
    due = (jdatetime.date.today() + timedelta(45)).strftime("%Y/%m/%d")
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    for number, name in enumerate(NAMES, 1):
        mobile = STUDENT if number == 1 else f"0918{number:07}"
        who = [f"40112{number:04}", national(3_725_600 + number), name, mobile]
        book.active.append([*who, "8,500,000", due, "شهریه ثابت"])
    for number, wrong in enumerate(WRONG, 7):
        who = [f"40112{number:04}", national(3_725_600 + number), "دانشجو", ""]
        row = dict(enumerate([*who, "8,500,000", due, "شهریه ثابت"])) | wrong
        book.active.append([*row.values()])
    output = BytesIO()
    book.save(output)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "شهریه.xlsx", "mimeType": kind, "buffer": output.getvalue()}


def of_the_alarm(page, sandbox):
    """A payment whose bank tells of another receipt than it gave."""
    log_in(page, STUDENT, sandbox)
    press(page, "a.btn-primary >> text=پرداخت")
    press(page, "main form .btn-primary")
    page.wait_for_url(f"{sandbox}/**")
    fault = {"psp": "sep", "operation": "verify", "fault": "wrong_receipt"}
    ask(f"{sandbox}/faults.json", fault | {"phase": "after", "times": 1})
    press(page, "button[value=otp]")
    link = page.get_by_role("link", name="دیدن تلفن").get_attribute("href")
    texts = ask(f"{sandbox}/phone.json?{link.partition('?')[2]}")
    messages = json.loads(texts)["messages"]
    [code, *_others] = filter(None, (PASSWORD.search(one["text"]) for one in messages))
    page.get_by_label("رمز پویا").fill(code[1])
    press(page, "button[value=success]")
    page.wait_for_url("**/payments/**")


def ask(address, told=None):
    content = json.dumps(told).encode() if told else None
    headers = {"Content-Type": "application/json"}
    with urlopen(Request(address, content, headers)) as answer:  # noqa: S310
        return answer.read()


def of_finance(page, sandbox):
    log_in(page, FINANCE, sandbox)
    page.goto("/admin/")
    take(page, "front", until="#recent-actions-module")
    page.goto("/admin/finance/report/?period=year&by=month")
    take(page, "report", until=".report tfoot")
    page.goto("/admin/payments/payment/attention/")
    take(page, "attention", until="#content-main")


if __name__ == "__main__":
    sys.exit(main())
