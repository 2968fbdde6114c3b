"""In which language people read us: what they chose, for pages and messages."""

from django.conf import settings
from django.utils.translation import get_language

from accounts.models import User
from payment_portal import language


def choose(user, code):
    """Keep what the owner of an account has chosen."""
    user.language = code
    user.save(update_fields=["language"])


def adopt(request, user):
    """An account without a choice takes that of the browser it is entered from."""
    code = language.in_cookie(request)
    if code and not user.language:
        choose(user, code)


def of_reader(user):
    """The language of messages that somebody asks for on a page, or has sent to him."""
    return user.language if user and user.language else get_language()


def worded(message):
    """The provider's name for a text: ``sign-up-code``, in English ``sign-up-code-en``.

    It is Persian where the provider has no other. A message that names no language is
    in that of whoever has its number by now.
    """
    code = message.language or _of_owner(message.to)
    if code in settings.SMS_LANGUAGES:
        return f"{message.template}-{code}"
    return message.template


def _of_owner(mobile):
    owner = User.objects.filter(mobile=mobile)
    return owner.values_list("language", flat=True).first()
