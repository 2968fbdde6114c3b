"""Every page of a payer in every state, and the staff's main ones, as they come.

Django's client asks for them; a browser then only has to look. A page that is new
belongs here: what stands here is looked at in every width, colour and language.
"""

from datetime import timedelta
from unittest.mock import patch

import axes.utils
from django.contrib import admin
from django.core.management import call_command
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import emails
from accounts.models import Authenticator, BackupCode, Limit, User
from catalog.models import AmountRule, Subject
from debts.models import Certificate, Debt, Identity, PayLink
from payment_portal import institution, papers
from payment_portal.models import Institution, Notice
from payment_portal.seats import Seats
from payments import checkout, notes
from payments.models import GatewayCall, GatewayCallBody, Payment, Terminal
from payments.states import Reason, State
from tests import factor
from tests.accounts.conftest import TYPED, forget
from tests.conftest import PASSWORD, person
from tests.debtors import is_student
from tests.debts.sheets import NATIONAL, OTHER_NATIONAL, OTHER_STUDENT, STUDENT, row
from tests.payments.conftest import Payer
from tests.payments.test_guards import FACTS, make_claim, make_payment
from tests.test_institution import picture

LONG = "کارگاه آموزشی و پژوهشی فناوری‌های نوین مهندسی معدن و فرآوری مواد معدنی قروه"
A_LOT = 1_999_999_999
ZWNJ_NAME = "سیده‌فاطمه‌زهرا حسینی‌نژاد طباطبایی‌فر کردستانی"
NOTHING = dict.fromkeys(["faculty", "unit", "subject"], "")
WRONG = NOTHING | {"amount": "صد هزار", "submission_key": "wrong"}


