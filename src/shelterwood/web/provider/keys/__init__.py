"""API keys: what a platform's own servers show at the doors, each bound to one service, one surface and one token."""

from __future__ import annotations

__all__: list[str] = []
