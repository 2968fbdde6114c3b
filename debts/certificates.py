"""From a student without debts to a paper that says so, and to its check."""

from datetime import timedelta

from django.conf import settings
from django.template.loader import render_to_string

from debts import proofs
from debts.models import Certificate, Debt
from debts.models.certificates import LIFE
from payment_portal import institution, papers

PAPER = "debts/certificate_paper.html"
STYLE = settings.BASE_DIR / "static" / "css" / "receipt.css"
SAME_FOR = timedelta(days=1)


class Owing(Exception):
    """Something is owed."""


def owed(student):
    """How many open debts a student has, in whichever unit."""
    return Debt.objects.of_student(student).open().count()


def issue(student, *, now):
    """Return the certificate of an identity, for a day the same. Raises Owing."""
    if owed(student):
        raise Owing
    facts = {
        "issued_to": student.user,
        "student_number": student.student_number,
        "national_number": student.national_number,
        "full_name": _name(student),
    }
    known = Certificate.objects.filter(**facts, issued_at__gt=now - SAME_FOR).first()
    return known or Certificate.objects.create(
        **facts, issued_at=now, expires_at=now + LIFE
    )


def _name(student):
    """As the university writes it, if it does."""
    named = Debt.objects.of_student(student).exclude(full_name="").order_by("-pk")
    written = named.values_list("full_name", flat=True).first()
    return written or student.user.full_name


def proof(certificate, *, now):
    """What the check says, for a machine: signed, with the names of JWT's claims.

    Whoever keeps it asks again in time: a new debt ends what it says.
    """
    good_until = min(now + SAME_FOR, certificate.expires_at)
    return proofs.signed(
        {
            "iss": settings.BASE_URL,
            "sub": certificate.student_number,
            "jti": certificate.key,
            "iat": int(now.timestamp()),
            "exp": int(good_until.timestamp()),
            "issued_at": certificate.issued_at.isoformat(),
            "valid_until": certificate.expires_at.isoformat(),
            "holds": certificate.holds(now),
        }
    )


def as_file(certificate):
    """The answer that lets a browser keep the paper, in the language of its page."""
    name = f"no-debt-{certificate.student_number}.pdf"
    address = f"{settings.BASE_URL}{certificate.get_absolute_url()}"
    context = {
        "certificate": certificate,
        "address": address,
        "qr": papers.picture(address),
    }
    html = render_to_string(PAPER, context | institution.on_paper())
    return papers.as_file(lambda: papers.pdf(html, STYLE), name)
