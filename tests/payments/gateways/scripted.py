"""A bank that answers what a test says, one thing after the other."""

import json

from payment_portal.outbound import Answer


class Line:
    """Remembers what it was asked: address, body or query, and any headers."""

    def __init__(self, *answers):
        self.answers = [
            answer if isinstance(answer, Answer) else said(answer) for answer in answers
        ]
        self.sent = []

    def post_json(self, url, body, **headers):
        self.sent.append((url, body, headers) if headers else (url, body))
        return self.answers.pop(0)

    post_xml = get = post_json


def said(content, status=200):
    """An answer with this content: JSON, or a text as it stands."""
    text = content if isinstance(content, str) else json.dumps(content)
    return Answer(status, text, {})
