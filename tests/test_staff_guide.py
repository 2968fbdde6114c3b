"""The guide of the staff is a page of theirs, and reads like one."""

import re

from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

PICTURES = settings.BASE_DIR / "docs" / "pictures"


def test_staff_find_their_guide(client_of, finance_officer):
    browser = client_of(finance_officer)
    address = reverse("admin:guide")
    assert f'href="{address}"' in browser.get(reverse("admin:index")).text
    page = browser.get(address).text
    [guide] = re.findall('class="guide">(.+?)</article>', page, re.DOTALL)
    for told in (
        "<h3>هر روز</h3>",
        "<strong>مسئول بدهی‌ها</strong>",
        "<code>/admin/</code>",
    ):
        assert told in guide
    assert guide.count("<ol>") == 3
    assert not re.search(r"\*\*|`|!\[|<p>[-#]|&lt;", guide)
    shown = re.findall('src="/static/(pictures/.+?)"', guide)
    assert all(map(finders.find, shown))
    assert len(shown) == len(list(PICTURES.iterdir()))
