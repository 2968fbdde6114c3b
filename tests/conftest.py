"""People and things of the tests."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.cache import cache
from django.db.models.signals import post_migrate
from django.test import Client

from payment_portal import institution
from payment_portal.admin_site import VERIFIED

pytest_plugins = ["tests.servers", "tests.debtors"]

PASSWORD = "three-blue-winters"


@pytest.fixture(autouse=True)
def empty_cache():
    """Cached options and the university's texts do not wander from test to test."""
    cache.clear()
    institution.keep(institution.Kept(read_at=float("inf")))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Bring the groups back when a test has emptied the tables they stand in.

    The migrations that made them do not run again; the permissions come by themselves.
    """
    with django_db_blocker.unblock():
        kept = {
            group.name: set(group.permissions.values_list("codename", flat=True))
            for group in Group.objects.all()
        }

    def restore(sender, **kwargs):
        for name, codenames in kept.items():
            group, _ = Group.objects.get_or_create(name=name)
            group.permissions.add(
                *Permission.objects.filter(
                    content_type__app_label=sender.label, codename__in=codenames
                )
            )

    post_migrate.connect(restore, weak=False)


def person(full_name, mobile, **changes):
    """Save a user whose password is PASSWORD."""
    return get_user_model().objects.create_user(
        mobile=mobile, full_name=full_name, password=PASSWORD, **changes
    )


def officer(full_name, mobile, group):
    """Save a member of staff who belongs to a group made by a migration."""
    user = person(full_name, mobile, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def tied(user, **place):
    """Make an officer one of a place: of a faculty or a unit."""
    from catalog.models import Duty

    Duty.objects.create(user=user, **place)
    return user


@pytest.fixture
def student(db):
    return person("علی محمدی", "+989181234567")


@pytest.fixture
def other_student(db):
    return person("سارا احمدی", "+989187654321")


@pytest.fixture
def clerk(db, dormitory):
    """Keeps the catalogue below the dormitory's faculty."""
    user = officer("رضا کریمی", "+989180000001", "مسئول فهرست پرداخت‌ها")
    return tied(user, faculty=dormitory.unit.faculty)


@pytest.fixture
def finance_officer(db):
    return officer("مریم رستمی", "+989180000002", "امور مالی مرکزی")


@pytest.fixture
def unit_officer(db):
    """Somebody of finance who is yet to be tied to his places."""
    return officer("شیلان حسینی", "+989180000006", "امور مالی واحد")


@pytest.fixture
def superuser(db):
    return get_user_model().objects.create_superuser(
        mobile="+989180000003", full_name="مدیر سامانه", password=PASSWORD
    )


@pytest.fixture
def client_of(db):
    """A browser in which somebody is logged in: client_of(student).

    Staff have given their second factor there, unless ``verified`` is False.
    """

    def logged_in(user, *, verified=True):
        browser = Client()
        browser.force_login(user, backend="accounts.backends.MobileOrEmailBackend")
        if user.is_staff and verified:
            session = browser.session
            session[VERIFIED] = user.pk
            session.save()
        return browser

    return logged_in


@pytest.fixture
def dormitory(db):
    """The guide's example: a subject whose amount the payer types."""
    from catalog.models import Faculty, Subject, Unit

    faculty = Faculty.objects.create(title="دانشکده صنعت و معدن قروه", position=1)
    unit = Unit.objects.create(faculty=faculty, title="امور دانشجویی", position=1)
    return Subject.objects.create(
        unit=unit, title="خوابگاه", position=1, amount_rule="free"
    )


@pytest.fixture(scope="session", autouse=True)
def triggers_around_a_flush():
    """Let tests empty SQLite's tables, which the triggers of the portal refuse.

    PostgreSQL empties tables without asking the triggers of their rows.
    """
    from django.db.backends.sqlite3.base import DatabaseOperations

    from payments import triggers

    flush = DatabaseOperations.execute_sql_flush

    def flush_without_triggers(operations, statements):
        triggers.drop(operations.connection.alias)
        flush(operations, statements)
        triggers.create(operations.connection.alias)

    DatabaseOperations.execute_sql_flush = flush_without_triggers
    yield
    DatabaseOperations.execute_sql_flush = flush
