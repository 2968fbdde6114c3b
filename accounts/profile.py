"""What an account says of its owner."""

from accounts import emails, security
from accounts.limits import TooMany
from accounts.security import Kind


def save(user, typed, origin, now):
    """Keep name, language and e-mail; a new address is to be confirmed again.

    Returns whether a link is on its way to it.
    """
    user.full_name = typed["full_name"]
    user.language = typed["language"] or user.language
    changed = ["full_name", "language"]
    email = typed["email"] or None
    if moved := email != user.email:
        user.email, user.email_confirmed_at = email, None
        changed += ["email", "email_confirmed_at"]
    user.save(update_fields=changed)
    if moved:
        detail = security.disguised(email or "")
        security.record(Kind.EMAIL_CHANGED, now, origin, about=user, detail=detail)
    return bool(moved and email) and _link_sent(user, now)


def _link_sent(user, now):
    try:
        emails.send_link(user, now)
    except TooMany:
        return False
    return True
