"""On what ground this service may look: declared services, keys, tokens of two people, the question of every door."""

from __future__ import annotations

__all__: list[str] = []
