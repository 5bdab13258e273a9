"""Secrets of webhooks at rest: sealed under a key derived from the installation's secret, read only to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.fernet import InvalidToken
from django.db.models import Q

from shelterwood.web.hall.settings.sealing import sealer
from shelterwood.web.provider.webhooks.signing import SigningKey

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.web.provider.webhooks.models import Endpoint

__all__ = ["keys_of", "seal"]

_PURPOSE = "webhooks"


def seal(key: SigningKey) -> str:
    """Return the text of a secret, sealed."""
    return sealer(_PURPOSE).encrypt(key.text.encode()).decode()


def keys_of(endpoint: Endpoint, *, now: datetime) -> list[SigningKey]:
    """Return the secrets that sign at `now`, the newest first; those that cannot be read are left out."""
    opener, found = sealer(_PURPOSE), list[SigningKey]()
    for row in endpoint.secrets.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).order_by("-made_at"):
        try:
            text = opener.decrypt(row.sealed.encode()).decode()
        except InvalidToken:  # another installation's secret: a database brought here without it
            continue
        found.append(SigningKey(key_id=row.key_id, text=text))
    return found
