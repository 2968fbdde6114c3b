"""What the operator's monitor reads, computed from the database at every scrape.

All processes of all machines therefore tell the same, and a scrape reads what is
unfinished and what is of the last hour, however many payments there are.
"""

from datetime import timedelta

from django.db.models import Count, F, Max, Min, Q, Sum
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeHistogramMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import choose_encoder

from accounts.models import Message
from payments.models import Claim, GatewayCall, MoneyCheck, Payment, Terminal
from payments.states import UNFINISHED, State

HOUR = timedelta(hours=1)
CALLS = 50_000  # the newest calls, of which those of the last hour are counted
BUCKETS = [100, 250, 500, 1000, 2000, 3000, 5000, 8000, 20_000]  # milliseconds

UNKNOWN = [Claim.State.NEW, Claim.State.CHECKING, Claim.State.UNKNOWN]


def page(accept, now):
    """Return the metrics and their content type, as the scraper likes to have them."""
    registry = CollectorRegistry()
    registry.register(_Portal(now))
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _Portal:
    def __init__(self, now):
        self.now = now

    def collect(self):
        for measure in MEASURES:
            yield from measure(self.now)


def payments_by_state(now):
    family = GaugeMetricFamily(
        "portal_payments",
        "Unfinished payments, and those started in the last hour that are finished.",
        labels=["state"],
    )
    of_interest = Q(state__in=UNFINISHED) | Q(created_at__gt=now - HOUR)
    yield _counted(family, Payment.objects.filter(of_interest), State)


def messages_by_state(now):
    family = GaugeMetricFamily(
        "portal_messages",
        "SMS and mail on their way, and those of the last hour that are not any more.",
        labels=["state"],
    )
    waiting = Q(state__in=[Message.State.QUEUED, Message.State.SENDING])
    of_interest = waiting | Q(created_at__gt=now - HOUR)
    yield _counted(family, Message.objects.filter(of_interest), Message.State)


def oldest_unknown_claim(now):
    # Whoever waits for an answer has a next try, and these have an index.
    waiting = Claim.objects.filter(state__in=UNKNOWN, next_try_at__isnull=False)
    oldest = waiting.aggregate(oldest=Min("created_at"))["oldest"]
    family = GaugeMetricFamily(
        "portal_oldest_unknown_claim_seconds",
        "How long ago the oldest claim came that the bank has not answered yet.",
    )
    family.add_metric([], _age(oldest, now))
    yield family


def oldest_due_work(now):
    family = GaugeMetricFamily(
        "portal_oldest_due_work_seconds",
        "For how long the work that is due longest has waited for a worker.",
        labels=["kind"],
    )
    due = {
        "claim": Claim.objects.due(now),
        "payment": Payment.objects.to_look_after(now),
        "settlement": Payment.objects.to_settle(now),
        "message": Message.objects.due(now),
    }
    for kind, rows in due.items():
        oldest = rows.aggregate(oldest=Min("next_try_at"))["oldest"]
        family.add_metric([kind], _age(oldest, now))
    yield family


def money_check(now):
    broken = GaugeMetricFamily(
        "portal_money_check_broken",
        "Payments that break an invariant, as the last check found.",
        labels=["invariant"],
    )
    age = GaugeMetricFamily(
        "portal_money_check_age_seconds",
        "How long ago the invariants were checked; absent before the first time.",
    )
    last = MoneyCheck.objects.latest_first().first()
    if last:
        age.add_metric([], _age(last.at, now))
        for result in last.results:
            broken.add_metric([result["number"]], result["count"])
    yield broken
    yield age


def resting_terminals(now):
    family = GaugeMetricFamily(
        "portal_terminal_resting",
        "Whether a terminal is not asked for now because its bank keeps silent.",
        labels=["terminal"],
    )
    for alias, until in Terminal.objects.values_list("alias", "resting_until"):
        family.add_metric([alias], int(until is not None and until > now))
    yield family


def gateway_calls(now):
    """The calls of the last hour, by how long they took."""
    family = GaugeHistogramMetricFamily(
        "portal_gateway_call_seconds",
        "Calls to banks in the last hour.",
        labels=["operation", "outcome", "terminal"],
    )
    for row in _call_times(now):
        buckets = [(str(limit / 1000), row[_upto(limit)]) for limit in BUCKETS]
        family.add_metric(
            [row["operation"], row["outcome"], row["terminal"]],
            [*buckets, ("+Inf", row["calls"])],
            row["total"] / 1000,
        )
    yield family


MEASURES = [
    payments_by_state,
    messages_by_state,
    oldest_unknown_claim,
    oldest_due_work,
    money_check,
    resting_terminals,
    gateway_calls,
]


def _counted(family, rows, states):
    """Every state is named, so that an alarm may wait for one that never was."""
    counted = dict(rows.values_list("state").annotate(Count("pk")).order_by())
    for state in states:
        family.add_metric([state.value], counted.get(state, 0))
    return family


def _age(moment, now):
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0


def _upto(limit):
    return f"upto_{limit}"


def _call_times(now):
    """Count calls into buckets; the newest are found by their key, not by time."""
    newest = GatewayCall.objects.aggregate(newest=Max("pk"))["newest"] or 0
    recent = GatewayCall.objects.filter(
        pk__gt=newest - CALLS, started_at__gt=now - HOUR, milliseconds__isnull=False
    )
    counts = {
        _upto(limit): Count("pk", filter=Q(milliseconds__lte=limit))
        for limit in BUCKETS
    }
    times = recent.annotate(terminal=F("payment__terminal__alias")).values(
        "operation", "outcome", "terminal"
    )
    counted = times.annotate(calls=Count("pk"), total=Sum("milliseconds"), **counts)
    return counted.order_by("operation", "outcome", "terminal")
