"""Every code that a bank's documents name has its meaning in a table of the driver."""

import pytest
from django.utils.module_loading import import_string

from payments import gateways
from payments.gateways import (
    irankish,
    pasargad,
    payping,
    sadad,
    vandar,
    zarinpal,
    zibal,
)
from payments.gateways.base import Claimed


def _over(claims):
    """The codes of a table that end a payment which nobody came back for."""
    ends = {Claimed.CANCELLED, Claimed.DECLINED, Claimed.EXPIRED}
    return {code for code, claimed in claims.items() if claimed in ends}


# What an inquiry may answer so that the payer is told at once why he has not paid.
ENDS = {
    "asanpardakht": set(),  # says nothing but that money came
    "irankish": {"17", irankish.REVERSED},
    "pasargad": _over(pasargad.CLAIMS),
    "payping": _over(payping.REPORTED),
    "sadad": _over(sadad.CLAIMS),
    "vandar": _over(vandar.FOUND),
    "zarinpal": _over(zarinpal.STATUSES),
    "zibal": _over({status: zibal.claimed_by(status) for status in zibal.STATUS}),
}
NAMED = {
    "sep": """0 1 2 3 4 5 8 10 11 12 20 21 -2 -6 -100 -101 -102 -103 -104 -105 -106
        -107 -109 -110 -111 -112 -116""",
    "irankish": """00 2 3 5 14 17 25 30 31 40 42 51 54 55 56 57 58 61 62 63 64 65 75
        77 78 79 86 94 96 97 98 901 902 903 905 906 907 909 910 911 912 913 914 915 916
        917 918 919 920 921 922 923 928 929 930""",
    "pasargad": """0 401 500 13001 13002 13003 13004 13005 13008 13009 13013 13016 13018
        13025 13028 13029 13030 13031 13033 13034 13045 13046 13047 13055 13068 13071
        13075 13076 13084 13085 13087 13090 13091 13096 13097 13300 13301 13304 13329
        13374 13393 13399 13402 13403 13407 13415 13416 13422 13427 13428 13429""",
    "asanpardakht": """200 400 401 471 472 473 474 475 476 477 478 479 480 481 482 483
        484 485 486 487 488 489 490 491 492 493 494 495 496 497 571 572 573 574 575 576
        577 578 579 580""",
    "mellat": """0 11 12 13 14 15 16 17 18 19 20 21 23 24 25 26 27 28 29 30 31 32 33 34
        35 36 37 38 39 41 42 43 44 45 46 47 48 49 51 54 55 56 57 61 62 98 111 112 113
        114 115 116 117 211 412 413 414 415 416 417 418 419 421 995 997""",
}


@pytest.mark.parametrize("psp", NAMED)
def test_no_code_is_without_a_meaning(psp, settings):
    driver = import_string(settings.GATEWAYS[psp]["BACKEND"])
    known = set().union(*driver.codes.values())
    assert set(NAMED[psp].split()) - known == set()


def test_meaning_is_found_by_bank_and_operation():
    assert gateways.meaning("sep", "verify", "-6").kind.value == "window over"
    assert gateways.meaning("sep", "verify", "no such code") is None


def test_payer_is_told_what_the_bank_answers_about_an_order(settings):
    asked = {psp for psp in settings.GATEWAYS if gateways.traits(psp).can_inquire}
    assert asked == set(ENDS)
    told = [(psp, "inquire", code) for psp in ENDS for code in ENDS[psp]]
    meant = {each: gateways.meaning(*each) for each in told}
    assert [each for each, code in meant.items() if not (code and code.text)] == []
