"""Log in with a mobile or an e-mail, in any usual spelling."""

from django.contrib.auth.backends import ModelBackend


class MobileOrEmailBackend(ModelBackend):
    pass
