"""What a developer looks at: the front page, the phone, the mailbox, the ledger."""

from django.db.models import Count, Max
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from sandbox import clock, faults
from sandbox.banks import BANKS
from sandbox.forms import SAMPLE_CARD
from sandbox.kavenegar import TEMPLATES
from sandbox.models import Fault, Mail, Sms, Transaction, World
from sandbox.phone import local
from sandbox.templatetags.bank import persian

LATEST = 200
TIMES = (
    *("created_at", "expires_at", "entered_at", "paid_at"),
    *("verified_at", "settled_at", "ended_at"),
)
FACTS = (
    *("psp", "terminal", "amount", "token", "rrn", "state", "outcome", "habit"),
    *("deposit_identifier", "shares", "facts", "card_mask"),
    *("verify_calls", "settle_calls", "inquire_calls", "reverse_calls"),
)


@never_cache
def front(request):
    waiting = Fault.objects.filter(times__gt=0).order_by("pk")
    context = {
        "now": clock.strike(),
        "world": World.objects.get(pk=1),
        "card": SAMPLE_CARD,
        "templates": TEMPLATES,
        "waiting": [named(fault) for fault in waiting],
        "operations": faults.OPERATIONS,
        "kinds": faults.NAMES,
        "banks": [shown(bank) for bank in BANKS.values()],
    }
    return render(request, "sandbox/front.html", context)


def named(fault):
    """A waiting fault, with what the front page calls it."""
    bank = BANKS[fault.psp].title if fault.psp else "هر بانک"
    phase = {"before": "پیش از انجام کار", "after": "پس از انجام کار"}[fault.phase]
    fault.in_persian = (
        f"{bank}، {faults.OPERATIONS[fault.operation]}: {faults.NAMES[fault.kind]}، "
        f"{phase}، {persian(fault.times)} بار"
    )
    return fault


def shown(bank):
    """What the front page tells about a bank: its terminals, operations and rules."""
    return {
        "psp": bank.psp,
        "title": bank.title,
        "terminals": bank.terminals,
        "operations": {name: faults.OPERATIONS[name] for name in bank.operations},
        "rules": {name: bank.rule(name) for name in bank.all_rules},
    }


@never_cache
def phone(request):
    number = local(request.GET.get("number", ""))
    if number:
        messages = Sms.objects.filter(number=number).order_by("-pk")[:LATEST]
        context = {"number": number, "messages": messages}
        return render(request, "sandbox/phone.html", context)
    numbers = Sms.objects.values("number").annotate(count=Count("pk"), latest=Max("pk"))
    context = {"numbers": numbers.order_by("-latest")[:LATEST]}
    return render(request, "sandbox/phones.html", context)


@never_cache
def phone_json(request):
    messages = Sms.objects.filter(number=local(request.GET.get("number", "")))
    return JsonResponse(
        {
            "messages": [
                {
                    "sender": sms.sender,
                    "text": sms.text,
                    "template": sms.template,
                    "at": sms.created_at,
                }
                for sms in messages.order_by("-pk")[:LATEST]
            ]
        }
    )


def mails(request):
    to = request.GET.get("to", "").strip().lower()
    found = Mail.objects.filter(to=to) if to else Mail.objects.all()
    return found.order_by("-pk")[:LATEST]


@never_cache
def mail(request):
    return render(request, "sandbox/mail.html", {"mails": mails(request)})


@never_cache
def mail_json(request):
    fields = ("to", "sender", "subject", "text", "created_at")
    return JsonResponse({"mails": list(mails(request).values(*fields))})


@never_cache
def ledger(request):
    now = clock.strike()
    rows = Transaction.objects.order_by("-pk")[:LATEST]
    for row in rows:
        row.bank = BANKS[row.psp].title if row.psp in BANKS else row.psp
    context = {"rows": rows, "now": now}
    return render(request, "sandbox/ledger.html", context)


@never_cache
def ledger_json(request):
    now = clock.strike()
    rows = Transaction.objects.order_by("pk")
    if "resnum" in request.GET:
        rows = rows.filter(order_number=request.GET["resnum"])
    return JsonResponse({"now": now, "transactions": [told(row) for row in rows]})


def told(row):
    return {
        "resnum": row.order_number,
        "refnum": row.receipt_number,
        "trace": row.trace_no,
        "cell_number": row.mobile,
        "redirect_url": row.callback_url,
        **{name: getattr(row, name) for name in (*FACTS, *TIMES)},
    }
