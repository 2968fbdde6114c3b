"""A clerk keeps the catalogue."""

from datetime import UTC, datetime

import pytest

from catalog import demo
from catalog.models import Faculty, Subject, Unit

NO_UNITS = {
    f"units-{name}": number
    for name, number in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0), ("MIN_NUM_FORMS", 0))
}

UNITS_TO_CHOOSE = (
    "/admin/autocomplete/?app_label=catalog&model_name=subject&field_name=unit"
)


def add(browser, model, **typed):
    """Type into the page for a new row."""
    facts = {"position": "۱", "is_active": "on"} | typed
    return browser.post(f"/admin/catalog/{model}/add/", facts)


def errors(answer):
    """What the page says at its fields, and above them."""
    form = answer.context["adminform"].form
    return {field: list(told) for field, told in form.errors.items()}


@pytest.fixture
def browser(client_of, clerk):
    return client_of(clerk)


@pytest.fixture
def keeper(client_of, superuser):
    """The browser of somebody who keeps the faculties themselves."""
    return client_of(superuser)


def test_what_is_new_stands_last(keeper):
    Faculty.objects.create(title="معاونت آموزشی", position=7)
    form = keeper.get("/admin/catalog/faculty/add/").context["adminform"].form
    assert form["position"].value() == "۸"
    assert not Subject.objects.exists()
    form = keeper.get("/admin/catalog/subject/add/").context["adminform"].form
    assert form["position"].value() == "۱"


def test_staff_add_a_faculty_a_unit_and_a_subject(keeper):
    add(
        keeper,
        "faculty",
        title="  دانشكده\u200c دريانوردي ",
        position="١٢",
        **NO_UNITS,
    )
    faculty = Faculty.objects.get()
    assert (faculty.title, faculty.position) == ("دانشکده دریانوردی", 12)

    add(keeper, "unit", title="امور مالي", faculty=faculty.pk)
    unit = Unit.objects.get()
    assert (unit.title, unit.faculty) == ("امور مالی", faculty)

    typed = {
        "amount_rule": "fixed",
        "fixed_amount": "۱٬۵۰۰٬۰۰۰ ریال",
        "opens_at": "۱۴۰۵/۰۹/۰۱ ۰۸:۰۰",
        "closes_at": "1405/10/1 23:59",
        "deposit_identifier": "۱۲۳ ۴۵۶",
    }
    add(keeper, "subject", unit=unit.pk, title="گواهینامه", **typed)
    subject = Subject.objects.get()
    assert (subject.title, subject.fixed_amount) == ("گواهینامه", 1_500_000)
    assert subject.opens_at == datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
    assert subject.closes_at == datetime(2026, 12, 22, 20, 29, tzinfo=UTC)
    assert subject.deposit_identifier == "123456"


def test_units_are_added_on_the_page_of_their_faculty(keeper):
    units = NO_UNITS | {"units-TOTAL_FORMS": 2}
    units |= {"units-0-title": "آموزش", "units-0-position": "۱"}
    units |= {"units-1-title": "پژوهش", "units-1-position": "۲"}
    add(keeper, "faculty", title="دانشکده هوافضا", **units)
    assert set(Unit.objects.values_list("title", flat=True)) == {"آموزش", "پژوهش"}


def test_twins_typed_together_are_refused(keeper):
    units = NO_UNITS | {"units-TOTAL_FORMS": 2}
    units |= {"units-0-title": "خوابگاه‌ها", "units-0-position": "۱"}
    units |= {"units-1-title": "خوابگاه ها", "units-1-position": "۲"}
    answer = add(keeper, "faculty", title="دانشکده هوافضا", **units)
    assert "دو واحد نام یکسان دارند" in answer.text
    assert not Faculty.objects.exists()


def test_twin_is_told_in_words(keeper, dormitory):
    told = {"title": ["در این بخش موردی با همین عنوان هست؛ عنوان دیگری وارد کنید"]}
    facts = {"unit": dormitory.unit_id, "title": "خوابگاة", "amount_rule": "free"}
    assert errors(add(keeper, "subject", **facts)) == told
    facts = {"faculty": dormitory.unit.faculty_id, "title": dormitory.unit.title}
    assert errors(add(keeper, "unit", **facts)) == told
    facts = NO_UNITS | {"title": dormitory.unit.faculty.title}
    assert errors(add(keeper, "faculty", **facts)) == told


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"amount_rule": "fixed"}, ["fixed_amount"]),
        ({"amount_rule": "bounded", "min_amount": "20000"}, ["max_amount"]),
        ({"amount_rule": "free", "fixed_amount": "20000"}, ["fixed_amount"]),
        ({"amount_rule": "fixed", "fixed_amount": "۵ تومان"}, ["fixed_amount"]),
        ({"amount_rule": "fixed", "fixed_amount": "9,999"}, ["fixed_amount"]),
        ({"amount_rule": "guess"}, ["amount_rule"]),
        (
            {"amount_rule": "bounded", "min_amount": "30000", "max_amount": "20000"},
            ["__all__"],
        ),
        ({"amount_rule": "free", "opens_at": "2026-11-22 10:00"}, ["opens_at"]),
        ({"amount_rule": "free", "deposit_identifier": "12a"}, ["deposit_identifier"]),
        (
            {
                "amount_rule": "free",
                "opens_at": "1405/09/02 10:00",
                "closes_at": "1405/09/01 10:00",
            },
            ["__all__"],
        ),
    ],
)
def test_wrong_facts_are_told_at_their_field(browser, dormitory, typed, wrong):
    answer = add(browser, "subject", unit=dormitory.unit_id, title="تازه", **typed)
    assert list(errors(answer)) == wrong
    assert Subject.objects.count() == 1