class World:
    """People, payments and debts that bring every page into every state."""

    def __init__(self, subject, terminal, store, client_of, phone, bank):
        self.subject, self.terminal, self.phone, self.bank = (
            *(subject, terminal, phone),
            bank,  # the address to which the way to the bank leads
        )
        self.files = {}  # that pages ask for, beside the static ones
        self.now = timezone.now()
        self.owner = person("علی محمدی", "+989181234567", email="ali@example.com")
        self.newcomer = person("سارا احمدی", "+989187654321")
        self.busy = person(ZWNJ_NAME, "+989181112222", email="z@example.com")
        self.superuser = User.objects.create_superuser(
            mobile="+989180000003", full_name="مدیر سامانه", password=PASSWORD
        )
        people = (self.owner, self.newcomer, self.busy, self.superuser)
        self.officer = person("مریم رستمی", "+989180000002", is_staff=True)
        self.client_of = client_of
        self.browsers = {user: client_of(user) for user in people}
        self.elsewhere = [client_of(self.busy) for _ in range(2)]
        self.anybody = Client()
        self.phone_in_hand, self.forgetful = Client(), Client()
        Notice.objects.create(
            text="سامانه جمعه از ساعت ۲ تا ۴ بامداد به‌روز می‌شود.",
            text_en="The system is being updated on Friday from 2 to 4 in the morning.",
            starts_at=self.now - timedelta(days=1),
            ends_at=self.now + timedelta(days=1),
        )
        institution.forget()
        self.subjects()
        self.debts(store)
        self.payments()

    def subjects(self):
        more = {"unit": self.subject.unit, "position": 2}
        self.fixed = Subject.objects.create(
            title=LONG,
            amount_rule=AmountRule.FIXED,
            fixed_amount=A_LOT,
            **more,
        )

    def debts(self, store):
        is_student(self.owner)
        is_student(self.busy, "402123456", OTHER_NATIONAL)
        self.student = Identity.objects.get(user=self.busy)
        self.batch = store(
            row(),
            row() | {"شرح": LONG, "مبلغ (ریال)": "1999999999"},
            row() | {"شرح": "ژتون غذا", "مبلغ (ریال)": "1200000"},
            row() | {"شرح": "کتابخانه"},
            row() | {"شرح": "خسارت"},
            row() | {"شرح": "آزمایشگاه"},
            row() | {"شرح": "ودیعه"},
            title="نیمسال اول ۱۴۰۵",
        )
        debts = self.batch.debts.order_by("pk")
        self.debt, self.late, self.parts, self.taken, self.settled, *held = debts
        self.running, self.left = held
        long_ago = self.now.date() - timedelta(days=90)
        Debt.objects.filter(pk=self.late.pk).update(due_on=long_ago)
        Debt.objects.filter(pk=self.parts.pk).update(least_part=100_000)
        held = [self.taken.pk, self.running.pk, self.left.pk]
        Debt.objects.filter(pk__in=held).update(in_payment=1)
        paid = {"state": Debt.State.PAID, "paid_amount": self.settled.amount}
        Debt.objects.filter(pk=self.settled.pk).update(**paid)
        self.links = {
            name: PayLink.make(debt, self.owner, now=self.now)
            for name, debt in {
                "open": self.parts,
                "gone": self.late,
                "taken": self.taken,
                "paid": self.settled,
            }.items()
        }
        self.late.links.revoke(self.now)
        self.papers = {
            "valid": self.certificate(OTHER_STUDENT, OTHER_NATIONAL),
            "over": self.certificate(OTHER_STUDENT, OTHER_NATIONAL, days=-1),
            "owing": self.certificate(STUDENT, NATIONAL),
        }

    def certificate(self, student, national, days=30):
        return Certificate.objects.create(
            student_number=student,
            national_number=national,
            full_name="سارا احمدی",
            issued_to=self.owner,
            issued_at=self.now - timedelta(days=2),
            expires_at=self.now + timedelta(days=days),
        )

    def payments(self):
        self.paid = self.payment(
            State.PAID,
            **FACTS | {"paid_at": self.now, "masked_card": "621986******1234"},
        )
        self.states = {
            state: self.payment(state)
            for state in (State.STARTED, State.CHECKING, State.REVIEW)
        }
        self.at_bank = self.payment(
            State.AT_BANK,
            token="t",
            handover={
                "url": f"{self.bank}/bank",
                "method": "POST",
                "fields": {"Token": "t"},
            },
        )
        self.unpaid = {
            reason: self.payment(State.UNPAID, unpaid_reason=reason)
            for reason in Reason
        }
        self.of_debts_at_bank()
        for number in range(1, 26):
            facts = FACTS | {"reference_number": f"7{number:011}"}
            self.payment(
                State.PAID,
                payer=self.busy,
                drawn={
                    "unit_title": LONG,
                    "subject_title": LONG,
                    "amount": A_LOT + number,
                },
                **facts,
            )

    def of_debts_at_bank(self):
        at_bank, long_ago = State.AT_BANK, self.now - timedelta(hours=1)
        self.payment(at_bank, token="mine", drawn={"debt": self.running})
        drawn = {"debt": self.left, "created_at": long_ago}
        self.payment(at_bank, payer=self.busy, token="left", drawn=drawn)
        self.of_a_guest = self.payment(
            State.UNPAID,
            unpaid_reason=Reason.DECLINED,
            drawn={"payer": None, "payer_name": "", "debt": self.parts},
        )
        self.too_much = self.payment(
            State.PAID,
            drawn={"debt": self.settled},
            **FACTS | {"reference_number": "2"},
        )
        code = str(self.too_much.amount)
        self.too_much.note(notes.OVERPAID, now=self.now, cause="return", code=code)

    def payment(self, state, *, payer=None, drawn=None, **changes):
        payer = payer or self.owner
        made = make_payment(payer, self.subject, self.terminal, **drawn or {})
        Payment.objects.filter(pk=made.pk).update(state=state, **changes)
        made.refresh_from_db()
        return made

    def speak(self, language):
        """Have everybody read this language, and forget who tried too often."""
        self.language = language
        browsers = [*self.browsers.values(), self.anybody]
        for browser in [*browsers, self.phone_in_hand, self.forgetful]:
            browser.cookies["language"] = language
        User.objects.update(language=language)
        Limit.objects.all().delete()
        axes.utils.reset()

    def form(self, **changes):
        return Payer(None, None, self.subject).form(**changes)

    # ---- the pages, each with a name

    def pages(self):
        yield from self.of_everybody()
        yield from self.of_own_looks()
        yield from self.of_log_in()
        yield from self.of_an_account()
        yield from self.of_the_second_factor()
        yield from self.of_the_form()
        yield from self.of_payments()
        yield from self.of_debts()
        yield from self.of_links()
        yield from self.of_trouble()

    def of_everybody(self):
        get, post = self.anybody.get, self.anybody.post
        yield "terms", get("/terms/")
        yield "privacy", get("/privacy/")
        yield "accessibility", get("/accessibility/")
        yield "verify-form", get("/v/")
        yield "verify-form-wrong", post("/v/", {"code": "AAAAA-AAAAA"})
        with patch("payments.views.receipts.GUESSES", 0):
            yield "verify-form-late", post("/v/", {"code": "AAAAA-AAAAA"})
        yield "verify", get(f"/v/{self.paid.verify_key}/")
        yield "verify-unknown", get("/v/nothing/")
        for name, paper in self.papers.items():
            yield f"certificate-{name}", get(paper.get_absolute_url())
        yield "certificate-unknown", get("/c/nothing/")
        for state in (self.paid, *self.states.values(), self.unpaid[Reason.DECLINED]):
            yield f"stranger-{state.state}", get(state.get_absolute_url())

    def of_own_looks(self):
        """With the words, the colour and the logo that a university has chosen."""
        ours = Institution.objects.create(
            welcome="# خوش آمدید\n- شهریه و خوابگاه\n- ژتون غذا",
            welcome_en="# Welcome\n- Tuition and dormitory\n- Meals",
            brand="#7a1f5c",
            logo=picture().read(),
        )
        institution.forget()
        yield "login-own", self.anybody.get("/login/")
        for name in ("colours", "logo"):
            address = institution.context()[name]
            self.files[address] = self.anybody.get(address)
        ours.delete()
        institution.forget()

    def of_log_in(self):
        post = self.anybody.post
        yield "login", self.anybody.get("/login/")
        yield "login-empty", post("/login/", {"username": ""})
        wrong = {"username": "09181234567", "password": "wrong"}
        yield "login-wrong", post("/login/", wrong)
        for _ in range(7):
            locked = post("/login/", wrong)
        yield "login-locked", locked
        yield "sign-up", self.anybody.get("/sign-up/")
        yield "sign-up-wrong", post("/sign-up/", {"full_name": "1", "mobile": "12"})
        self.phone_in_hand.post("/sign-up/", TYPED)
        yield "sign-up-code", self.phone_in_hand.get("/sign-up/confirm/")
        yield (
            "sign-up-code-wrong",
            self.phone_in_hand.post("/sign-up/confirm/", {"code": "x"}),
        )
        self.phone_in_hand.post("/code/resend/")
        yield "sign-up-code-again", self.phone_in_hand.get("/sign-up/confirm/")
        yield "forgotten", self.anybody.get("/password/forgotten/")
        yield "forgotten-wrong", post("/password/forgotten/", {"mobile": "x"})
        forget(self.forgetful)
        yield "forgotten-code", self.forgetful.get("/password/code/")
        self.forgetful.post("/password/code/", {"code": self.phone.code})
        yield "new-password", self.forgetful.get("/password/new/")
        yield (
            "new-password-wrong",
            self.forgetful.post("/password/new/", {"password": ""}),
        )

    def of_an_account(self):
        mine = self.browsers[self.owner]
        yield "profile", mine.get("/profile/")
        yield "profile-wrong", mine.post("/profile/", {"full_name": "1", "email": "x"})
        yield "mobile", mine.get("/profile/mobile/")
        yield "mobile-wrong", mine.post("/profile/mobile/", {"mobile": ""})
        typed = {"mobile": "09125556677", "password": PASSWORD}
        mine.post("/profile/mobile/", typed)
        yield "mobile-code", mine.get("/profile/mobile/confirm/")
        yield "password", mine.get("/profile/password/")
        yield "password-wrong", mine.post("/profile/password/", {"password": ""})
        yield "sessions", mine.get("/profile/devices/")
        yield "sessions-many", self.browsers[self.busy].get("/profile/devices/")
        link = emails.link(self.owner.pk, self.owner.email)
        address = link.removeprefix("http://localhost:8000")
        yield "email", mine.get(address)
        yield "email-gone", mine.get("/e-mail/nothing/")
        yield "email-taken", self.taken_email(address)

    def taken_email(self, address):
        other = User.objects.filter(pk=self.newcomer.pk)
        other.update(email=self.owner.email, email_confirmed_at=self.now)
        answer = self.browsers[self.owner].post(address)
        other.update(email=None, email_confirmed_at=None)
        return answer

    def of_the_second_factor(self):
        Authenticator.objects.all().delete()
        BackupCode.objects.all().delete()
        app, ask = "/second-factor/app/", "/second-factor/"
        new = self.half_way_in(self.officer)
        yield "password-again", new.get(app)
        yield "password-again-wrong", new.post(app, {"password_again": "x"})
        yield (
            "second-factor-mobile",
            new.post(app, {"password_again": PASSWORD}, follow=True),
        )
        code = new.post("/second-factor/mobile/", {"proof": ""}, follow=True)
        yield "second-factor-code", code
        shown = new.post(
            "/second-factor/mobile/code/", {"code": self.phone.code}, follow=True
        )
        yield "second-factor-app", shown
        yield "second-factor-app-wrong", new.post(app, {"code": "x"})
        code = factor.code(factor.key_on(shown.text))
        yield "second-factor-codes", new.post(app, {"code": code}, follow=True)
        yield "second-factor-settings", new.get("/second-factor/settings/")
        yield "second-factor", self.half_way_in(self.officer).get(ask)

    def half_way_in(self, user):
        """Somebody's browser in which only his password was given so far."""
        browser = self.client_of(user, verified=False)
        browser.cookies["language"] = self.language
        return browser

    def of_the_form(self):
        mine, newcomer = self.browsers[self.owner], self.browsers[self.newcomer]
        yield "dashboard", mine.get("/")
        yield "dashboard-empty", newcomer.get("/")
        yield "dashboard-busy", self.browsers[self.busy].get("/")
        yield "dashboard-filled", newcomer.get("/", self.form(amount="2,500,000"))
        fixed = {"subject": self.fixed.pk, "amount": ""}
        yield "dashboard-fixed", newcomer.get("/", self.form(**fixed))
        confirm = reverse("payments:confirm")
        yield "dashboard-wrong", mine.post(confirm, WRONG)
        yield "dashboard-little", mine.post(confirm, self.form(amount="5"))
        yield "confirm", newcomer.post(confirm, self.form(amount="2,500,000"))
        with patch("payments.usual.far_above", return_value=True):
            yield "confirm-asked", mine.post(confirm, self.form())
        again = self.form(amount=f"{A_LOT + 1}")
        yield "confirm-again", self.browsers[self.busy].post(confirm, again)
        yield "confirm-zero-away", mine.post(confirm, self.form(amount="80,000,000"))
        more = Terminal.objects.create(
            alias="second", title="ملت", psp="sep", merchant_number="2"
        )
        yield "confirm-banks", newcomer.post(confirm, self.form(amount="700,000"))
        more.delete()
        for name, error in {
            "closed": checkout.NoBank("پرداخت تا ساعت ۱۸ بسته است."),
            "crowded": checkout.NoBank(busy=True),
        }.items():
            with patch("payments.checkout.start", side_effect=error):
                form = self.form(amount="2,500,000")
                yield name, newcomer.post(reverse("payments:pay"), form)

    def of_payments(self):
        mine, busy = self.browsers[self.owner], self.browsers[self.busy]
        yield "handover", mine.get(f"{self.at_bank.get_absolute_url()}bank/")
        for one in (self.paid, self.at_bank, *self.states.values()):
            yield f"result-{one.state}", mine.get(one.get_absolute_url())
        yield "result-too-much", mine.get(self.too_much.get_absolute_url())
        for reason, one in self.unpaid.items():
            yield f"result-{reason.value}", mine.get(one.get_absolute_url())
        history = reverse("payments:history")
        yield "history", mine.get(history)
        yield "history-long", busy.get(history, {"page": 2, "size": 10})
        yield "history-empty", self.browsers[self.newcomer].get(history)
        yield "history-nothing", mine.get(history, {"q": "nothing"})
        yield "history-wrong", mine.get(history, {"since": "1405/13/45"})

    def of_debts(self):
        mine = self.browsers[self.owner]
        yield "debt", mine.get(self.debt.get_absolute_url())
        yield "debt-late", mine.get(self.late.get_absolute_url())
        yield "debt-in-parts", mine.get(self.parts.get_absolute_url())
        yield "debt-paid", mine.get(self.settled.get_absolute_url())
        yield "debt-running", mine.get(self.running.get_absolute_url())
        yield "debt-left", mine.get(self.left.get_absolute_url())
        with patch.object(Subject, "is_open", return_value=False):
            yield "debt-closed", mine.get(self.debt.get_absolute_url())
        yield "who", self.browsers[self.newcomer].get("/debts/who/")
        yield (
            "who-wrong",
            self.browsers[self.newcomer].post("/debts/who/", {"student_number": ""}),
        )
        yield "certificate", mine.get("/debts/certificate/")
        nobody = self.browsers[self.newcomer].get("/debts/certificate/")
        yield "certificate-nobody", nobody
        free = self.browsers[self.busy].get("/debts/certificate/")
        yield "certificate-free", free

    def of_links(self):
        for name, link in self.links.items():
            yield f"link-{name}", self.anybody.get(link.get_absolute_url())
        yield "link-wrong", self.wrong_guest(self.links["open"].get_absolute_url())
        yield "link-retry", self.anybody.get(self.of_a_guest.get_absolute_url())

    def wrong_guest(self, address):
        form = self.anybody.get(address).context["form"]
        typed = {"seal": form["seal"].value(), "submission_key": "k", "mobile": "x"}
        return self.anybody.post(f"{address}pay/", typed | {"amount": "1"})

    def of_trouble(self):
        mine, anybody = self.browsers[self.owner], self.anybody
        yield "404", anybody.get("/nowhere/")
        yield "404-mine", mine.get("/nowhere/")
        yield "403-mine", mine.get("/admin/", follow=True)
        typed = {"student": self.student.pk}
        with patch("debts.views.PAPERS", 0):
            busy = self.browsers[self.busy]
            yield "429-mine", busy.post("/debts/certificate/", typed)
        strict = Client(enforce_csrf_checks=True)
        strict.cookies.update(anybody.cookies)
        yield "403-form", strict.post("/login/", {"username": ""})
        yield "400", mine.post(f"{self.debt.get_absolute_url()}pay/", {"seal": "x"})
        yield "413", anybody.post("/login/", {"username": "x" * 300_000})
        with patch("accounts.views.log_in.LogInForm", None):
            anybody.raise_request_exception = False
            yield "500", anybody.get("/login/")
        with patch.object(papers, "_seats", Seats(0, patience=0)):
            yield "503", mine.get(f"{self.paid.get_absolute_url()}receipt.pdf")
        away = patch("payments.views.results._received", side_effect=OperationalError)
        with away:
            address = reverse("payments:callback", args=[self.at_bank.callback_key])
            yield "return-again", anybody.post(address, {"RefNum": "1"})

    def of_outages(self, folder):
        """The pages of the web server in front, the same for all readers."""
        call_command("outage_pages", str(folder), verbosity=0)
        for path in folder.iterdir():
            yield f"outage-{path.stem}", HttpResponse(path.read_bytes())

    def history_at_the_bank(self):
        """What a payment that was paid has below it, for staff."""
        said = {"payment": self.paid, "closed_at": self.now, "started_at": self.now}
        self.paid.note(notes.TWICE, now=self.now, cause="return", code="x" * 50)
        make_claim(self.paid, receipt_number="r" * 40)
        call = GatewayCall.objects.create(operation="verify", outcome="yes", **said)
        words = {"request": "{}", "answer": '{"ResultDescription": "OK"}' * 9}
        GatewayCallBody.objects.create(call=call, **words)

    def of_staff(self):
        staff = self.browsers[self.superuser]
        self.history_at_the_bank()
        identity = Identity.objects.first()
        payment = f"/admin/payments/payment/{self.paid.pk}/change/"
        addresses = {
            "index": "/admin/",
            "payments": "/admin/payments/payment/",
            "payment": payment,
            "attention": "/admin/payments/payment/attention/",
            "guide": "/admin/guide/",
            "report": "/admin/finance/report/",
            "batches": "/admin/debts/batch/",
            "upload": "/admin/debts/batch/upload/",
            "people": "/admin/accounts/user/",
            "person": f"/admin/accounts/user/{self.owner.pk}/change/",
            "faculty": f"/admin/catalog/faculty/{self.subject.unit.faculty_id}/change/",
            "subjects": "/admin/catalog/subject/",
            "taking-away": f"/admin/debts/identity/{identity.pk}/delete/",
            "terminals": "/admin/payments/terminal/",
            "subject": f"/admin/catalog/subject/{self.subject.pk}/change/",
            "history": f"/admin/catalog/subject/{self.subject.pk}/history/",
            "roles": f"/admin/accounts/user/{self.superuser.pk}/change/",
        }
        for name, address in addresses.items():
            yield f"staff-{name}", staff.get(address)
        yield from self.of_staff_in_passing(staff, addresses.values())

    def of_staff_in_passing(self, staff, seen):
        """The list of each model, and the page of one of its rows."""
        for model in admin.site._registry:
            place = f"/admin/{model._meta.label_lower.replace('.', '/')}/"
            row = model.objects.first()
            for address in [place, f"{place}{row.pk}/change/"] if row else [place]:
                answer = None if address in seen else staff.get(address)
                if answer and answer.status_code == 200:
                    yield f"passing{address}", answer
