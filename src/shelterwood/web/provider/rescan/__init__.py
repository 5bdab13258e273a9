"""Look again at media that are already hosted, because a list has grown: a job of its own, under its own token.

Nothing starts it but a person on the machine itself. What matches goes the way of an upload that matches; of what does
not, a number is kept and nothing else (decision 0018, "Growth of a list").
"""

from __future__ import annotations

__all__: list[str] = []
