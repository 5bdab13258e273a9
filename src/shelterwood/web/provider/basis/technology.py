"""The technology that is configured here, told by the room that configures it, and how such a value is made.

This room lies below the lists, so it cannot ask them: they register a function. Names of algorithms and orientations
are those of `shelterwood.fingerprints`, so that a token and a scanner cannot mean different things by one word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shelterwood.fingerprints import pdq
from shelterwood.policy import Algorithm, ListSource, Technology

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["ALL_ORIENTATIONS", "DIGESTS", "configured", "technology_of", "tell"]

ALL_ORIENTATIONS: Final = frozenset(str(orientation) for orientation in pdq.Orientation)
DIGESTS: Final = ("md5", "sha1", "sha256")

_teller: Callable[[], Technology | None] | None = None


def tell(teller: Callable[[], Technology | None]) -> None:
    """Register the function that knows what is configured; it returns None while nothing is."""
    global _teller  # noqa: PLW0603 - one teller a process, set when apps are made ready
    _teller = teller


def configured() -> Technology | None:
    """Return what is configured, or None where no room has told or nothing is configured."""
    return None if _teller is None else _teller()


def technology_of(
    *,
    lists: Mapping[str, int | None] | Iterable[str],
    radius: int = 31,
    orientations: frozenset[str] = ALL_ORIENTATIONS,
    digests: Iterable[str] = DIGESTS,
    version: str = "1",
) -> Technology:
    """Return PDQ within `radius` bits in `orientations`, and `digests`, on `lists` (each with its radius, or None)."""
    named = lists if hasattr(lists, "items") else dict.fromkeys(lists)
    return Technology(
        version=version,
        algorithms=(
            Algorithm(name="pdq", version="1", radius=radius, orientations=orientations),
            *(Algorithm(name=digest, version="1") for digest in digests),
        ),
        list_sources=tuple(ListSource(name=name, radius=own) for name, own in named.items()),
    )
