"""Write into the record what allauth does: sign-ins, refusals, second factors that come, go and are used."""

from __future__ import annotations

__all__ = ["start"]


def start() -> None:
    """Connect the listeners; called once when the app is ready."""
