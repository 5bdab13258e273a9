"""How a service lives: preparing its data, starting its processes, and saying whether it is well."""

from __future__ import annotations

__all__: list[str] = []
