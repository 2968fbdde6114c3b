from dataclasses import replace
from datetime import timedelta
from functools import wraps
from urllib.parse import urlencode, urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import limits
from accounts.limits import address_of
from catalog import options
from debts import identity
from debts.models import Debt
from payment_portal import formats
from payment_portal.fields import row_key
from payments import checkout, numbers, usual
from payments.forms import PaymentForm
from payments.models import Payment, Terminal
from payments.states import State
from payments.views.answers import posted, see_other
from payments.views.reached import payers_own

LATEST = 5
MOST_DEBTS = 100
HOUR = timedelta(hours=1)
BANKS_KNOWN_FOR = 60  # seconds
ASK_AGAIN_WITHIN = timedelta(hours=24)
CHOICES = ("faculty", "unit", "subject", "amount")
# Enough of a payment to count it and to ask its payer about it.
WHAT_WAS_BEGUN = [
    "public_id",
    "order_number",
    "attempt",
    "subject",
    "amount",
    "state",
    "created_at",
    "paid_at",
]


def outliving_the_session(view):
    """Who has to log in again meanwhile finds what he chose in the form afterwards."""

    @login_not_required
    @wraps(view)
    def guarded(request):
        if request.user.is_authenticated:
            return view(request)
        return redirect_to_login(_filled(request.POST))

    return guarded


def _filled(choices):
    """The address of the dashboard with its form as it is filled in."""
    kept = {name: str(choices.get(name, ""))[:50] for name in CHOICES}
    query = urlencode({name: text for name, text in kept.items() if text})
    return f"{reverse('payments:dashboard')}?{query}".rstrip("?")


@require_safe
def dashboard(request):
    kept = {name: request.GET.get(name, "") for name in CHOICES}
    form = PaymentForm(
        initial={**kept, "submission_key": numbers.new_key()},
        payer=request.user,
        now=timezone.now(),
    )
    return _dashboard(request, form, kept)


@outliving_the_session
@posted("payments:dashboard")
def confirm(request):
    form = _submitted(request)
    if not form.is_valid():
        return _dashboard(request, form, request.POST)
    return _confirm(request, form.draft, form.hidden)


@outliving_the_session
@posted("payments:dashboard")
def pay(request):
    form = _submitted(request)
    if not form.is_valid():
        return _dashboard(request, form, request.POST)
    now = timezone.now()
    begun = begun_lately(form.draft, now)
    if not _has_answered(request.POST, form.draft, begun):
        return _confirm(request, form.draft, form.hidden)
    draft = replace(form.draft, terminal_id=chosen_bank(request))
    try:
        payment = start(draft, begun, now)
    except limits.TooMany as refusal:
        return _too_many(request, form, refusal.until - now)
    except checkout.SubmissionReused:
        messages.warning(request, _("The form has changed. Check it again."))
        key = {"submission_key": numbers.new_key()}
        return _confirm(request, form.draft, form.hidden | key)
    except checkout.NoBank as error:
        return closed(request, error, _filled(request.POST))
    return see_other(way_on(payment))


def closed(request, error, here):
    """No bank can be asked: the same form can be sent again from this page."""
    fields = request.POST.dict()
    fields.pop("csrfmiddlewaretoken", None)
    context = {
        "message": error.message,
        "busy": error.busy,
        "fields": fields,
        "here": here,
    }
    page = render(request, "payments/closed.html", context, status=503)
    page["Retry-After"] = "10" if error.busy else "300"
    return page


def begun_lately(draft, now):
    """What the payer began within a day, latest first; not this very submission."""
    begun = Payment.objects.begun_since(draft, now - ASK_AGAIN_WITHIN)
    return list(begun.only(*WHAT_WAS_BEGUN))


def start(draft, begun, now):
    """Start the payment of a draft; raises TooMany where the payer does so all day.

    The payments that he has begun are counted, so that a start writes nothing beside.
    """
    starts = [
        one.created_at
        for one in begun
        if one.attempt == 1 and one.created_at > now - HOUR
    ]
    if len(starts) >= settings.STARTS_PER_PAYER:
        raise limits.TooMany(starts[settings.STARTS_PER_PAYER - 1] + HOUR)
    return checkout.start(draft)


def started_too_many(wait):
    """Return what is said to whoever has to wait until he may start a payment."""
    text = _("You have started too many payments. Try again in %(time)s.")
    return text % {"time": formats.span(wait)}


