"""What was found, sealed: one row an object beside the vault's files, its clock, its holds, its end."""

from __future__ import annotations

__all__: list[str] = []
