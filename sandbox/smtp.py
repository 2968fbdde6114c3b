"""The mail server of development: it accepts everything and shows it on a page."""

import asyncio
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from django.db import connection

from sandbox import clock
from sandbox.models import Fault, Mail


class Mailbox:
    """What aiosmtpd calls; the method's name is its protocol."""

    async def handle_DATA(self, server, session, envelope):
        return await asyncio.to_thread(store, envelope)


def store(envelope):
    """Keep a copy for every recipient; the answer is SMTP's."""
    try:
        fault = Fault.objects.take("mail")
        if fault and fault.phase == "before":
            return fault.code or "451 4.3.0 sandbox: try again later"
        message = message_from_bytes(envelope.content, policy=policy.default)
        body = message.get_body(("plain", "html"))
        for recipient in envelope.rcpt_tos:
            Mail.objects.create(
                to=recipient.lower(),
                sender=envelope.mail_from or "",
                subject=str(message["Subject"] or ""),
                text=body.get_content().replace("\r\n", "\n") if body else "",
                created_at=clock.now(),
            )
        return "451 4.3.0 sandbox: try again later" if fault else "250 OK"
    finally:
        connection.close()  # the thread may never be used again


def start(address):
    """Listen in a thread of its own; the caller stops the returned controller."""
    host, port = address
    controller = Controller(Mailbox(), hostname=host, port=port)
    controller.start()
    return controller
