"""People with an account, and what somebody typed to get one."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Lower
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.rights import RightsRecords


def is_iranian_mobile(field="mobile"):
    """E.164 of an Iranian mobile: +989 and nine more signs.

    Without a regular expression: SQLite knows none outside Django, and a dump must
    be restorable with its own tool.
    """
    return Q(**{f"{field}__startswith": "+989"}) & Q(Exact(Length(field), 13))


# Every hasher of Django joins its parts with a dollar sign.
HASHED = Q(("password__contains", "$"))


# The history tells of rights alone: what is personal changes without a trace there.
NO_RIGHTS = [
    *("password", "last_login", "full_name", "mobile", "email", "email_confirmed_at"),
    *("terms_version", "terms_accepted_at", "language", "created_at"),
]


class UserManager(BaseUserManager):
    def create_user(self, mobile, full_name, password, email=None, **extra):
        user = self.model(mobile=mobile, full_name=full_name, **extra)
        user.email = email.lower() if email else None
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, mobile, full_name, password, email=None, **extra):
        extra = {"is_staff": True, "is_superuser": True, **extra}
        return self.create_user(mobile, full_name, password, email, **extra)

    def by_email(self, email):
        """Whom an address stands for: its confirmed owner, else its only bearer."""
        bearers = list(self.filter(email=email)[:2])
        owner = self.filter(email=email, email_confirmed_at__isnull=False).first()
        return owner or (bearers[0] if len(bearers) == 1 else None)


class Language(models.TextChoices):
    """In its own words, so that whoever is lost in the other one finds it."""

    PERSIAN = "fa", "فارسی"
    ENGLISH = "en", "English"


class User(AbstractBaseUser, PermissionsMixin):
    full_name = models.CharField(_("full name"), max_length=150)
    mobile = models.CharField(_("mobile"), max_length=16, unique=True)
    # Null, not "", when absent: only present addresses can collide.
    email = models.EmailField(_("email"), null=True, blank=True)  # noqa: DJ001
    email_confirmed_at = models.DateTimeField(
        _("email confirmed at"), null=True, blank=True
    )
    terms_version = models.CharField(_("terms version"), max_length=20, blank=True)
    terms_accepted_at = models.DateTimeField(
        _("terms accepted at"), null=True, blank=True
    )
    # Empty until it is chosen: the cookie decides then, and messages are in Persian.
    language = models.CharField(
        _("language"), max_length=2, choices=Language, blank=True
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff member"), default=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)

    objects = UserManager()
    history = RightsRecords(excluded_fields=NO_RIGHTS, m2m_fields=["groups"])

    USERNAME_FIELD = "mobile"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        indexes = [
            models.Index(
                fields=["email"],
                condition=Q(email__isnull=False),
                name="user_by_email",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(email_confirmed_at__isnull=False),
                name="confirmed_email_belongs_to_one_user",
            ),
            models.CheckConstraint(
                condition=Q(email_confirmed_at__isnull=True) | Q(email__isnull=False),
                name="user_confirms_only_an_email_he_has",
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=True) | ~Q(email=""),
                name="user_email_is_absent_or_not_empty",
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=True) | Q(email=Lower(F("email"))),
                name="user_email_is_in_lower_case",
            ),
            models.CheckConstraint(
                condition=is_iranian_mobile(), name="user_mobile_is_e164"
            ),
            models.CheckConstraint(
                condition=~Q(full_name=""), name="user_has_a_full_name"
            ),
            models.CheckConstraint(
                condition=HASHED | Q(("password__startswith", "!")),
                name="user_password_is_hashed_or_unusable",
            ),
            models.CheckConstraint(
                condition=Q(terms_version="", terms_accepted_at__isnull=True)
                | (~Q(terms_version="") & Q(terms_accepted_at__isnull=False)),
                name="user_accepted_terms_have_version_and_moment",
            ),
            models.CheckConstraint(
                condition=Q(language__in=["", *Language.values]),
                name="user_language_is_known",
            ),
        ]

    def __str__(self):
        return self.full_name

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.full_name.split()[0]


class SignUp(models.Model):
    """What somebody typed; becomes a User only when a code proves the mobile.

    Nothing here is unique: an unproved claim must not block anybody.
    """

    full_name = models.CharField(_("full name"), max_length=150)
    mobile = models.CharField(_("mobile"), max_length=16)
    email = models.EmailField(_("email"), null=True, blank=True)  # noqa: DJ001
    password = models.CharField(_("password"), max_length=128)
    terms_version = models.CharField(_("terms version"), max_length=20)
    terms_accepted_at = models.DateTimeField(_("terms accepted at"))
    created_at = models.DateTimeField(_("created at"), db_index=True)

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        constraints = [
            models.CheckConstraint(condition=HASHED, name="sign_up_password_is_hashed"),
            models.CheckConstraint(
                condition=is_iranian_mobile(), name="sign_up_mobile_is_e164"
            ),
        ]

    def __str__(self):
        return self.full_name

    def create_user(self, language):
        """The account of somebody who has just proved this mobile."""
        return User.objects.create(
            full_name=self.full_name,
            mobile=self.mobile,
            email=self.email,
            password=self.password,
            terms_version=self.terms_version,
            terms_accepted_at=self.terms_accepted_at,
            language=language,
        )
