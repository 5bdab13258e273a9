"""Pages of the accounts, one module a subject; thin over services and queries."""

from __future__ import annotations

__all__: list[str] = []
