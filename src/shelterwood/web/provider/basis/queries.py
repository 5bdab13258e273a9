"""What the pages of the legal basis read, as values: no page touches a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from shelterwood.policy import (
    DetectionRequest,
    LegalBasisToken,
    Medium,
    NotAccepted,
    Occasion,
    Permitted,
    Refused,
    ServiceId,
    ServiceType,
    Surface,
    TokenId,
    must_stop,
    valid_until,
)
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.provider.basis import live, wording
from shelterwood.web.provider.basis.models import DeclaredService, Key, KeyState, Token, TokenState
from shelterwood.web.provider.basis.services.deciding import answer
from shelterwood.web.provider.basis.technology import configured, technology_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from shelterwood.policy import Interval, TokenClaims
    from shelterwood.web.hall.access.visitor import Visitor

_ANY = technology_of(lists=["none"])  # where no token is in force, the technology is not what is asked about

__all__ = [
    "Ground",
    "RateSeen",
    "ServiceSeen",
    "SurfaceSeen",
    "TokenSeen",
    "claims_in_force",
    "history",
    "in_force",
    "services_seen",
    "stopped",
    "token_seen",
    "waiting",
    "waiting_for",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceSeen:
    """A surface of a service: looked at or not, and if not, the sentence that says why and what to do."""

    words: str
    detecting: bool
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The token in force for one occasion of a service; `until` is the first end of token, key and profile."""

    token_id: UUID
    token_name: str
    occasion: str
    allowed: str
    until: datetime | None
    proposed_by: str
    issued_by: str
    waiver: str
    banner: str
    surfaces: tuple[SurfaceSeen, ...]

    @property
    def detecting(self) -> bool:
        """Whether anything is looked at under it now."""
        return any(surface.detecting for surface in self.surfaces)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSeen:
    """A declared service with its grounds; `why_not` where there is none."""

    id: UUID
    name: str
    title: str
    type_words: str
    surfaces_words: str
    encryption_words: str
    grounds: tuple[Ground, ...]
    why_not: str

    @property
    def detecting(self) -> bool:
        """Whether anything in this service is looked at now."""
        return any(ground.detecting for ground in self.grounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSeen:
    """Measured errors on one list."""

    list_source: str
    examined: int
    decided: int
    wrong: int
    interval: str
    stops: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSeen:
    """A token as its page and the history show it."""

    id: UUID
    name: str
    service: str
    service_title: str
    state: str  # of the table, or "ended" by the clock, or "not accepted"
    profile: str
    profile_title: str
    banner: str
    occasion: str
    from_authority: bool
    proposed_by: str
    proposed_at: datetime
    issued_by: str
    issued_at: datetime | None
    ended_by: str
    ended_at: datetime | None
    solo: bool
    stopped_at: datetime | None
    not_accepted: str
    rates: tuple[RateSeen, ...]


def services_seen(*, now: datetime) -> list[ServiceSeen]:
    """Return every declared service, by title, as it stands at `now`."""
    rows = DeclaredService.objects.prefetch_related("tokens__proposed_by", "tokens__issued_by").order_by("title")
    return [_service(row, now=now) for row in rows]


def _service(row: DeclaredService, *, now: datetime) -> ServiceSeen:
    issued = sorted((t for t in row.tokens.all() if t.state == TokenState.ISSUED), key=lambda token: token.occasion)
    return ServiceSeen(
        id=row.pk,
        name=row.name,
        title=row.title,
        type_words=wording.words(ServiceType(row.service_type)),
        surfaces_words=wording.joined(Surface(each) for each in row.surfaces),
        encryption_words=wording.words(live.current(now=now).services[row.name].end_to_end),
        grounds=tuple(_ground(row, token, now=now) for token in issued),
        why_not="" if issued else _why_not(row, now=now),
    )


def _why_not(row: DeclaredService, *, now: datetime) -> str:
    found = _ask(row, Surface(row.surfaces[0]), token=None, now=now)
    return found.sentence if isinstance(found, Refused) else ""


def _ask(row: DeclaredService, surface: Surface, *, token: Token | None, now: datetime) -> Permitted | Refused:
    request = DetectionRequest(
        service=ServiceId(row.name),
        service_type=ServiceType(row.service_type),
        surface=surface,
        medium=Medium.IMAGE,
        occasion=Occasion.ARRIVAL if token is None else Occasion(token.occasion),
    )
    known = None if token is None else live.current(now=now).tokens.get(token.name)
    signed = known.token if known is not None else None
    own = signed.claims.technology if isinstance(signed, LegalBasisToken) else _ANY
    name = None if token is None else TokenId(token.name)
    return answer(token_id=name, request=request, technology=configured() or own, now=now)


def _ground(row: DeclaredService, token: Token, *, now: datetime) -> Ground:
    known = live.current(now=now).tokens[token.name]
    signed = known.token if isinstance(known.token, LegalBasisToken) else None
    answers = [(Surface(name), _ask(row, Surface(name), token=token, now=now)) for name in row.surfaces]
    return Ground(
        token_id=token.pk,
        token_name=token.name,
        occasion=wording.words(Occasion(token.occasion)),
        allowed=wording.allowed(signed.claims, title=row.title) if signed else "",
        until=valid_until(signed, known.profile) if signed else None,
        proposed_by=token.proposed_by.name,
        issued_by=token.issued_by.name if token.issued_by else "",
        waiver=signed.claims.issue.waiver if signed else "",
        banner=known.profile.banner,
        surfaces=tuple(
            SurfaceSeen(
                words=wording.words(surface),
                detecting=isinstance(found, Permitted),
                why_not=found.sentence if isinstance(found, Refused) else "",
            )
            for surface, found in answers
        ),
    )


def waiting(*, now: datetime) -> list[TokenSeen]:
    """Return the proposals that wait for a second person, the oldest first."""
    return [_token(row, now=now) for row in _tokens().filter(state=TokenState.PROPOSED).order_by("proposed_at")]


def waiting_for(visitor: Visitor) -> int:
    """Return how many tokens and keys wait for this person as the second; nobody's own does."""
    tokens = Token.objects.filter(state=TokenState.PROPOSED).exclude(proposed_by=UUID(visitor.account_id))
    keys = Key.objects.filter(state=KeyState.PROPOSED).exclude(proposed_by=UUID(visitor.account_id))
    issues, proposes = visitor.may(Permission.BASIS_ISSUE), visitor.may(Permission.BASIS_PROPOSE)
    return (tokens.count() if issues else 0) + (keys.count() if proposes else 0)


def history(*, now: datetime) -> list[TokenSeen]:
    """Return every token, the latest first."""
    return [_token(row, now=now) for row in _tokens().order_by("-proposed_at")]


def stopped(*, now: datetime) -> list[TokenSeen]:
    """Return the tokens in force whose measured errors are above their limit: somebody has to find out why."""
    rows = [_token(row, now=now) for row in _tokens().filter(state=TokenState.ISSUED, stopped_at__isnull=False)]
    return [row for row in rows if any(rate.stops for rate in row.rates)]


def token_seen(token_id: UUID, *, now: datetime) -> TokenSeen:
    """Return one token; raise Token.DoesNotExist."""
    return _token(_tokens().get(pk=token_id), now=now)


def _tokens() -> QuerySet[Token]:
    return Token.objects.select_related("service", "proposed_by", "issued_by", "ended_by")


def _token(row: Token, *, now: datetime) -> TokenSeen:
    here = live.current(now=now)
    profile, known = here.profile(row.profile), here.tokens.get(row.name)
    not_accepted = known.token.sentence if known is not None and isinstance(known.token, NotAccepted) else ""
    return TokenSeen(
        id=row.pk,
        name=row.name,
        service=row.service.name,
        service_title=row.service.title,
        state=_state(row, known, now=now),
        profile=row.profile,
        profile_title=profile.title,
        banner=profile.banner,
        occasion=wording.words(Occasion(row.occasion)),
        from_authority=row.from_authority,
        proposed_by=row.proposed_by.name,
        proposed_at=row.proposed_at,
        issued_by=row.issued_by.name if row.issued_by else "",
        issued_at=row.issued_at,
        ended_by=row.ended_by.name if row.ended_by else "",
        ended_at=row.ended_at,
        solo=row.solo,
        stopped_at=row.stopped_at,
        not_accepted=not_accepted if row.state == TokenState.ISSUED else "",
        rates=_rates(known),
    )


def _state(row: Token, known: live.Known | None, *, now: datetime) -> str:
    if row.state != TokenState.ISSUED or known is None:
        return row.state
    if isinstance(known.token, NotAccepted):
        return "not accepted"
    return "ended" if now >= valid_until(known.token, known.profile) else row.state


def _rates(known: live.Known | None) -> tuple[RateSeen, ...]:
    if known is None or not isinstance(known.token, LegalBasisToken):
        return ()
    token = known.token
    found = []
    for rates in known.rates:
        interval, stop = rates.false_matches(token.error_limit.denominator), must_stop(token, rates)
        found.append(
            RateSeen(
                list_source=rates.list_source,
                examined=rates.examined,
                decided=rates.decided,
                wrong=rates.wrong,
                interval="no match decided yet" if interval.share is None else _percent(interval),
                stops=stop.sentence if stop else "",
            )
        )
    return tuple(found)


def _percent(interval: Interval) -> str:
    return f"{interval.low:.2%} to {interval.high:.2%}"


def in_force(*, service: str, occasion: Occasion, now: datetime) -> TokenId | None:
    """Return the id of the token that a door should show for a service, or None; `decide` still decides."""
    found = Token.objects.filter(service__name=service, occasion=occasion, state=TokenState.ISSUED).first()
    if found is None or found.name not in live.current(now=now).tokens:
        return None
    return TokenId(found.name)


def claims_in_force(*, now: datetime) -> list[tuple[Token, TokenClaims, datetime]]:
    """Return every issued token whose text counts, with its claims and the first end of token, key and profile."""
    known = live.current(now=now).tokens
    found = []
    for row in _tokens().filter(state=TokenState.ISSUED):
        each = known.get(row.name)
        if each is not None and isinstance(each.token, LegalBasisToken):
            found.append((row, each.token.claims, valid_until(each.token, each.profile)))
    return found
