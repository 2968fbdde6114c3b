"""What a developer looks at: the front page, the phone, the mailbox, the ledger."""

from django.db.models import Count, Max
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from sandbox import clock, faults
from sandbox.forms import SAMPLE_CARD
from sandbox.kavenegar import TEMPLATES
from sandbox.models import Fault, Mail, Sms, State, Transaction, World
from sandbox.phone import local

LATEST = 200
TIMES = (
    "created_at",
    "expires_at",
    "entered_at",
    "paid_at",
    "verified_at",
    "ended_at",
)
FACTS = (
    "amount",
    "token",
    "rrn",
    "state",
    "outcome",
    "habit",
    "cell_number",
    "redirect_url",
    "card_mask",
    "verify_calls",
    "reverse_calls",
)


@never_cache
def front(request):
    context = {
        "now": clock.strike(),
        "world": World.objects.get(pk=1),
        "card": SAMPLE_CARD,
        "templates": TEMPLATES,
        "waiting": Fault.objects.filter(times__gt=0).order_by("pk"),
        "operations": faults.OPERATIONS,
        "kinds": [*faults.KINDS, "refuse"],
        "phases": faults.PHASES,
    }
    return render(request, "sandbox/front.html", context)


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
    rows = Transaction.objects.select_related("terminal").order_by("-pk")[:LATEST]
    context = {"rows": rows, "now": now, "states": State}
    return render(request, "sandbox/ledger.html", context)


@never_cache
def ledger_json(request):
    now = clock.strike()
    rows = Transaction.objects.select_related("terminal").order_by("pk")
    if "resnum" in request.GET:
        rows = rows.filter(res_num=request.GET["resnum"])
    return JsonResponse({"now": now, "transactions": [told(row) for row in rows]})


def told(row):
    return {
        "terminal": row.terminal.number,
        "resnum": row.res_num,
        "refnum": row.ref_num,
        "trace": row.trace_no,
        **{name: getattr(row, name) for name in (*FACTS, *TIMES)},
    }
