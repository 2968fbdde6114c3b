"""Texts that Django shows and its own Persian translation lacks.

They are named here so that makemessages puts them into our catalogue, which Django
reads before its own.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

gettext_noop("Breadcrumbs")
gettext_noop("Model name")
gettext_noop("Select this object for an action - {}")
gettext_noop("Constraint “%(name)s” is violated.")
gettext_noop("%(model)s instance with %(field)s %(value)r is not a valid choice.")
gettext_noop("Enter a valid domain name.")
gettext_noop("Enter a valid %(protocol)s address.")
gettext_noop("Ensure this value is a multiple of step size %(limit_value)s.")
gettext_noop("In case you’ve forgotten, you are:")
gettext_noop("Conflicting form data submitted. Please try again.")
gettext_noop("Password-based authentication")
gettext_noop("Password-based authentication was disabled.")
gettext_noop("Enabled")
gettext_noop("Disabled")
gettext_noop("Set password")
gettext_noop("Set password: %s")
gettext_noop("Reset password")
gettext_noop(
    "Raw passwords are not stored, so there is no way to see the user’s password."
)
gettext_noop(
    "Enable password-based authentication for this user by setting a password."
)
gettext_noop(
    "This action will <strong>enable</strong> password-based authentication for "
    "this user."
)
gettext_noop(
    "Whether the user will be able to authenticate using a password or not. If "
    "disabled, they may still be able to authenticate using other backends, such as "
    "Single Sign-On or LDAP."
)
ngettext_lazy("entry", "entries")
ngettext_lazy("Please correct the error below.", "Please correct the errors below.")
ngettext_lazy(
    "Please submit at most %(num)d form.", "Please submit at most %(num)d forms."
)
ngettext_lazy(
    "Please submit at least %(num)d form.", "Please submit at least %(num)d forms."
)
ngettext_lazy(
    "This password is too short. It must contain at least %d character.",
    "This password is too short. It must contain at least %d characters.",
)
