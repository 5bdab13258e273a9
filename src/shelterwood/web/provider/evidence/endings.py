"""Whoever above this room keeps something about an object registers here, and is told when it was destroyed.

    endings.register("scan", services.forget_prints)   # in ready()

Telling happens in the transaction that writes the end down, so that both are there or neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

__all__ = ["register", "tell"]

_LISTENERS: dict[str, Callable[[uuid.UUID], object]] = {}


def register(name: str, forget: Callable[[uuid.UUID], object]) -> None:
    """Have `forget(event_id)` called when the object of an event is destroyed; the same name again replaces it."""
    _LISTENERS[name] = forget


def tell(event_id: uuid.UUID) -> None:
    """Tell everyone that the object of this event is destroyed."""
    for forget in _LISTENERS.values():
        forget(event_id)
