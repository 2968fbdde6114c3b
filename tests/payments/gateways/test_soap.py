"""How answers in SOAP are read, and what goes into an envelope."""

import pytest

from payment_portal.outbound import Answer
from payments.gateways import soap
from payments.gateways.base import Unknown

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
NAMESPACE = "https://bank.example/service"


def answer(content, *, status=200, start=""):
    text = (
        f'{start}<s:Envelope xmlns:s="{SOAP}"><s:Body>{content}</s:Body></s:Envelope>'
    )
    return Answer(status, text, {})


def fault(code, status=500):
    said = f"<faultcode>{code}</faultcode><faultstring>no</faultstring>"
    return answer(f"<s:Fault>{said}</s:Fault>", status=status)


def test_values_cannot_leave_their_elements():
    values = {"Address": "https://pay.example/?a=1&b=2", "Name": "</Name><Amount>1"}
    assert soap.elements(values) == (
        "<Address>https://pay.example/?a=1&amp;b=2</Address>"
        "<Name>&lt;/Name&gt;&lt;Amount&gt;1</Name>"
    )


@pytest.mark.parametrize("start", ["", '<?xml version="1.0" encoding="utf-16"?>'])
def test_texts_are_read_by_name_whatever_their_namespace(start):
    said = (
        f'<AskResponse xmlns="{NAMESPACE}"><AskResult><Token> 12 </Token><Message/>'
        "</AskResult></AskResponse>"
    )
    told = soap.told(answer(said, start=start), "AskResponse", "AskResult")
    assert told == {"Token": "12", "Message": ""}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<AskResponse/>",
        "<OtherResponse><AskResult><Token>1</Token></AskResult></OtherResponse>",
        "<AskResponse><AskResult><Token>1</Token><Token>2</Token></AskResult>"
        "</AskResponse>",
        "<AskResponse><AskResult/><AskResult><Token>1</Token></AskResult>"
        "</AskResponse>",
        "<AskResponse><AskResult><Token><b>1</b></Token></AskResult></AskResponse>",
        "<AskResponse><AskResult>",
    ],
)
def test_anything_else_than_one_text_of_a_name_is_unknown(content):
    with pytest.raises(Unknown):
        soap.told(answer(content), "AskResponse", "AskResult")


@pytest.mark.parametrize(
    "start",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        "\x00",
        "\ud800",
        "text",
    ],
)
def test_hostile_xml_is_not_read(start):
    with pytest.raises(Unknown):
        soap.told(answer("<Ask><Token>1</Token></Ask>", start=start), "Ask")


def test_deep_nesting_is_not_read():
    deep = answer("<Ask>" * 5000 + "</Ask>" * 5000)
    with pytest.raises(Unknown):
        soap.told(deep, "Ask")


@pytest.mark.parametrize(
    ("broken", "silent"),
    [
        (fault("s:Client"), False),
        (fault("Client"), False),
        (fault("s:Client", status=200), False),
        (fault("s:Server"), True),
        (answer("<Ask><Token>1</Token></Ask>", status=500), True),
        (Answer(500, "<html>", {}), True),
        (Answer(500, "<html></html>", {}), True),
        (Answer(503, "", {}), True),
        (Answer(404, "", {}), False),
        (Answer(200, "<html></html>", {}), False),
    ],
)
def test_only_a_bank_that_is_down_counts_as_silent(broken, silent):
    with pytest.raises(Unknown) as unknown:
        soap.told(broken, "Ask")
    assert unknown.value.silent is silent
