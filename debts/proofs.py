"""What machines are told, signed (JWS, RFC 7515, Ed25519), and checked by anybody."""

import json
from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.crypto import salted_hmac


def signed(facts):
    """The facts as one line that says who has signed it."""
    key, public = _key(settings.SECRET_KEY)
    header = {"alg": "EdDSA", "typ": "JWT", "kid": public["kid"]}
    line = f"{_text(json.dumps(header))}.{_text(json.dumps(facts))}"
    return f"{line}.{_text(key.sign(line.encode()))}"


def public_keys():
    """What it is checked with; those of earlier secrets stay until they are gone."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return {"keys": [_key(secret)[1] for secret in secrets]}


def _key(secret):
    """The private key that follows from a secret, and the public one as a JWK."""
    seed = salted_hmac("debts.proofs", "", secret, algorithm="sha256").digest()
    key = Ed25519PrivateKey.from_private_bytes(seed)
    point = _text(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    kind = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA"}
    return key, kind | {"x": point, "kid": point[:8]}


def _text(content):
    content = content.encode() if isinstance(content, str) else content
    return urlsafe_b64encode(content).rstrip(b"=").decode()