def test_page_shows_amounts_and_moments_as_they_are_typed(browser, dormitory):
    Subject.objects.update(
        amount_rule="fixed",
        fixed_amount=1_500_000,
        opens_at=datetime(2026, 11, 22, 4, 30, tzinfo=UTC),
    )
    page = browser.get(f"/admin/catalog/subject/{dormitory.pk}/change/").text
    assert 'value="۱٬۵۰۰٬۰۰۰"' in page
    assert 'value="۱۴۰۵/۰۹/۰۱ ۰۸:۰۰"' in page
    assert "امور دانشجویی (دانشکده صنعت و معدن قروه)" in page


def test_list_tells_amounts_and_moments(browser, dormitory):
    Subject.objects.update(opens_at=datetime(2026, 11, 22, 4, 30, tzinfo=UTC))
    facts = {"unit": dormitory.unit, "amount_rule": "bounded"}
    Subject.objects.create(title="خسارت", min_amount=20_000, max_amount=90_000, **facts)
    facts = {"unit": dormitory.unit, "amount_rule": "fixed"}
    Subject.objects.create(title="کارت", fixed_amount=500_000, **facts)
    page = browser.get("/admin/catalog/subject/").text
    for text in ("آزاد", "از ۲۰٬۰۰۰ تا ۹۰٬۰۰۰", "۵۰۰٬۰۰۰", "۱۴۰۵/۰۹/۰۱ ۰۸:۰۰"):
        assert text in page


def test_positions_are_changed_in_the_list(browser, dormitory):
    typed = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": dormitory.pk,
        "form-0-position": "۴۲",
        "_save": "",
    }
    browser.post("/admin/catalog/subject/", typed)
    dormitory.refresh_from_db()
    assert (dormitory.position, dormitory.is_active) == (42, False)


@pytest.mark.parametrize("model", ["faculty", "unit", "subject"])
@pytest.mark.parametrize(
    ("query", "found"), [("صنعت و معدن", 1), ("قروة", 1), ("كشاورزي", 0)]
)
def test_any_spelling_is_found(browser, dormitory, model, query, found):
    page = browser.get(f"/admin/catalog/{model}/", {"q": query})
    assert page.context["cl"].result_count == found


def test_unit_is_chosen_by_words_of_its_faculty(browser, dormitory):
    answer = browser.get(f"{UNITS_TO_CHOOSE}&term=قروه امور")
    assert answer.json()["results"] == [
        {
            "id": str(dormitory.unit_id),
            "text": "امور دانشجویی (دانشکده صنعت و معدن قروه)",
        }
    ]


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/admin/catalog/faculty/", 8),
        ("/admin/catalog/unit/", 9),
        ("/admin/catalog/subject/", 9),
        (UNITS_TO_CHOOSE, 7),
    ],
)
def test_lists_cost_the_same_however_long(
    browser, dormitory, django_assert_max_num_queries, address, queries
):
    demo.load()
    with django_assert_max_num_queries(queries):
        assert browser.get(address).status_code == 200


def test_form_costs_the_same_however_many_units(
    browser, dormitory, django_assert_max_num_queries
):
    faculty = dormitory.unit.faculty
    for number in range(30):
        Unit.objects.create(faculty=faculty, title=f"واحد {number}")
    browser.get(f"/admin/catalog/faculty/{faculty.pk}/change/")  # knows the kinds now
    with django_assert_max_num_queries(7):
        browser.get(f"/admin/catalog/faculty/{faculty.pk}/change/")
    with django_assert_max_num_queries(11):
        browser.get(f"/admin/catalog/subject/{dormitory.pk}/change/")


@pytest.mark.parametrize("model", ["faculty", "unit", "subject"])
def test_clerk_deletes_nothing(browser, dormitory, model):
    row = {"faculty": Faculty, "unit": Unit, "subject": Subject}[model].objects.get()
    address = f"/admin/catalog/{model}/{row.pk}/delete/"
    assert browser.post(address, {"post": "yes"}).status_code == 403
    assert Subject.objects.exists()


@pytest.mark.parametrize(
    "address", ["payments/payment/", "accounts/user/", "auth/group/"]
)
def test_clerk_sees_nothing_but_the_catalogue(browser, address):
    assert browser.get(f"/admin/{address}").status_code == 403
    page = browser.get("/admin/")
    assert [app["app_label"] for app in page.context["app_list"]] == ["catalog"]
