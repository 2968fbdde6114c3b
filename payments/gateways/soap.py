"""SOAP 1.1 in plain XML: a fixed envelope goes out, its answer is read by name.

No description of the service is fetched: one more thing that could be down. Names of
an answer are compared without their namespaces, of which the banks' own documents
disagree; everything else has to be as it is documented.
"""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml.ElementTree import fromstring

from payment_portal.outbound import Answer
from payments.gateways.base import Unknown

FAULT = 500  # its status by the standard


def elements(values: Mapping[str, object]) -> str:
    """Return the values as elements, in their order."""
    return "".join(
        f"<{name}>{escape(str(value))}</{name}>" for name, value in values.items()
    )


def told(answer: Answer, *path: str) -> dict[str, str]:
    """Return the texts that stand under ``path`` in the body. Raises Unknown."""
    if answer.status not in {200, FAULT}:
        raise Unknown(f"http status {answer.status}", silent=answer.status >= 500)
    broken = answer.status == FAULT
    place = _only(_root(answer.text, silent=broken), "Body", silent=broken)
    fault = place.find("{*}Fault")
    if fault is not None or broken:
        raise Unknown("soap fault", silent=not _blames_us(fault))
    for name in path:
        place = _only(place, name)
    return _texts(place)


def _root(text: str, *, silent: bool) -> Element:
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except (ParseError, ValueError):  # also whatever defusedxml forbids
        raise Unknown("not xml", silent=silent) from None
    return root


def _only(place: Element, name: str, *, silent: bool = False) -> Element:
    found = place.findall(f"{{*}}{name}")
    if len(found) != 1:
        raise Unknown(f"not one {name}", silent=silent)
    return found[0]


def _blames_us(fault: Element | None) -> bool:
    """Whether the bank has read the request and did not like it."""
    code = fault.findtext("faultcode", "") if fault is not None else ""
    return code.rpartition(":")[2] == "Client"


def _texts(place: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in place:
        name = element.tag.rpartition("}")[2]
        if name in found or len(element):
            raise Unknown("not one text of each name")
        found[name] = (element.text or "").strip()
    return found
