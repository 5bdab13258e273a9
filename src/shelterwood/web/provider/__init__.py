"""The wing of a platform: check uploads on a legal basis, review what is found, file reports, answer complaints."""

from __future__ import annotations

__all__: list[str] = []
