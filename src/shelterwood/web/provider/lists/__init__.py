"""The lists that this service looks things up in: how one goes into service, stays in it, and leaves it."""

from __future__ import annotations

__all__: list[str] = []
