"""SOAP 1.1 as the banks speak it: read an envelope, answer one, describe the service.

A field is (name, type): a type is "long", "short", "string" or a tuple of fields. As in
the banks' descriptions numbers are required, texts and groups are not.
"""

import functools
import re
from dataclasses import dataclass
from typing import NamedTuple

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.html import format_html, format_html_join

from sandbox.bank import Bank

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
XML = "text/xml; charset=utf-8"
NUMBERS = {"long": 63, "short": 15}  # bits beside the sign


class Malformed(Exception):
    """The envelope is not what the service's description says."""


@dataclass(frozen=True)
class Message:
    """One operation on the wire: what is asked, what is answered, who does it."""

    operation: str  # of faults.OPERATIONS
    work: str  # the bank's method
    fields: tuple
    answer: tuple = (("return", "string"),)


@dataclass(frozen=True)
class Service:
    """One address of a bank that speaks SOAP, and what may be asked there."""

    name: str
    port_type: str
    namespace: str  # of the messages
    messages: dict[str, Message]
    own_namespace: str = ""  # of the service in its description, if it is another
    qualified: bool = False  # do the children of an operation have the namespace too?
    actions: bool = False  # must SOAPAction name the operation?


class Wire(NamedTuple):
    service: Service
    name: str


class SoapBank(Bank):
    def soap(self, route, service):
        """The address of a service, and of its description (GET)."""
        return path(route, functools.partial(self.serve, service))

    def serve(self, service, request):
        if request.method != "POST":
            return description(service, request)
        try:
            name, element = read_envelope(service, request)
            message = service.messages[name]
            data = read_fields(service, element, message.fields)
        except Malformed as wrong:
            return fault("Client", str(wrong))
        work = getattr(self, message.work)
        wire = Wire(service, name)
        return self.perform(request, message.operation, work, data=data, wire=wire)

    def answer(self, call, told):
        if isinstance(told, HttpResponse):
            return told
        service, name = call.wire
        return envelope(
            format_html(
                '<ns2:{0}Response xmlns:ns2="{1}">{2}</ns2:{0}Response>',
                name,
                service.namespace,
                elements(told, "ns2:" if service.qualified else ""),
            )
        )

    def unspecified(self, call, text):
        return fault("Server", f"sandbox: {text}")

    def no_answer(self):
        return envelope(format_html("<nothing/>"))


def description(service, request):
    context = {
        "service": service,
        "own_namespace": service.own_namespace or service.namespace,
        "address": request.build_absolute_uri(request.path),
    }
    return render(request, "sandbox/service.wsdl", context, content_type=XML)


def read_envelope(service, request):
    """The operation's name and element."""
    try:
        root = fromstring(request.body)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Malformed(f"Error reading XMLStreamReader: {error}") from None
    found = root.findall(f"{{{ENVELOPE}}}Body/*")
    if root.tag != f"{{{ENVELOPE}}}Envelope" or len(found) != 1:
        raise Malformed("sandbox: not one operation in a SOAP 1.1 envelope")
    namespace, name = split(found[0].tag)
    if namespace != service.namespace or name not in service.messages:
        raise Malformed(f"sandbox: no operation {found[0].tag}")
    action = request.headers.get("SOAPAction", "").strip('"')
    if service.actions and action != f"{service.namespace}/{name}":
        raise Malformed(
            f"Server did not recognize the value of HTTP Header SOAPAction: {action}."
        )
    return name, found[0]


def read_fields(service, element, fields):
    """The children by name, in the order of the description."""
    data, order = {}, [name for name, kind in fields]
    for child in element:
        namespace, name = split(child.tag)
        if namespace != (service.namespace if service.qualified else ""):
            raise Malformed(f'Unmarshalling Error: unexpected element "{child.tag}"')
        if name not in order:
            raise Malformed(f"sandbox: {name} is unknown or not in its order")
        del order[: order.index(name) + 1]
        data[name] = read_value(service, child, dict(fields)[name])
    for name, kind in fields:
        if kind in NUMBERS and name not in data:
            raise Malformed(f"sandbox: {name} is required")
    return data


def read_value(service, element, kind):
    if isinstance(kind, tuple):
        return read_fields(service, element, kind)
    text = element.text or ""
    if kind not in NUMBERS:
        return text
    number = re.fullmatch(r"\s*([+-]?[0-9]{1,19})\s*", text)
    if not number or abs(int(number[1])) >= 2 ** NUMBERS[kind]:
        raise Malformed(f'Unmarshalling Error: For input string: "{text}"')
    return int(number[1])


def split(tag):
    namespace, _, name = tag.rpartition("}")
    return namespace.removeprefix("{"), name


def elements(told, prefix):
    """Nested values as nested elements; None is left out."""
    each = ((prefix + name, value) for name, value in told.items() if value is not None)
    return format_html_join(
        "",
        "<{0}>{1}</{0}>",
        (
            (name, elements(value, prefix) if isinstance(value, dict) else value)
            for name, value in each
        ),
    )


def envelope(body, status=200):
    return HttpResponse(
        format_html(
            '<soap:Envelope xmlns:soap="{}"><soap:Body>{}</soap:Body></soap:Envelope>',
            ENVELOPE,
            body,
        ),
        content_type=XML,
        status=status,
    )


def fault(code, text):
    body = format_html(
        "<soap:Fault><faultcode>soap:{}</faultcode><faultstring>{}</faultstring>"
        "</soap:Fault>",
        code,
        text,
    )
    return envelope(body, status=500)
