"""Where somebody is logged in: begun, shown to him and ended by him."""

import re

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.session_store import BROWSER

# What a browser calls itself; many also name others, so the first that fits counts.
BROWSERS = [
    ("edge", r"Edg", gettext_lazy("Edge")),
    ("opera", r"OPR|Opera", gettext_lazy("Opera")),
    ("samsung", r"SamsungBrowser", gettext_lazy("Samsung Internet")),
    ("firefox", r"Firefox|FxiOS", gettext_lazy("Firefox")),
    ("chrome", r"Chrome|CriOS", gettext_lazy("Chrome")),
    ("safari", r"Safari", gettext_lazy("Safari")),
]
SYSTEMS = [
    ("iphone", r"iPhone", gettext_lazy("iPhone")),
    ("ipad", r"iPad", gettext_lazy("iPad")),
    ("android", r"Android", gettext_lazy("Android")),
    ("windows", r"Windows", gettext_lazy("Windows")),
    ("mac", r"Mac OS", gettext_lazy("Mac")),
    ("linux", r"Linux|X11", gettext_lazy("Linux")),
]


def begin(request, user, now):
    """Note what this session is called, and when it ends however it is used."""
    age = settings.STAFF_SESSION_AGE if user.is_staff else settings.USER_SESSION_AGE
    request.session[BROWSER] = named(request.headers.get("User-Agent", ""))
    request.session.set_expiry(now + age)


def of(user, now):
    """His sessions that are alive, the one used last first."""
    return user.sessions.filter(expire_date__gt=now).order_by("-seen_at")


def end(user, now, *, handle="", all_but=None):
    """End the session of this handle, or all but the one of this key; how many."""
    ended = [
        session.pk
        for session in of(user, now)
        if (session.pk != all_but if all_but else session.handle == handle)
    ]
    user.sessions.filter(pk__in=ended).delete()
    return len(ended)


def named(user_agent):
    """Browser and system as two words of ours, such as ``chrome android``."""
    found = [
        next((name for name, sign, _said in known if re.search(sign, user_agent)), "-")
        for known in (BROWSERS, SYSTEMS)
    ]
    return " ".join(found)


def in_words(browser):
    """«Chrome on Android», as far as it is known."""
    name, _space, system = browser.partition(" ")
    browsers = {key: said for key, _sign, said in BROWSERS}
    systems = {key: said for key, _sign, said in SYSTEMS}
    if name in browsers and system in systems:
        known = {"browser": browsers[name], "system": systems[system]}
        return _("%(browser)s on %(system)s") % known
    return browsers.get(name) or systems.get(system) or _("Unknown browser")
