"""The real driver, the real wire and the sandbox's phone and mailbox."""

import re
from itertools import product

from django.utils import timezone

from accounts import outbox
from accounts.models import Message
from tests.accounts.conftest import confirm, forget, sign_up


def test_a_code_is_read_on_the_phone(browser, sandbox, settings):
    use(sandbox, settings)
    sign_up(browser)
    message = Message.objects.get()
    assert (message.state, message.template) == ("sent", "sign-up-code")
    assert message.provider_id
    code = re.search(r"\d{6}", sandbox.phone("09185551234"))[0]
    assert confirm(browser, code).url == "/"


def test_the_code_of_a_reset_is_sent_by_the_worker(browser, student, sandbox, settings):
    use(sandbox, settings)
    forget(browser)
    code = re.search(r"\d{6}", sandbox.phone("09181234567"))[0]
    assert confirm(browser, code, "/password/code/").url == "/password/new/"


def test_every_text_that_we_send_is_approved(browser, student, sandbox, settings):
    use(sandbox, settings)
    settings.SMS_LANGUAGES = ["en"]
    sign_up(browser, mobile=student.mobile)
    tokens = {
        "password-changed": {"token": "1405/09/01-14:05"},
        "mobile-changed": {"token": "0918***4567"},
        "new-device": {"token": "1405/09/01-14:05"},
        "second-factor": {"token": "1405/09/01-14:05"},
        "payment-paid": {"token": "500000", "token2": "12345678901", "token3": "98"},
        "payment-unpaid": {"token": "500000", "token2": "12345678901"},
    }
    for (template, values), language in product(tokens.items(), ["fa", "en"]):
        Message.objects.queue(
            timezone.now(),
            channel="sms",
            to=student.mobile,
            template=template,
            values=values,
            key=f"{template} {language}",
            language=language,
        )
    while outbox.send_due(timezone.now()):
        pass
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert len(sandbox.messages("09181234567")) == 13


def use(sandbox, settings):
    options = {"base_url": sandbox.kavenegar_url, "api_key": "sandbox"}
    settings.SMS = {"kavenegar": settings.SMS["kavenegar"] | {"OPTIONS": options}}
