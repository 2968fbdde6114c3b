"""What touched the safety of accounts and the privacy of people, line by line."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class SecurityEventQuerySet(models.QuerySet):
    def outlived(self):
        """By the database's own clock, by which its trigger judges, too."""
        return self.filter(keep_until__lte=Now())


class SecurityEvent(models.Model):
    """Written once; a trigger refuses any change, and its end before its time."""

    class Kind(models.TextChoices):
        LOG_IN = "log_in", _("log-in")
        LOG_IN_FAILED = "log_in_failed", _("log-in that failed")
        LOCKED_OUT = "locked_out", _("log-in that was locked")
        LOG_OUT = "log_out", _("log-out")
        SIGN_UP = "sign_up", _("new account")
        CODE_SIGN_UP = "code_sign_up", _("code to sign up")
        CODE_RESET = "code_reset", _("code for a new password")
        CODE_CHANGE_MOBILE = "code_change_mobile", _("code for a new mobile")
        CODE_SECOND_FACTOR = "code_second_factor", _("code for a second factor")
        CODE_WRONG = "code_wrong", _("wrong code")
        LIMIT_REACHED = "limit_reached", _("limit reached")
        PASSWORD_WRONG = "password_wrong", _("wrong password in the profile")
        PASSWORD_RESET = "password_reset", _("forgotten password set anew")
        PASSWORD_CHANGED = "password_changed", _("password changed")
        MOBILE_CHANGED = "mobile_changed", _("mobile changed")
        EMAIL_CHANGED = "email_changed", _("email changed")
        EMAIL_CONFIRMED = "email_confirmed", _("email confirmed")
        SECOND_FACTOR = "second_factor", _("second factor given")
        SECOND_FACTOR_WRONG = "second_factor_wrong", _("second factor wrong")
        SECOND_FACTOR_SET = "second_factor_set", _("second factor set up")
        SECOND_FACTOR_RESET = "second_factor_reset", _("second factor taken away")
        BACKUP_CODES_RENEWED = "backup_codes_renewed", _("backup codes renewed")
        RIGHTS_CHANGED = "rights_changed", _("rights of a user changed")
        GROUP_CHANGED = "group_changed", _("rights of a group changed")
        SESSIONS_ENDED = "sessions_ended", _("log-out of other devices")
        DOWNLOADED = "downloaded", _("own data downloaded")
        EXPORTED = "exported", _("data exported")
        USER_SEEN = "user_seen", _("user looked at")
        PAYMENT_SEEN = "payment_seen", _("payment looked at")
        DEBT_SEEN = "debt_seen", _("debt looked at")
        BATCH_SEEN = "batch_seen", _("batch of debts looked at")
        CERTIFICATE_SEEN = "certificate_seen", _("certificate looked at")
        MESSAGE_SEEN = "message_seen", _("message looked at")
        IDENTITY_PROVED = "identity_proved", _("identity of a student proved")
        IDENTITY_SEEN = "identity_seen", _("identity of a student looked at")
        IDENTITY_TAKEN = "identity_taken", _("identity of a student taken away")
        LIST_SEEN = "list_seen", _("list of people looked at")
        PEOPLE_SEARCHED = "people_searched", _("people searched for")
        MOBILE_SEARCHED = "mobile_searched", _("mobile searched for")
        TERMINAL_CHANGED = "terminal_changed", _("terminal changed")
        TERMINAL_OPENED = "terminal_opened", _("terminal opened")
        TERMINAL_CLOSED = "terminal_closed", _("terminal closed")

    at = models.DateTimeField(_("time"), db_index=True)
    keep_until = models.DateTimeField(_("kept until"), db_index=True)
    kind = models.CharField(_("what happened"), max_length=30, choices=Kind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("whose account"),
    )
    address = models.GenericIPAddressField(_("network address"))
    detail = models.CharField(_("what exactly"), max_length=200, blank=True)

    objects = SecurityEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("security event")
        verbose_name_plural = _("security log")

    def __str__(self):
        return self.get_kind_display()
