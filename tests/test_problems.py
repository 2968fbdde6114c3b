"""What somebody sees when a page cannot be given to him."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client

from payment_portal import institution, views
from payment_portal.management.commands import outage_pages

pytestmark = pytest.mark.django_db

NGINX = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()


def text_of(response):
    return response.content.decode()


def test_a_page_that_does_not_exist(client):
    response = client.get("/v/nothing/like/this/")
    assert response.status_code == 404
    assert "این صفحه پیدا نشد" in text_of(response)
    assert "۰۸۷۳۳۶۶۴۶۰۰" in text_of(response)


def test_a_form_without_its_token_is_explained():
    response = Client(enforce_csrf_checks=True).post("/login/", {"username": "x"})
    assert response.status_code == 403
    assert "فرم پذیرفته نشد" in text_of(response)
    assert not response.cookies


@pytest.mark.parametrize(
    ("view", "status", "said"),
    [
        (views.bad_request, 400, "درخواست شما را متوجه نشدیم"),
        (views.forbidden, 403, "حساب کاربری شما به این صفحه دسترسی ندارد"),
    ],
)
def test_requests_that_are_not_served(rf, view, status, said):
    response = view(rf.get("/"))
    assert response.status_code == status
    assert said in text_of(response)


def test_too_many_tries_says_when_to_come_back(rf):
    response = views.throttled(rf.get("/"), timedelta(minutes=14, seconds=1))
    assert response.status_code == 429
    assert response["Retry-After"] == "841"
    assert "حدود ۱۵ دقیقه دیگر" in text_of(response)


def test_too_many_tries_without_a_known_end(rf):
    response = views.throttled(rf.get("/"))
    assert "Retry-After" not in response
    assert "کمی بعد" in text_of(response)


def test_our_own_failure_needs_no_database(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = views.server_error(rf.get("/"))
    assert response.status_code == 500
    assert "فعلاً دوباره پرداخت نکنید" in text_of(response)
    assert "۰۸۷۳۳۶۶۴۶۰۰" in text_of(response)


def test_what_needs_nobody_is_shown_without_a_database(client, student):
    """Also to a browser whose session the database would know; it stays logged in."""

    def refuse(*query):
        raise OperationalError

    client.force_login(student)
    client.raise_request_exception = False
    institution.forget()
    with connection.execute_wrapper(refuse):
        assert client.get("/nowhere/").status_code == 404
        for path in ("/terms/", "/privacy/", "/accessibility/", "/v/"):
            assert client.get(path).status_code == 200
        assert client.get("/").status_code == 503
    assert client.get("/").status_code == 200


def test_health_with_and_without_a_database(client, monkeypatch):
    assert client.get("/health/").status_code == 200

    def refuse():
        raise OperationalError

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    assert client.get("/health/").status_code == 503


def test_who_is_locked_out_is_led_to_a_new_password(client, rf, student):
    for _ in range(7):
        page = client.post("/login/", {"username": student.mobile, "password": "wrong"})
    assert page.status_code == 429
    assert 'href="/password/forgotten/"' in text_of(page)
    assert 'href="/login/"' in text_of(page)
    assert "رفتن به داشبورد" not in text_of(page)


def test_a_failure_has_a_number_that_is_in_the_log(client, monkeypatch, caplog):
    def fail(request):
        raise ValueError("nobody foresaw this")

    monkeypatch.setattr("payment_portal.views.health.__code__", fail.__code__)
    client.raise_request_exception = False
    response = client.get("/health/")
    assert response.status_code == 500
    number = re.search(r'<bdi dir="ltr">([2-9]{8})</bdi>', text_of(response))[1]
    assert f"incident {number}: ValueError" in caplog.text
    assert "nobody foresaw this" not in text_of(response)


def test_pages_of_the_server_in_front_need_nothing_else(tmp_path, capsys):
    call_command("outage_pages", str(tmp_path / "outage"))
    for name, said in [
        ("unavailable", "سامانه موقتاً در دسترس نیست"),
        ("maintenance", "سامانه در حال به‌روزرسانی است"),
        ("too-large", "حجم درخواست زیاد بود"),
        ("busy", "افراد زیادی از شبکه شما اینجا هستند"),
    ]:
        page = (tmp_path / "outage" / f"{name}.html").read_text()
        assert said in page
        assert ("همین صفحه را" in page) == (name != "too-large")
        assert "۰۸۷۳۳۶۶۴۶۰۰" in page
        # Nobody knows there who reads what.
        assert re.findall(r'<section lang="(..)" dir="(...)">', page) == [
            ("fa", "rtl"),
            ("en", "ltr"),
        ]
        assert "Need help? Call us:" in page
        # Whatever they asked the portal for would not come.
        assert not re.search(r"(src|srcset|url\()\s*=?\s*[\"'/]|<link", page)


def test_the_page_of_an_update_says_when_it_is_over(tmp_path, capsys):
    call_command("outage_pages", str(tmp_path), until="1405/09/06 18:30")
    page = (tmp_path / "maintenance.html").read_text()
    assert "جمعه ۶ آذر ۱۴۰۵، ساعت ۱۸:۳۰ دوباره در دسترس" in page
    assert "Friday 6 Azar 1405" in page.replace("\u00a0", " ")
    with pytest.raises(CommandError):
        call_command("outage_pages", str(tmp_path), until="tomorrow")


def test_the_server_in_front_shows_each_of_its_pages():
    shown = re.findall(r"error_page ([\d ]+) /(\S+);", NGINX)
    assert dict(shown) == {
        "502 504": "unavailable.html",
        "503": "maintenance.html",
        "413": "too-large.html",
        "429": "busy.html",
    }
    assert {name for _status, name in shown} == set(outage_pages.PAGES)
    place, rules = re.search(r"location ~ (\S+) \{\s+internal;([^}]+)", NGINX).groups()
    assert all(re.search(place, f"/{name}") for name in outage_pages.PAGES)
    # With HTTP/2, nginx measures again on the way to the page that says so.
    assert "client_max_body_size 0;" in rules


def test_pages_of_the_server_in_front_have_the_headers_of_ours(client):
    """And a name that is not ours reaches nobody who would answer."""
    own = NGINX.partition("internal;")[2].partition("}")[0]
    ours = client.get("/nowhere/")
    for name in (
        *("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"),
        *("Cross-Origin-Opener-Policy", "Permissions-Policy"),
    ):
        assert f'add_header {name} "{ours[name]}" always;' in own
    year = "max-age=31536000; includeSubDomains; preload"
    assert f'add_header Strict-Transport-Security "{year}" always;' in own
    for rule in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert rule in own
    stranger = NGINX.partition("default_server;")[2].partition("\n}")[0]
    assert "ssl_reject_handshake on;" in stranger
    assert "return 444;" in stranger
