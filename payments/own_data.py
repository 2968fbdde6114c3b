"""Everything that the portal keeps about somebody, for himself."""

from django.conf import settings
from django.db.models import Q

from accounts.models import Message, SecurityEvent
from debts.models import Certificate, Debt, Identity, PayLink
from payments.models import Payment

Kind = SecurityEvent.Kind
ACCOUNT = [
    *("full_name", "mobile", "email", "email_confirmed_at", "language"),
    *("terms_version", "terms_accepted_at", "created_at", "last_login"),
]
SESSION = ["browser", "seen_at"]
IDENTITY = ["student_number", "national_number", "proof", "proved_at"]
DEBT = [
    *("title", "student_number", "full_name", "mobile", "unit__title"),
    *("instalment", "amount", "paid_amount", "due_on", "state", "created_at"),
]
LINK = ["debt__title", "created_at", "expires_at", "revoked_at"]
CERTIFICATE = ["student_number", "full_name", "issued_at", "expires_at"]
PAYMENT = [
    *("order_number", "state", "unpaid_reason", "amount", "created_at", "paid_at"),
    *("faculty_title", "unit_title", "subject_title", "payer_name", "payer_mobile"),
    *("reference_number", "tracking_number", "masked_card"),
]
MESSAGE = ["channel", "to", "template", "values", "state", "created_at", "sent_at"]
EVENT = ["at", "kind", "address", "detail"]
EVENT_OF_OTHERS = EVENT[:2]  # who they are, and where, is theirs


def of(user, now):
    """His own data as lists and texts."""
    events = SecurityEvent.objects.all()
    others = events.filter(about=user).exclude(actor=user)
    return {
        "made_at": now,
        "account": {name: getattr(user, name) for name in ACCOUNT},
        "sessions": _rows(user.sessions.filter(expire_date__gt=now), SESSION),
        "identities": _rows(Identity.objects.filter(user=user), IDENTITY),
        "debts": _rows(Debt.objects.of(user), DEBT),
        "pay_links": _rows(PayLink.objects.filter(created_by=user), LINK),
        "certificates": _rows(Certificate.objects.filter(issued_to=user), CERTIFICATE),
        "payments": _rows(Payment.objects.of(user), PAYMENT),
        "messages": _rows(_messages_to(user, now), MESSAGE),
        "security": _rows(events.filter(actor=user), EVENT),
        "security_by_others": _rows(others, EVENT_OF_OTHERS),
    }


def _rows(found, names):
    return list(found.order_by("pk").values(*names))


def _messages_to(user, now):
    """What was sent to his addresses since they are his: numbers are given on."""
    moves = SecurityEvent.objects.filter(about=user, kind=Kind.MOBILE_CHANGED)
    known_since = max(user.created_at, now - settings.KEEP_SECURITY_EVENTS)
    last = moves.order_by("-at").first()
    his = Q(to=user.mobile, created_at__gte=last.at if last else known_since)
    if user.email_confirmed_at:
        his |= Q(to=user.email, created_at__gte=user.email_confirmed_at)
    return Message.objects.filter(his)
