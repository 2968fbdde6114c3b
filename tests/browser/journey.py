"""What people do in the browser, step by step."""

import json
import re
import secrets
import subprocess
import time
from io import BytesIO
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import expect
from pyzbar import pyzbar

from payment_portal import persian
from script.processes import VAR
from tests import factor
from tests.patience import PATIENT
from tests.payer import NEED_A_PASSWORD
from tests.payer import PASSWORD as PASSWORD_AT_BANK

PASSWORD = "three-blue-winters"
FACULTY, UNIT, SUBJECT = "دانشکده صنعت و معدن قروه", "امور دانشجویی", "خوابگاه"
MOBILES = {"student": "09180000101", "clerk": "09180000102", "finance": "09180000103"}
# What brings the next list where no script does it.
NEXT_LIST = {
    "حوزه یا مرکز اصلی": "نمایش واحدهای این حوزه",
    "واحد زیرمجموعه": "نمایش موضوع‌های این واحد",
}
# Backup codes of the demo's staff, by the portal and whose they are.
ON_PAPER = {}
DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")
DIRECTIONS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))


def new_mobile():
    return f"0918{secrets.randbelow(10**7):07}"


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def heading(page, name):
    expect(page.get_by_role("heading", name=name, exact=True).first).to_be_visible()


def wait_for(page, name):
    """Reload until the page has this heading: the worker needs a moment."""
    title = page.get_by_role("heading", name=name, exact=True)

    def seen():
        page.reload()
        return title.count()

    wait_until(page, seen, pause=500)


def wait_until(page, holds, pause=50):
    """Wait for it while the browser goes on."""
    give_up_at = time.monotonic() + PATIENT
    while not holds():
        assert time.monotonic() < give_up_at, f"not within {PATIENT} s"
        page.wait_for_timeout(pause)


def sign_up(page, site, mobile, *, name="ژیلا رحیمی"):
    """From nothing to the dashboard, by the code that comes to the sandbox's phone."""
    page.goto("/sign-up/")
    page.get_by_label("نام و نام خانوادگی").fill(name)
    page.get_by_label("تلفن همراه").fill(mobile)
    page.get_by_label("رمز ورود").first.fill(PASSWORD)
    page.get_by_label("با قوانین سایت موافقم.").check()
    press(page, "ثبت نام!")
    heading(page, "تأیید تلفن همراه")
    type_code(page, site, mobile)
    heading(page, "داشبورد")


def come_in(page, site):
    """Be somebody with an account who has paid nothing yet; his telephone number.

    Payers who shared an account would share its limits, from journey to journey.
    """
    user, session = site.newcomer()
    page.context.add_cookies([{"name": "session", "value": session, "url": site.url}])
    return persian.local_mobile(user.mobile)


def log_in(page, who, site):
    """Come in as one of the demo's people; staff with their second factor, too."""
    page.goto("/login/")
    page.get_by_label("نام کاربری").fill(MOBILES[who])
    passwords = json.loads((VAR / "demo-accounts.json").read_text())
    page.get_by_label("رمز ورود").first.fill(passwords[who])
    press(page, "ورود")
    page.wait_for_url(lambda url: "/login/" not in url)
    if who != "student":
        give_second_factor(page, who, passwords[who], site)


def give_second_factor(page, who, password, site):
    """Scan the key into an app at the first time; later, use up what is on paper."""
    page.goto("/admin/")
    paper = ON_PAPER.setdefault((urlsplit(page.url).netloc, who), [])
    code = page.get_by_label("کد برنامه تأیید هویت")
    if paper:
        code.fill(paper.pop())
        press(page, "ورود به صفحه‌های کارکنان")
    else:
        page.get_by_label("رمز ورود").first.fill(password)
        press(page, "تأیید و ادامه!")
        press(page, "ارسال کد")
        type_code(page, site, MOBILES[who])
        picture = Image.open(BytesIO(page.locator(".scan svg").screenshot()))
        [scanned] = pyzbar.decode(picture)
        code.fill(factor.code(factor.key_on(scanned.data.decode())))
        press(page, "تأیید و ادامه!")
        heading(page, "کدهای پشتیبان")
        paper += page.locator(".backup-codes bdi").all_inner_texts()
        press(page, "این کدها را نگه داشتم")
    page.wait_for_url("**/admin/")


