"""All colours of the pages that follow from the one colour of a university.

Contrast is that of WCAG 2.2, success criterion 1.4.3.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

HEX = re.compile(r"#[0-9a-f]{6}")
ENOUGH = 4.5
WHITE, BLACK = "#ffffff", "#000000"
OURS = "#0d5c56"  # as portal.css has it
# The page behind the text, by day and by night (see portal.css).
PAGE, NIGHT, NIGHT_CARD = "#f3f6f4", "#0e1514", "#162120"
ON_BRIGHT = "#04130f"
AT_NIGHT = 7


def check(colour: str) -> None:
    """Raise ValidationError for what is no colour, or too light to be read."""
    if not HEX.fullmatch(colour):
        raise ValidationError(_("Write the colour like #0d5c56"), "colour")
    reached = contrast(colour, PAGE)
    if reached < ENOUGH:
        raise ValidationError(
            _(
                "This colour is too light to be read on a white page: its contrast is "
                "%(reached)s, and it must be 4.5 or more. Choose a darker one."
            ),
            "light",
            {"reached": f"{reached:.1f}"},
        )


def shades(brand: str) -> dict[str, dict[str, str]]:
    """What portal.css calls its brand colours, by day and by night."""
    bright = brand
    while contrast(bright, NIGHT_CARD) < AT_NIGHT:
        bright = mixed(bright, WHITE, 0.05)
    return {
        "day": {
            "brand": brand,
            "brand-strong": mixed(brand, BLACK, 0.22),
            "brand-soft": mixed(brand, WHITE, 0.9),
            "on-brand": WHITE,
        },
        "night": {
            "brand": bright,
            "brand-strong": mixed(bright, WHITE, 0.25),
            "brand-soft": mixed(brand, NIGHT, 0.75),
            "on-brand": ON_BRIGHT,
        },
    }


def style(brand: str) -> str:
    """The shades as a style sheet that comes after portal.css."""
    day, night = (
        "".join(f"--{name}:{colour};" for name, colour in colours.items())
        for colours in shades(brand).values()
    )
    return (
        f":root{{{day}}}\n@media (prefers-color-scheme:dark){{:root{{{night}}}}}\n"
        f"@media print{{:root{{{day}}}}}\n.brand-mark{{background:{brand}}}\n"
    )


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """The colour that has this share of the other."""
    parts = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def _parts(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 3294.6 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
