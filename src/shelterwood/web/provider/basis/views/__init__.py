"""The pages of the legal basis, one module a task."""

from __future__ import annotations

__all__: list[str] = []
