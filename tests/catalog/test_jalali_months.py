"""The filter by Jalali month, and the columns with moments."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin import AdminSite
from django.contrib.admin.options import IncorrectLookupParameters

from catalog.models import Subject
from payment_portal.admin_jalali import JalaliAdmin, JalaliMonthFilter, jalali


class PlanAdmin(JalaliAdmin):
    """A list of subjects by the month in which they open."""

    list_display = ["title", jalali("opens_at", "opens")]
    list_filter = [("opens_at", JalaliMonthFilter)]


@pytest.fixture
def asked(dormitory, rf, superuser):
    """The list as somebody asked for it."""

    def listed(**query):
        request = rf.get("/", query)
        request.user = superuser
        return PlanAdmin(Subject, AdminSite()).get_changelist_instance(request)

    return listed


@pytest.fixture
def plans(dormitory):
    """Subjects that open on the edges of Azar 1405, and in Mehr."""
    moments = {
        "مهر": datetime(2026, 10, 1, 12, 0, tzinfo=UTC),
        "شب آبان": datetime(2026, 11, 21, 20, 29, tzinfo=UTC),
        "نیمه‌شب آذر": datetime(2026, 11, 21, 20, 30, tzinfo=UTC),
        "پایان آذر": datetime(2026, 12, 21, 20, 29, 59, tzinfo=UTC),
    }
    for title, moment in moments.items():
        Subject.objects.create(unit=dormitory.unit, title=title, opens_at=moment)


def choices(changelist):
    return [
        (choice["display"], choice["selected"])
        for choice in changelist.filter_specs[0].choices(changelist)
    ]


def test_months_run_from_the_last_to_the_first(plans, asked):
    assert choices(asked()) == [
        ("همه", True),
        ("آذر ۱۴۰۵", False),
        ("آبان ۱۴۰۵", False),
        ("مهر ۱۴۰۵", False),
    ]


def test_month_begins_and_ends_at_midnight_in_tehran(plans, asked):
    azar = asked(opens_at__jalali="1405-09")
    titles = {subject.title for subject in azar.result_list}
    assert titles == {"نیمه‌شب آذر", "پایان آذر"}
    assert ("آذر ۱۴۰۵", True) in choices(azar)


def test_months_are_counted_on_request(plans, asked):
    assert [name for name, _ in choices(asked(_facets="True"))] == [
        *("همه", "آذر ۱۴۰۵ (2)", "آبان ۱۴۰۵ (1)", "مهر ۱۴۰۵ (1)"),
    ]


def test_nothing_to_choose_from_shows_no_filter(asked):
    assert not asked().has_filters


@pytest.mark.parametrize("month", ["x", "1405", "1405-13", "1405-09-01", "0-0"])
def test_month_that_is_none_is_refused(plans, asked, month):
    with pytest.raises(IncorrectLookupParameters):
        asked(opens_at__jalali=month)


def test_filter_costs_one_query(plans, asked, django_assert_num_queries):
    with django_assert_num_queries(4):  # months, two counts, rows
        list(asked().result_list)


def test_very_old_data_gives_sixty_months(plans, asked):
    Subject.objects.filter(title="مهر").update(
        opens_at=datetime(1990, 1, 1, tzinfo=UTC)
    )
    assert len(choices(asked())) == 61


def test_column_shows_moments_and_their_absence(plans, dormitory):
    column = jalali("opens_at", "opens")
    assert column(Subject.objects.get(title="نیمه‌شب آذر")) == "۱۴۰۵/۰۹/۰۱ ۰۰:۰۰"
    assert column(dormitory) == "-"
    assert (column.admin_order_field, column.short_description) == ("opens_at", "opens")
