"""What the database holds sealed: one key a purpose, derived (HKDF, RFC 5869) from the installation's secret.

A database that was brought elsewhere without the secret opens none of it.
"""

from __future__ import annotations

import base64
from functools import cache

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

__all__ = ["sealer"]


def sealer(purpose: str) -> Fernet:
    """Return what seals and opens texts of `purpose`, such as "second factors"; no other opens them."""
    return _sealer(str(settings.SECRET_KEY), purpose)


@cache
def _sealer(secret: str, purpose: str) -> Fernet:
    info = f"shelterwood {purpose}".encode()
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
