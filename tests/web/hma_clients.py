"""Software that was written for HMA, as the tests of the HMA routes play it."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.test import Client, TestCase

if TYPE_CHECKING:
    from django.http import HttpResponse
    from PIL import Image

__all__ = ["HmaClient", "encoded"]


@dataclass
class HmaClient:
    """What software that was written for HMA sends. Commits run at once, as they do in a service."""

    key: str

    def ask(self, method: str, path: str, **more: Any) -> HttpResponse:  # noqa: ANN401 - the test client's own
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        with TestCase.captureOnCommitCallbacks(execute=True):
            return getattr(Client(), method)(path, headers=headers, **more)

    def get(self, path: str, **query: object) -> HttpResponse:
        return self.ask("get", path, data=query)

    def send(self, method: str, path: str, body: object) -> HttpResponse:
        return self.ask(method, path, data=json.dumps(body), content_type="application/json")

    def post_file(
        self,
        path: str,
        data: bytes,
        *,
        content_type: str = "photo",
        headers: dict[str, str] | None = None,
        **fields: str,
    ) -> HttpResponse:
        file = io.BytesIO(data)
        file.name = "picture"
        return self.ask("post", path, data={**fields, content_type: file}, headers=headers or {})


def encoded(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:  # noqa: ANN401 - Pillow's own
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()
