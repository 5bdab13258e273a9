"""What the tests of the scan door share: a picture, a list that knows it, a key, and a program that sends."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from django.test import Client
from PIL import Image

from shelterwood.fingerprints import digests, pdq
from shelterwood.lists import Entry, IndicatorList
from shelterwood.policy import ServiceId, ServiceType, Surface, TokenId
from shelterwood.scanning import EnabledLists
from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.provider.keys import services
from shelterwood.web.provider.keys.scopes import Scope

if TYPE_CHECKING:
    from pathlib import Path

    from django.http import HttpResponse

__all__ = ["Program", "entries_of", "jpeg", "lists_of", "make_key", "picture"]


def picture(seed: int) -> Image.Image:
    """Return smooth random shapes, enough of them for a fingerprint of high quality."""
    coarse = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((320, 240), Image.Resampling.BICUBIC)


def jpeg(image: Image.Image, *, quality: int = 90) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def entries_of(data: bytes, image: Image.Image, *, name: str = "cup-1") -> list[Entry]:
    """Return PDQ, MD5 and SHA-256 of one listed item."""
    found = digests.digest(data)
    prints = {
        "pdq": pdq.compute(np.asarray(image)).hex,
        "md5": found.md5,
        "sha1": found.sha1,
        "sha256": found.sha256,
    }
    return [Entry(source="test", entry_id=name, kind=kind, value=value) for kind, value in prints.items()]


def lists_of(path: Path, entries: list[Entry]) -> EnabledLists:
    now = datetime.now(UTC)
    IndicatorList.create(path, entries, now=now, name="coffee-cups")
    return EnabledLists.of([IndicatorList.open(path)], at=now)


def make_key(token: str, *scopes: Scope, name: str = "photos-upload") -> str:
    """Return the text of a key that may `scan` and whatever else is named."""
    purpose = services.KeyPurpose(
        token_id=TokenId(token),
        service=ServiceId("photos"),
        service_type=ServiceType.HOSTING,
        surface=Surface.PUBLIC_UPLOAD,
        scopes=frozenset({Scope.SCAN, *scopes}),
        per_second=10_000,
    )
    issued = services.make(name=name, purpose=purpose, lasts=timedelta(days=1), actor=OPERATOR, now=datetime.now(UTC))
    return issued.text.whole


@dataclass
class Program:
    """A platform's own server."""

    key: str

    def send(self, body: bytes, kind: str = "image/jpeg", **headers: Any) -> HttpResponse:  # noqa: ANN401 - headers
        spelled = {name.replace("_", "-"): value for name, value in headers.items()}
        said = {} if body else {"CONTENT_TYPE": kind, "CONTENT_LENGTH": "0"}  # the test client says neither
        spelled["Authorization"] = f"Bearer {self.key}"
        return Client().generic("POST", "/api/v1/scan", body, content_type=kind, headers=spelled, **said)

    def get(self, path: str) -> HttpResponse:
        return Client().get(path, headers={"Authorization": f"Bearer {self.key}"})

    def state_of(self, item: str) -> dict[str, Any]:
        answer = Client().get(f"/api/v1/items/{item}/state", headers={"Authorization": f"Bearer {self.key}"})
        found: dict[str, Any] = answer.json()
        return found
