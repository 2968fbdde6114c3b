"""The mail server and its page."""

import smtplib
from email.message import EmailMessage

import pytest

TO = "ali@example.com"


def send(sandbox, to=TO):
    message = EmailMessage()
    message["Subject"] = "تأیید نشانی ایمیل"
    message["From"] = "no-reply@pay.example.ac.ir"
    message["To"] = to
    message.set_content("سلام\nhttp://localhost:8000/e-mail/abc/\n")
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port) as server:
        server.send_message(message)


def test_mail_is_kept_and_shown(sandbox):
    send(sandbox)
    [mail] = sandbox.mails(TO)
    assert mail["subject"] == "تأیید نشانی ایمیل"
    assert mail["text"] == "سلام\nhttp://localhost:8000/e-mail/abc/\n"
    page = sandbox.http.get(f"{sandbox.url}/mail/").text
    assert 'href="http://localhost:8000/e-mail/abc/"' in page


def test_every_recipient_has_a_mailbox(sandbox):
    send(sandbox, "Ali@Example.com, sara@example.com")
    assert len(sandbox.mails(TO)) == len(sandbox.mails("sara@example.com")) == 1
    assert sandbox.mails("reza@example.com") == []


def test_mail_server_fails_on_order(sandbox):
    sandbox.fault("mail", "refuse")
    with pytest.raises(smtplib.SMTPDataError):
        send(sandbox)
    assert sandbox.mails(TO) == []
    send(sandbox)
    assert len(sandbox.mails(TO)) == 1
