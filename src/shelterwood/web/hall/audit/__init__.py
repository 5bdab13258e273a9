"""The record of what was done and seen: append-only, by registered action names."""

from __future__ import annotations

__all__: list[str] = []
