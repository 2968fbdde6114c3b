"""The envelope by which IranKish knows who asks for a token.

Key and digest go encrypted to the company, which alone can open them; it makes the
ciphertext again from what it knows of the terminal, and compares.
"""

import hashlib

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_pem_public_key


def envelope(told: str, public_key: str, *, key: bytes, iv: bytes) -> dict[str, str]:
    """Return the envelope of ``told``, which is hexadecimal.

    ``key`` and ``iv`` are 16 random bytes each. Raises ValueError and
    UnsupportedAlgorithm for a public key that is none.
    """
    padder = PKCS7(128).padder()
    padded = padder.update(bytes.fromhex(told)) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    digest = hashlib.sha256(encryptor.update(padded) + encryptor.finalize()).digest()
    company = load_pem_public_key(public_key.encode())
    if not isinstance(company, rsa.RSAPublicKey):
        raise ValueError("not an RSA key")
    sealed = company.encrypt(key + digest, padding.PKCS1v15())
    return {"data": sealed.hex(), "iv": iv.hex()}
