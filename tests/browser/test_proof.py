"""What a browser works out before it asks for a code by SMS."""

from accounts.models import Limit
from tests.browser.journey import heading, new_mobile, press


def test_a_browser_works_for_its_code(open_browser, site):
    def taken():
        return site.aside(site.rows(Limit).filter(scope="proof").count)

    before, page = taken(), open_browser()
    page.goto("/password/forgotten/")
    page.get_by_label("تلفن همراه").fill(new_mobile())
    press(page, "ارسال کد")
    heading(page, "رمز ورود جدید")
    assert taken() == before + 1
    # For a second code, another proof.
    page.go_back()
    page.get_by_label("تلفن همراه").fill(new_mobile())
    press(page, "ارسال کد")
    heading(page, "رمز ورود جدید")
    assert taken() == before + 2
