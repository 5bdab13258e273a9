"""Whoever above this room keeps something about an object registers here, and is told when it was destroyed.

    endings.register("scan", ending.forget_prints)   # in ready()

Telling happens in the transaction that writes the end down, so that both are there or neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

__all__ = ["Forget", "register", "tell"]


class Forget(Protocol):
    """Forgets what is kept about the object of an event."""

    def __call__(self, event_id: uuid.UUID, *, now: datetime) -> object:
        """Forget it."""


_LISTENERS: dict[str, Forget] = {}


def register(name: str, forget: Forget) -> None:
    """Have `forget` called when the object of an event is destroyed; the same name again replaces it."""
    _LISTENERS[name] = forget


def tell(event_id: uuid.UUID, *, now: datetime) -> None:
    """Tell everyone that the object of this event is destroyed."""
    for forget in _LISTENERS.values():
        forget(event_id, now=now)
