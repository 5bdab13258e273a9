"""Everything that must be done exactly once outside the database: jobs and messages, delivered by the keeper."""

from __future__ import annotations

__all__: list[str] = []
