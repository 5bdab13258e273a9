"""Who may do what: one enum of permissions, one table of roles, and a declaration on every route (default: nobody)."""

from __future__ import annotations

__all__: list[str] = []
