"""One settings module a role, read once from the environment; what is wrong stops the start with a sentence.

Every name that is read stands in `known.py` and in docs/reference/settings.md (a test compares the two).
"""

from __future__ import annotations

__all__: list[str] = []
