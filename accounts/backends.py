"""Log in with a mobile or an e-mail, in any usual spelling."""

from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from payment_portal.fields import EmailField, e164


def spelling_of(text):
    """The one spelling of what somebody typed as his name."""
    return e164(text) or EmailField().to_python(text)


def account_of(text):
    """Whom a mobile or an e-mail stands for; None if nobody, or more than one."""
    name = spelling_of(text)
    if name.startswith("+"):
        return User.objects.filter(mobile=name).first()
    return User.objects.by_email(name)


class MobileOrEmailBackend(ModelBackend):
    def authenticate(self, request, username=None, password=None, **kwargs):
        if not username or password is None:
            return None
        user = account_of(username)
        if user is None:
            # As slow as for somebody, so that time does not tell who has an account.
            User().set_password(password)
            return None
        right = user.check_password(password)
        return user if right and self.user_can_authenticate(user) else None
