"""Secrets of webhooks at rest: sealed under a key derived from the installation's secret, read only to sign."""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db.models import Q

from shelterwood.web.provider.webhooks.signing import SigningKey

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.web.provider.webhooks.models import Endpoint

__all__ = ["keys_of", "seal"]


def seal(key: SigningKey) -> str:
    """Return the text of a secret, sealed."""
    return _sealer(str(settings.SECRET_KEY)).encrypt(key.text.encode()).decode()


def keys_of(endpoint: Endpoint, *, now: datetime) -> list[SigningKey]:
    """Return the secrets that sign at `now`, the newest first; those that cannot be read are left out."""
    sealer, found = _sealer(str(settings.SECRET_KEY)), []
    for row in endpoint.secrets.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).order_by("-made_at"):
        try:
            text = sealer.decrypt(row.sealed.encode()).decode()
        except InvalidToken:  # another installation's secret: a database brought here without it
            continue
        found.append(SigningKey(key_id=row.key_id, text=text))
    return found


@cache
def _sealer(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"shelterwood webhooks").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
