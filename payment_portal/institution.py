"""The names, texts and colours of the university, as every page shows them.

Each process reads them once a minute, so that no page waits for them; when the database
is away the last ones stand, and before the first reading those of the settings.
"""

import base64
import logging
from dataclasses import dataclass, field
from hashlib import sha256
from time import monotonic

from django.conf import settings
from django.db import Error
from django.urls import reverse
from django.utils import timezone

from payment_portal import colours
from payment_portal.models import Institution, Notice

logger = logging.getLogger(__name__)

FRESH = 60  # seconds


@dataclass(frozen=True)
class Kept:
    institution: Institution = field(default_factory=Institution)
    notices: tuple[Notice, ...] = ()
    read_at: float = float("-inf")

    @property
    def logo_version(self):
        return _version(self.institution.logo)

    @property
    def brand_version(self):
        return _version(self.institution.brand.encode())


_kept = Kept()


def current(fresh=FRESH):
    """What stands now, at most so many seconds old."""
    if monotonic() - _kept.read_at > fresh:
        keep(_read())
    return _kept


def looks(field, version):
    """The logo, or what gives the colours, and whether it is of this version.

    A page of another process may name one that this one has not yet read.
    """
    known = current()
    if version != getattr(known, f"{field}_version"):
        known = current(fresh=1)
    content = getattr(known.institution, field)
    return content, version == getattr(known, f"{field}_version")


def kept():
    """The same without asking the database, which may be what is broken."""
    return _kept


def keep(kept):
    global _kept
    _kept = kept


def forget():
    """Read again when somebody asks; other processes follow within the minute."""
    keep(Kept(_kept.institution, _kept.notices))


def _read():
    try:
        institution = Institution.objects.first() or Institution()
        institution.logo = bytes(institution.logo)
        notices = tuple(Notice.objects.to_come(timezone.now()))
    except Error as error:
        logger.warning("the university's texts stay as they were: %s", error)
        institution, notices = _kept.institution, _kept.notices
    return Kept(institution, notices, monotonic())


def context(known=None):
    """The words for templates."""
    known = known or current()
    ours = known.institution
    return {
        "university_name": ours.said("name", "UNIVERSITY_NAME"),
        "system_name": ours.said("system_name", "SYSTEM_NAME"),
        "university_phone": ours.telephone or settings.UNIVERSITY_PHONE,
        "support_hours": ours.said("hours", "SUPPORT_HOURS"),
        "welcome": ours.said("welcome"),
        "colours": _address("colours", known.brand_version),
        "logo": _address("logo", known.logo_version),
        "notices": [one for one in known.notices if one.stands(timezone.now())],
        "languages": settings.LANGUAGES,
        "sandbox": settings.SANDBOX,
    }


def on_paper():
    """The words for papers, which fetch nothing: colour and logo are in them."""
    ours = current().institution
    logo = base64.b64encode(ours.logo).decode()
    return context() | {
        "brand": brand(),
        "logo": f"data:image/png;base64,{logo}" if logo else "",
    }


def brand():
    return current().institution.brand or colours.OURS


def _version(content):
    return sha256(content).hexdigest()[:12] if content else ""


def _address(name, version):
    return reverse(name, args=[version]) if version else ""
