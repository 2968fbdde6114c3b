"""What browsers and banks might say, and what a driver may make of it.

A driver's test hands in the answers that its bank truly gives::

    @fuzz.steady
    @given(fuzz.lines(PAID_ANSWER, FAILED_ANSWER))
    def test_no_answer_surprises(line):
        fuzz.ask_everything(Sep(line=line, ...), ORDER, RECEIPT)

    @fuzz.steady
    @given(fuzz.callbacks(PAID, CANCELLED))
    def test_no_return_surprises(fields):
        fuzz.bring_back(Sep(...), fields)

    def test_no_single_change_surprises():
        for line in fuzz.single_changes(PAID_ANSWER, FAILED_ANSWER):
            fuzz.ask_everything(Sep(line=line, ...), ORDER, RECEIPT)

An answer is what is sent as JSON, or a text as it stands (XML, a bare word). What comes
is the truth, the truth with one thing changed, half of it, or something else entirely;
``single_changes`` leaves no field out.
"""

import json
import re
from itertools import chain, cycle

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from payment_portal.outbound import Answer
from payments.gateways.base import Callback, Claimed, Malformed, Refused, Unknown

# The same examples in every run, however slow the machine is.
steady = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)

PRINTABLE = re.compile(r"[\x20-\x7e]*", re.ASCII)
CARD = re.compile(r"(?<![0-9])[0-9]{16}(?![0-9])")

HTML = "<html><head><title>خطا</title></head><body>503</body></html>"
ENTITY = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
ODD = [
    "",
    " ",
    "0",
    "00",
    "-1",
    "1e3",
    "0x10",
    "2500000.0",
    "2,500,000",
    "۱۲۳",
    "true",
    "null",
    "a\x00b",
    "a\nb",
    "\ud800",
    "x" * 300,
    "9" * 40,
    "<b>&amp;</b>",
    "' OR 1=1 --",
    "603799******0006",
]
OTHERS = [*ODD, None, True, False, 0, -1, 1, 1.5, 10**30, [], {}, ["0"], {"a": "0"}]
TEXT_OF_XML = re.compile(r"(?<=>)[^<>]+(?=<)")
HALVES = [*ODD[:-1], "</", "<![CDATA[", "&b;", '"', "{", "\ufeff", HTML, ENTITY]
STATUSES = [200, 200, 200, 200, 201, 204, 302, 400, 401, 404, 409, 422, 500, 503, 999]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(ODD)
    | st.text(max_size=20)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner)
    ),
    max_leaves=8,
)


@st.composite
def changed(draw, true):
    """One thing in it is missing, there twice, or another."""
    if isinstance(true, str):
        return draw(st.sampled_from(ODD) | cut(true))
    if not isinstance(true, dict | list) or not true:
        return draw(values)
    names = sorted(true) if isinstance(true, dict) else range(len(true))
    name = draw(st.sampled_from(names))
    copy = true.copy()
    if draw(st.booleans()):
        copy[name] = draw(changed(true[name]))
    elif draw(st.booleans()):
        del copy[name]
    else:
        copy[name] = draw(values)
    return copy


@st.composite
def cut(draw, true):
    """A text with a piece of it gone, or something else in the place of the piece."""
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(true))] * 2)))
    return true[:start] + draw(st.sampled_from(HALVES)) + true[end:]


def callbacks(*true):
    """What a browser may bring: fields of texts, never anything else."""
    texts = st.sampled_from(ODD) | st.text(max_size=30)
    names = st.sampled_from(sorted({name for fields in true for name in fields}))
    near = st.builds(
        lambda fields, gone, others: {
            name: value for name, value in (fields | others).items() if name not in gone
        },
        st.sampled_from(true),
        st.sets(names, max_size=2),
        st.dictionaries(names, texts, max_size=3),
    )
    return near | st.dictionaries(names | st.text(max_size=12), texts)


def answers(*true):
    """What a bank may answer, given what it truly answers."""
    told = st.sampled_from(true)
    body = st.one_of(
        told.map(written),
        told.flatmap(changed).map(written),
        told.map(written).flatmap(cut),
        values.map(written),
        st.sampled_from(HALVES),
        st.text(),
    )
    near = st.builds(Answer, st.just(200), told.map(written), st.just({}))
    return near | st.builds(Answer, st.sampled_from(STATUSES), body, st.just({}))


