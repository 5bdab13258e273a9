"""How pages look and speak: templates, one style sheet, headers, forms, and the shapes of errors. Knows no models."""

from __future__ import annotations

__all__: list[str] = []
