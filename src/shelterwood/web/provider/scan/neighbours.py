"""What this room asks of the rooms below it, in one place: legal basis, technology, lists."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.policy import LegalBasisToken, Occasion, Permitted, Refused
from shelterwood.web.provider.basis import live as basis_live
from shelterwood.web.provider.basis.services import decide
from shelterwood.web.provider.basis.technology import configured
from shelterwood.web.provider.lists import live as lists_live
from shelterwood.web.provider.lists.models import ProviderList
from shelterwood.web.provider.lists.states import ListKind
from shelterwood.web.provider.scan.matching import not_looked_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from uuid import UUID

    from shelterwood.policy import Medium, Technology, TokenClaims
    from shelterwood.scanning import EnabledLists
    from shelterwood.web.provider.keys.holding import KeyHeld
    from shelterwood.web.provider.scan.matching import Finding

__all__ = ["Ground", "NothingSetUp", "asked", "current_lists", "forget", "ground_for", "looked", "own_lists"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The basis on which one upload may be looked at, and what the token says about what is found."""

    permitted: Permitted
    claims: TokenClaims
    technology: Technology


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingSetUp:
    """There is nothing to look up in; `reason` is that of the answer "not scanned"."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """A permission, and what it was given on: another of any of these is asked anew."""

    key: KeyHeld
    basis: basis_live.Live
    technology: Technology
    ground: Ground

    def holds(self, key: KeyHeld, basis: basis_live.Live, technology: Technology, now: datetime) -> bool:
        same = self.key is key and self.basis is basis and self.technology is technology
        return same and self.ground.permitted.token == key.token_id and now < self.ground.permitted.ask_again_at


_answered: dict[tuple[UUID, Medium], _Answered] = {}
_technology: tuple[float, Technology | None] = (float("-inf"), None)
SECONDS_BELIEVED = 0.5


def _configured() -> Technology | None:
    """Return what is configured, asked for twice a second: a token is compared with it at every request."""
    global _technology  # noqa: PLW0603 - the worker's copy
    clock = time.monotonic()
    if clock - _technology[0] >= SECONDS_BELIEVED:
        found = configured()
        _technology = (clock, _technology[1] if found == _technology[1] else found)
    return _technology[1]


def forget() -> None:
    """Ask everything anew."""
    global _technology  # noqa: PLW0603 - the worker's copy
    _answered.clear()
    _technology = (float("-inf"), None)


def ground_for(key: KeyHeld, *, medium: Medium, now: datetime) -> Ground | Refused | NothingSetUp:
    """Ask whether content of this key may be looked at; a refusal has been recorded when it is returned.

    A permission is believed as long as the key, the legal basis and the technology are the very same, and no longer
    than it says itself; the end of a token is among that. Every refusal is asked, and recorded, anew.
    """
    technology = _configured()
    if technology is not None:
        known, basis = _answered.get((key.id, medium)), basis_live.current(now=now)
        if known is not None and known.holds(key, basis, technology, now):
            return known.ground
        found = asked(key, technology, medium=medium, occasion=Occasion.ARRIVAL, now=now)
        if isinstance(found, Ground):
            _answered[key.id, medium] = _Answered(key=key, basis=basis, technology=technology, ground=found)
        return found
    return NothingSetUp(reason=str(lists_live.NotAvailableReason.NO_LIST))


def asked(
    key: KeyHeld, technology: Technology, *, medium: Medium, occasion: Occasion, now: datetime
) -> Ground | Refused:
    """Ask anew whether content of this key may be looked at; a refusal has been recorded when it is returned."""
    request = dataclasses.replace(key.asks(medium), occasion=occasion)
    decided = decide(token_id=key.token_id, request=request, technology=technology, now=now)
    if isinstance(decided, Refused):
        return decided
    token = basis_live.current(now=now).tokens[decided.token].token
    assert isinstance(token, LegalBasisToken)  # noqa: S101 - it was permitted a moment ago
    return Ground(permitted=decided, claims=token.claims, technology=technology)


def current_lists(*, now: datetime) -> EnabledLists | NothingSetUp:
    """Return the lists in service at `now`, with every change up to it, or why nothing can be looked up."""
    found = lists_live.current(now=now)
    return found.enabled if isinstance(found, lists_live.LiveLists) else NothingSetUp(reason=str(found.reason))


def looked(look: Callable[[EnabledLists], Finding], *, now: datetime) -> Finding:
    """Return what `look` finds in the lists in service; not scanned where there is nothing to look in."""
    lists = current_lists(now=now)
    return not_looked_at(lists.reason) if isinstance(lists, NothingSetUp) else look(lists)


def own_lists(names: Iterable[str]) -> frozenset[str]:
    """Return which of these lists are our own: made here entry by entry, and verified by nobody."""
    rows = ProviderList.objects.filter(kind=ListKind.OWN, name__in=set(names))
    return frozenset(rows.values_list("name", flat=True))
