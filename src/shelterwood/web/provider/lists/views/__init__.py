"""The pages of the lists, and what their forms do."""

from __future__ import annotations

__all__: list[str] = []