def written(told):
    return told if isinstance(told, str) else json.dumps(told)


def lines(*true):
    """Lines to a bank that answers one thing after the other."""
    return st.lists(answers(*true), min_size=1, max_size=4).map(Line)


def single_changes(*true):
    """Lines that say the truth, but for one field of one answer.

    What is changed comes first, or after a true answer, for some ask twice to know.
    """
    sure = [Answer(200, written(told), {}) for told in true]
    for told in true:
        for other in chain(_changes(told), _broken(told)):
            said = Answer(200, written(other), {})
            yield Line([said])
            for one in sure:
                yield from (Line([said, one]), Line([one, said]))


def _changes(told):
    """The same with one thing in it gone or other, everything once."""
    if isinstance(told, str):
        for place in TEXT_OF_XML.finditer(told):
            for odd in ODD:
                yield told[: place.start()] + odd + told[place.end() :]
    elif isinstance(told, dict | list):
        for name in told if isinstance(told, dict) else range(len(told)):
            for other in chain(OTHERS, _changes(told[name])):
                copy = told.copy()
                copy[name] = other
                yield copy
            copy = told.copy()
            del copy[name]
            yield copy


def _broken(told):
    text = written(told)
    return [*HALVES, text[: len(text) // 2], text + text]


class Line:
    """Says what it is told to say, whatever it is asked."""

    def __init__(self, answers):
        self.said = answers
        self.rewind()

    def rewind(self):
        self._next = cycle(self.said)

    def __repr__(self):
        return f"Line({self.said!r})"

    def _answer(self, *question, **headers):
        return next(self._next)

    post_json = post_xml = get = _answer


# ---- what may come of it -------------------------------------------------------------


def bring_back(bank, fields):
    """Let the driver read a return; only Malformed may come out of it but a claim."""
    try:
        callback = bank.read_callback(fields)
    except Malformed as error:
        assert_speakable(str(error))
    else:
        assert_claim(callback)


def ask_everything(bank, order, receipt_number):
    """Let the driver ask all it can; only Refused and Unknown may come out of it."""
    wanted = bank.traits

    def ask(question, *about):
        bank.line.rewind()
        return _ask(question, *about)

    redirect = ask(bank.start, order)
    if redirect is not None:
        assert_speakable(redirect.token, least=1, most=200)
        assert redirect.method in {"GET", "POST"}
    confirmation = ask(bank.verify, order, receipt_number)
    if confirmation is not None:
        assert_fact(confirmation)
    if wanted.can_inquire:
        callback = ask(bank.inquire, order)
        if callback is not None:
            assert_claim(callback)
    if wanted.reverse_window is not None:
        ask(bank.reverse, order, receipt_number)
    if wanted.needs_settlement:
        ask(bank.settle, order, receipt_number)


def _ask(question, *about):
    try:
        return question(*about)
    except Refused as answer:
        assert_speakable(answer.code, least=1)
    except Unknown as answer:
        assert_speakable(answer.reason, least=1)


def assert_claim(callback):
    assert isinstance(callback, Callback)
    paid = callback.claimed is Claimed.PAID
    assert_speakable(callback.receipt_number, least=int(paid), most=64)
    for text in (
        callback.token,
        callback.order_number,
        callback.merchant_number,
        callback.code,
    ):
        assert_speakable(text)


def assert_fact(confirmation):
    assert type(confirmation.amount) is int
    assert confirmation.received is None or type(confirmation.received) is int
    assert_speakable(confirmation.receipt_number, most=64)
    assert_speakable(confirmation.reference_number, least=1, most=50)
    assert_speakable(confirmation.tracking_number, most=50)
    assert_speakable(confirmation.masked_card, most=50)
    assert not CARD.search(confirmation.masked_card)
    for text in (
        confirmation.merchant_number,
        confirmation.order_number,
        confirmation.token,
        confirmation.code,
    ):
        assert_speakable(text)


def assert_speakable(text, *, least=0, most=255):
    """The database, the log and the pages can hold it."""
    assert isinstance(text, str)
    assert least <= len(text) <= most
    assert PRINTABLE.fullmatch(text)
