"""What `shelterwood doctor` finds about the vault: where its keys lie, whether it can seal, what is overdue."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from shelterwood.vault import VaultFault
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.evidence import opening, queries
from shelterwood.web.provider.evidence.services.purging import strays

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["findings"]


def findings() -> Iterator[tuple[str, str]]:
    """Yield a state (`ok`, `warning`, `BAD`) and a sentence each."""
    yield _keys_apart()
    try:
        opening.vault().writable()
    except VaultFault as error:
        yield "BAD", f"Evidence cannot be sealed: {error.explain()}"
        return
    yield "ok", f"Evidence can be sealed in {opening.evidence_directory()}."
    yield from _due()


def _keys_apart() -> tuple[str, str]:
    keys, data = opening.key_directory().resolve(), facts().places.root.resolve()
    inside = any(keys.is_relative_to(place) for place in (data, opening.evidence_directory().resolve()))
    if inside:
        return (
            "BAD",
            f"The keys of the vault lie in {keys}, within the data: a backup would bring back what was purged.",
        )
    return "ok", f"The keys of the vault lie in {keys}. Replicate that directory; never put it into a backup."


def _due() -> Iterator[tuple[str, str]]:
    now = timezone.now()
    seen = queries.overview(now=now)
    lost = len(strays(older_than=timedelta(days=1), now=now))
    if seen.overdue:
        yield "BAD", f"{seen.overdue} sealed objects should have been destroyed; is the keeper running?"
    if lost:
        yield "warning", f"{lost} sealed objects belong to no event; they are destroyed after a week. Old database?"
    if not seen.overdue and not lost:
        yield "ok", f"Objects sealed: {seen.sealed}; holds that stand: {len(seen.holds)}; nothing is overdue."
