"""What this room asks of the rooms below it, in one place: legal basis, technology, lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.policy import LegalBasisToken, Permitted, Refused
from shelterwood.web.provider.basis import live as basis_live
from shelterwood.web.provider.basis.services import decide
from shelterwood.web.provider.basis.technology import configured

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.policy import Medium, Technology, TokenClaims
    from shelterwood.scanning import EnabledLists
    from shelterwood.web.provider.keys.holding import KeyHeld

__all__ = ["Ground", "NothingSetUp", "current_lists", "ground_for"]


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


def ground_for(key: KeyHeld, *, medium: Medium, now: datetime) -> Ground | Refused | NothingSetUp:
    """Ask whether content of this key may be looked at; a refusal has been recorded when it is returned."""
    technology = configured()
    if technology is None:
        return NothingSetUp(reason="no_list")
    decided = decide(token_id=key.token_id, request=key.asks(medium), technology=technology, now=now)
    if isinstance(decided, Refused):
        return decided
    token = basis_live.current(now=now).tokens[decided.token].token
    assert isinstance(token, LegalBasisToken)  # noqa: S101 - it was permitted a moment ago
    return Ground(permitted=decided, claims=token.claims, technology=technology)


def current_lists(*, now: datetime) -> EnabledLists | NothingSetUp:  # noqa: ARG001 - the lists ask for the time
    """Return the lists that are live; no list can be switched on in this version."""
    return NothingSetUp(reason="no_list")
