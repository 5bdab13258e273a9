"""Who works here: accounts from one-time links, roles, passkeys and codes, sessions with an end, and solo mode."""

from __future__ import annotations

__all__: list[str] = []