def _too_many(request, form, wait):
    form.add_error(None, started_too_many(wait))
    page = _dashboard(request, form, request.POST)
    page.status_code = 429
    page["Retry-After"] = int(wait.total_seconds())
    return page


def way_on(payment):
    if payment.state == State.AT_BANK:
        return reverse("payments:handover", args=[payment.public_id])
    return payment.get_absolute_url()


@require_safe
@payers_own
def handover(request, payment):
    if payment.state != State.AT_BANK:
        return redirect(payment)
    bank = urlsplit(payment.handover["url"])
    # Only this page may send a form away, and only to this payment's bank.
    allowed = csp_update({"form-action": [f"{bank.scheme}://{bank.netloc}"]})
    return allowed(render)(
        request,
        "payments/handover.html",
        {"payment": payment, "redirect": payment.handover, "bank_host": bank.hostname},
    )


def _submitted(request):
    return PaymentForm(request.POST, payer=request.user, now=timezone.now())


def _earlier(draft, begun):
    """The payment that this one would repeat, if the payer may have forgotten it."""
    return next((one for one in begun if one.is_like(draft)), None)


def _owed(draft):
    """The payer's debt that he may mean to pay: one from which he is a zero away."""
    mine = Debt.objects.of(draft.payer).meant_by(draft.subject, draft.amount)
    return min(
        mine.in_order(),
        key=lambda debt: not debt.is_a_zero_away(draft.amount),
        default=None,
    )


def _has_answered(answers, draft, begun):
    """Whether nothing is left to ask the payer before he pays."""
    earlier, owed = _earlier(draft, begun), _owed(draft)
    if earlier and answers.get("again") != earlier.order_number:
        return False
    if owed and answers.get("beside") != str(owed.public_id):
        return False
    return not usual.far_above(draft) or answers.get("sure") == str(draft.amount)


def _confirm(request, draft, hidden):
    back_url = _filled(hidden)
    earlier = _earlier(draft, begun_lately(draft, timezone.now()))
    owed = _owed(draft)
    if earlier:
        hidden = hidden | {"again": earlier.order_number}
    if owed:
        hidden = hidden | {"beside": owed.public_id}
    context = {
        "draft": draft,
        "earlier": earlier,
        "owed": owed,
        "zero_away": owed and owed.is_a_zero_away(draft.amount),
        "unusual": usual.far_above(draft),
        "hidden": hidden,
        "banks": Terminal.objects.offered(draft.subject, draft.amount),
        "bank": chosen_bank(request),
        "back_url": back_url,
        "here": back_url,
    }
    return render(request, "payments/confirm.html", context)


def chosen_bank(request):
    """The terminal that the payer chose, now or the last time; a wish, not an order."""
    chosen = row_key(request.POST.get("bank"))
    if chosen:
        request.session["bank"] = chosen
    return chosen or request.session.get("bank")


def _may_choose():
    """Whether there is more than one bank to choose from, for some subject."""

    def several():
        return Terminal.objects.open().count() > 1

    return cache.get_or_set("payments:several-banks", several, BANKS_KNOWN_FOR)


def _dashboard(request, form, choices):
    ids = {name: row_key(choices.get(name)) for name in ("faculty", "unit", "subject")}
    faculty, unit, now = ids["faculty"], ids["unit"], timezone.now()
    lists = {
        "faculties": options.faculties(),
        "units": options.units(faculty) if faculty else [],
        "subjects": options.subjects(unit, now) if unit else [],
    }
    named = zip(ids.items(), lists.values(), strict=True)
    context = {
        "form": form,
        "chosen": ids,
        "titles": {name: _title(rows, id_) for (name, id_), rows in named},
        **lists,
        "latest": Payment.objects.of(request.user).latest_first()[:LATEST],
        "may_choose": _may_choose(),
        "here": _filled(choices),
        **_debts(request, now),
    }
    return render(request, "payments/dashboard.html", context)


def _title(rows, id_):
    return next((row["title"] for row in rows if row["id"] == id_), "")


def _debts(request, now):
    """What the payer owes, first what was due first."""
    students = identity.recognise(request.user, address_of(request), now)
    mine = Debt.objects.opened_by(students).open().in_order()
    today = timezone.localdate(now)
    debts = list(mine.select_related("unit")[:MOST_DEBTS])
    rows = [{"debt": debt, "is_overdue": debt.is_overdue(today)} for debt in debts]
    return {"debts": rows, "is_student": bool(students)}
