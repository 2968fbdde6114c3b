"""The labels of the source guide, page by page and word for word."""

from django.test import Client

from tests.accounts import conftest as accounts
from tests.pages import words
from tests.payments import conftest as payments

phone = accounts.phone
bank, terminal, payer, paid = (
    payments.bank,
    payments.terminal,
    payments.payer,
    payments.paid,
)
SYSTEM = "سامانه درآمدهای اختصاصی دانشگاه کردستان"


def says(answer, *labels):
    assert answer.status_code == 200
    page = words(answer.text)
    assert [label for label in labels if label not in page] == []


def test_log_in(db):
    answer = Client().get("/login/")
    says(
        answer,
        SYSTEM,
        "نام کاربری",
        "تلفن همراه یا ایمیل را وارد کنید",
        "رمز ورود",
        "فراموشی رمز عبور؟",
        "ورود",
        "حساب کاربری ندارید؟",
        "ایجاد حساب کاربری",
    )
    assert 'placeholder="تلفن همراه یا ایمیل را وارد کنید"' in answer.text


def test_create_account(db):
    answer = Client().get("/sign-up/")
    says(
        answer,
        "ایجاد حساب کاربری",
        "بازگشت به صفحه ورود",
        "نام و نام خانوادگی",
        "تلفن همراه",
        "ایمیل",
        "رمز ورود",
        "با قوانین سایت موافقم.",
        "ثبت نام!",
    )
    assert "checked" not in answer.text


def test_confirm_mobile(db, phone):
    browser = Client()
    accounts.sign_up(browser)
    says(
        browser.get("/sign-up/confirm/"),
        "تأیید تلفن همراه",
        "لطفاً کد ارسال شده به تلفن همراه را وارد کنید:",
        "تأیید و ادامه!",
    )


def test_dashboard(client_of, student):
    says(
        client_of(student).get("/"),
        "داشبورد",
        "فرم پرداخت",
        "حوزه یا مرکز اصلی",
        "واحد زیرمجموعه",
        "موضوع پرداخت وجه",
        "مبلغ نهایی پرداخت (ریال)",
        "پرداخت مبلغ نهایی",
    )


def test_confirm(payer):
    says(
        payer.browser.post("/pay/confirm/", payer.form("100000")),
        "تأیید تراکنش",
        "آیا از پرداخت مبلغ ۱۰۰٬۰۰۰ ریال اطمینان دارید؟",
        "بله، انجام شود",
        "انصراف",
    )


def test_confirm_dialog(payer):
    says(
        payer.browser.get("/"),
        "تأیید تراکنش",
        "آیا از پرداخت مبلغ",
        "ریال اطمینان دارید؟",
        "بله، انجام شود",
        "انصراف",
    )


def test_after_the_bank(payer, paid):
    says(
        payer.browser.get(paid.get_absolute_url()),
        "عملیات موفق",
        "مبلغ تراکنش",
        "تاریخ و ساعت",
        "شماره پیگیری",
        "شماره مرجع",
        "واحد مربوطه امور دانشجویی",
        "موضوع پرداخت خوابگاه",
        "دانشگاه کردستان - تلفن:",
        "دانلود رسید",
    )


def test_history(payer, paid):
    says(
        payer.browser.get("/payments/"),
        "سوابق پرداخت",
        "لیست کلیه سوابق پرداخت",
        "جستجو",
        "تعداد نتیجه",
        "ردیف",
        "واحد مربوطه",
        "موضوع پرداخت",
        "مبلغ",
        "تاریخ و ساعت",
        "شماره پیگیری",
        "شماره مرجع",
        "رسید",
    )
