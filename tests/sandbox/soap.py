"""A merchant's SOAP request, written as its bytes, and the answer read back."""

from xml.etree import ElementTree  # noqa: S405  (our own sandbox answers)
from xml.sax.saxutils import escape  # noqa: S406  (only writes)

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"


def post(sandbox, url, body, action=""):
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}
    return sandbox.http.post(url, data=body.encode(), headers=headers)


def request(namespace, operation, fields, prefix=""):
    """``prefix``: "n:" where children have the namespace too."""
    inside = "".join(
        f"<{prefix}{name}>{escape(str(value))}</{prefix}{name}>"
        for name, value in fields.items()
    )
    return (
        f'<s:Envelope xmlns:s="{ENVELOPE}"><s:Body><n:{operation} '
        f'xmlns:n="{namespace}">{inside}</n:{operation}></s:Body></s:Envelope>'
    )


def read(answer):
    """The texts of the answer by local name; a fault has faultstring."""
    root = ElementTree.fromstring(answer.content)  # noqa: S314  (as above)
    assert root.tag == f"{{{ENVELOPE}}}Envelope"
    return {part.tag.rpartition("}")[2]: part.text for part in root.iter()}