def type_code(page, site, mobile):
    """What the phone has just been sent."""
    form = page.locator("input[autocomplete=one-time-code]")
    expect(form).to_be_visible()
    form.fill(newest_sms(page, site, mobile, r"\d{6}"))
    press(page, "تأیید و ادامه!")


def newest_sms(page, site, mobile, pattern):
    """What the phone's newest message says there, read in another tab."""
    tab = page.context.new_page()
    tab.goto(f"{site.sandbox.url}/phone/?number={mobile}")
    text = tab.locator("article .text").first.inner_text().translate(DIGITS)
    tab.close()
    return re.search(pattern, text)[0]


def choose(page, amount, *, scripts=True):
    """Fill in the payment form as in the guide's example."""
    page.goto("/")
    titles = {
        "حوزه یا مرکز اصلی": FACULTY,
        "واحد زیرمجموعه": UNIT,
        "موضوع پرداخت وجه": SUBJECT,
    }
    for label, title in titles.items():
        page.get_by_label(label, exact=True).select_option(label=title)
        if not scripts and label in NEXT_LIST:
            press(page, NEXT_LIST[label])
    page.get_by_label("مبلغ نهایی پرداخت (ریال)").fill(amount)


def password_sent(phone, site):
    """The one-time password on the phone to which a link leads, without going there."""
    number = phone.get_attribute("href").partition("number=")[2]
    texts = (sms["text"] for sms in site.sandbox.messages(number))
    return next(filter(None, map(PASSWORD_AT_BANK.search, texts)))[1]


def password_seen(phone, site):
    """The same, read in another tab."""
    with phone.page.context.expect_page() as opened:
        phone.click()
    text = opened.value.locator("article .text").first.inner_text().translate(DIGITS)
    opened.value.close()
    return PASSWORD_AT_BANK.search(text)[1]


def go_to_bank(page, site, *, scripts=True):
    """Choose, confirm, and stand before the bank's card form; returns the amount.

    Every time another amount, for the same one is asked about; all of one size, for
    one far above the usual is asked about too.
    """
    amount = persian.rial(1_000_000 + 10 * secrets.randbelow(390_000))
    choose(page, amount, scripts=scripts)
    press(page, "پرداخت مبلغ نهایی")
    heading(page, "تأیید تراکنش")
    question = page.get_by_text("آیا از پرداخت مبلغ").first
    expect(question).to_contain_text(f"{amount} ریال اطمینان دارید؟")
    press(page, "بله، انجام شود")
    if not scripts:
        page.locator(f"form[action^='{site.sandbox.url}'] button").click()
    page.wait_for_url(f"{site.sandbox.url}/**")
    return amount


def pay(page, site, action="late", *, scripts=True, look=password_sent):
    """Do the payer's part at the bank and come back: by the button, or by itself."""
    at_bank(page, site, action, look)
    if action == "late" or not scripts:
        page.locator("#return button").click()
    page.wait_for_url(f"{site.url}/**")


def at_bank(page, site, action, look=password_sent):
    """Fill in the card form; a password comes to the phone that the page names."""
    if action in NEED_A_PASSWORD:
        page.locator("button[value=otp]").click()
        phone = page.get_by_role("link", name="دیدن تلفن")
        page.get_by_label("رمز پویا").fill(look(phone, site))
    page.locator(f"button[value={action}]").click()


def newest(site):
    """The newest transaction as the bank knows it."""
    return site.sandbox.ledger()[-1]


def download(page, link):
    """Follow a link to a receipt; its text with ASCII digits and no direction marks."""
    with page.expect_download() as coming:
        link.click()
    path = coming.value.path()
    assert path.read_bytes().startswith(b"%PDF-")
    read = ["pdftotext", "-layout", str(path), "-"]
    text = subprocess.run(read, check=True, capture_output=True, text=True).stdout
    return text.translate(DIGITS | DIRECTIONS)
