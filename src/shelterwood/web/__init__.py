"""The services of Shelterwood: wings that never see each other, around one hall. The only place that knows Django."""

from __future__ import annotations

__all__: list[str] = []
