"""What happened to a payment, row by row: its events, claims and calls to the bank."""

import re

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from payment_portal.admin_jalali import jalali
from payment_portal.admin_read_only import ReadOnlyRows
from payments.models import Claim, GatewayCall, PaymentEvent
from payments.notes import told

# Not halves of pairs: alone they are no letters.
ESCAPED = re.compile(r"\\u((?!d[89a-f])[0-9a-f]{4})", re.IGNORECASE)


def _code(code):
    """A note in words, or a code as the machine says it."""
    words = told(code)
    return words if words != code else latin(code)


def latin(text):
    """Text that mixes Latin letters and digits, read from the left."""
    return format_html('<bdi class="latin" dir="ltr">{}</bdi>', text) if text else "-"


def _readable(text):
    """What was said, with the letters that JSON writes as numbers."""
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


class EventInline(ReadOnlyRows):
    model = PaymentEvent
    fields = [
        "seq",
        jalali("at", _("time")),
        "from_state",
        "to_state",
        "cause",
        "said",
        "words",
    ]
    readonly_fields = [fields[1], "said", "words"]
    ordering = ["seq"]

    @admin.display(description=_("code"))
    def said(self, event):
        return latin(event.code)

    @admin.display(description=_("note"))
    def words(self, event):
        if not event.is_alarm:
            return told(event.note) or "-"
        return format_html('<b class="badge failed">{}</b>', told(event.note))


class ClaimInline(ReadOnlyRows):
    model = Claim
    fields = [
        "receipt",
        "source",
        "state",
        "words",
        "tries",
        jalali("created_at", _("since")),
        jalali("next_try_at", _("next try")),
    ]
    readonly_fields = ["receipt", "words", *fields[5:]]
    ordering = ["pk"]

    @admin.display(description=_("receipt number"))
    def receipt(self, claim):
        return latin(claim.receipt_number)

    @admin.display(description=_("code"))
    def words(self, claim):
        return _code(claim.code)


class CallInline(ReadOnlyRows):
    model = GatewayCall
    fields = [
        "operation",
        jalali("started_at", _("time")),
        "outcome",
        "words",
        "milliseconds",
        "said",
    ]
    readonly_fields = [fields[1], "words", "said"]
    ordering = ["pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("body")

    @admin.display(description=_("code"))
    def words(self, call):
        return _code(call.code)

    @admin.display(description=_("said"))
    def said(self, call):
        if not hasattr(call, "body"):
            return "-"
        asked, answered = map(_readable, (call.body.request, call.body.answer))
        return format_html('<code class="latin said">{}<br>{}</code>', asked, answered)
