"""Keys of rows, as strangers write them."""

import pytest

from payment_portal.fields import LARGEST_KEY, row_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("7", 7),
        ("007", 7),
        (str(LARGEST_KEY), LARGEST_KEY),
        (str(LARGEST_KEY + 1), None),
        *(
            (text, None)
            for text in ("", None, "0", "-1", "1.0", " 1", "۷", "²", "9" * 99)
        ),
    ],
)
def test_a_key_is_a_number_above_nothing(text, key):
    assert row_key(text) == key
