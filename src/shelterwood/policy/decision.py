"""The one question of every door, as a pure function: may this be looked at now, and on what ground.

A refusal is as normal as a permission, so both are values. The reasons are looked for in a fixed order: first what no
law can change here (encryption, audio, other kinds), then the profile, then the token. The first found is named; the
others may hold as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from shelterwood.policy.error_rates import ErrorRates, must_stop
from shelterwood.policy.instants import as_utc
from shelterwood.policy.refusals import SENTENCES, RefusalReason
from shelterwood.policy.signing import LegalBasisToken, NotAccepted
from shelterwood.policy.vocabulary import (
    SUPPORTED_KINDS,
    EndToEnd,
    MaterialKind,
    Medium,
    Occasion,
    PriorConsultation,
    Requirement,
    ServiceId,
    ServiceType,
    Status,
    Surface,
    TokenId,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shelterwood.policy.claims import TokenClaims
    from shelterwood.policy.profiles import PolicyProfile, ProfileRef
    from shelterwood.policy.technology import Technology

__all__ = ["LONGEST_CACHE", "DetectionRequest", "Permitted", "Refused", "may_detect", "valid_until"]

LONGEST_CACHE: Final = timedelta(seconds=60)
"""How long an answer may be relied on: a withdrawal, which nobody can foresee, stops detection within this (R1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionRequest:
    """What is to be looked at, as the door or the configuration knows it before anything is read."""

    service: ServiceId
    component: str | None = None
    service_type: ServiceType
    surface: Surface
    medium: Medium
    kind: MaterialKind = MaterialKind.KNOWN
    occasion: Occasion = Occasion.ARRIVAL
    end_to_end: EndToEnd = EndToEnd.NOT_ATTESTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """Detection may happen. Ask again by `ask_again_at`; show `banner` and `waiver` where they are not empty."""

    token: TokenId
    profile: ProfileRef
    banner: str
    waiver: str
    ends_at: datetime
    ask_again_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Detection may not happen, nothing may be read. Record `reason`, `profile` and `token`; show `sentence`."""

    reason: RefusalReason
    sentence: str
    profile: ProfileRef
    token: TokenId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Everything the answer depends on."""

    token: LegalBasisToken | NotAccepted | None
    profile: PolicyProfile
    request: DetectionRequest
    technology: Technology
    now: datetime
    demo: bool
    rates: tuple[ErrorRates, ...]

    @property
    def missing_grounds(self) -> str:
        """What the profile wants recorded and the token does not record."""
        if not isinstance(self.token, LegalBasisToken):
            return ""
        claims = self.token.claims
        recorded = {
            Requirement.GDPR_GROUND: claims.gdpr_ground is not None,
            Requirement.OFFENCE_DATA_RULE: claims.offence_data_rule is not None,
            Requirement.DPIA: claims.dpia_version is not None,
            Requirement.PRIOR_CONSULTATION: claims.prior_consultation is not PriorConsultation.NOT_REQUIRED,
        }
        return ", ".join(sorted(need for need in self.profile.requires if not recorded[need]))

    @property
    def technology_changes(self) -> str:
        """What is different from the technology in the token."""
        token = self.token
        return (
            ", ".join(self.technology.changes_from(token.claims.technology))
            if isinstance(token, LegalBasisToken)
            else ""
        )

    @property
    def first_stop(self) -> str:
        """The sentence of the first measured error rate above the token's limit."""
        if not isinstance(self.token, LegalBasisToken):
            return ""
        stops = (must_stop(self.token, rates) for rates in self.rates)
        return next((stop.sentence for stop in stops if stop is not None), "")


_R = RefusalReason
_BEFORE_TOKEN: Final[tuple[tuple[RefusalReason, Callable[[Question], bool]], ...]] = (
    (_R.E2EE_EXCLUDED, lambda q: q.request.end_to_end not in {EndToEnd.NEVER, EndToEnd.NOT_ATTESTED}),
    (_R.E2EE_NOT_ATTESTED, lambda q: q.request.end_to_end is not EndToEnd.NEVER),
    (_R.AUDIO_EXCLUDED, lambda q: q.request.medium is Medium.AUDIO),
    (_R.KIND_NOT_SUPPORTED, lambda q: q.request.kind not in SUPPORTED_KINDS),
    (_R.PROFILE_PERMITS_NO_DETECTION, lambda q: not q.profile.token_kinds),
    (_R.PROPOSAL_OUTSIDE_DEMO, lambda q: q.profile.status is not Status.LAW and not q.demo),
    (_R.PROFILE_NOT_BEGUN, lambda q: not q.profile.has_begun(q.now)),
    (_R.PROFILE_ENDED, lambda q: q.profile.has_ended(q.now)),
    (_R.KIND_NOT_OF_PROFILE, lambda q: q.request.kind not in q.profile.allowed_kinds),
    (_R.SERVICE_TYPE_NOT_OF_PROFILE, lambda q: q.request.service_type not in q.profile.service_types),
    (
        _R.SURFACE_NOT_OF_SERVICE_TYPE,
        lambda q: q.request.surface.is_communication is not q.request.service_type.is_communication,
    ),
    (_R.SURFACE_NOT_OF_PROFILE, lambda q: q.request.surface not in q.profile.surfaces),
    (_R.MEDIUM_NOT_OF_PROFILE, lambda q: q.request.medium not in q.profile.media),
    (_R.OCCASION_NOT_OF_PROFILE, lambda q: q.request.occasion not in q.profile.occasions),
    (_R.NO_TOKEN, lambda q: q.token is None),
    (_R.TOKEN_NOT_ACCEPTED, lambda q: not isinstance(q.token, LegalBasisToken)),
)
_OF_TOKEN: Final[tuple[tuple[RefusalReason, Callable[[Question, TokenClaims], bool]], ...]] = (
    (_R.TOKEN_OF_ANOTHER_PROFILE, lambda q, t: t.profile != q.profile.ref),
    (_R.TOKEN_KIND_NOT_OF_PROFILE, lambda q, t: t.kind not in q.profile.token_kinds),
    (_R.TOKEN_TOO_LONG, lambda q, t: _too_long(t, q.profile)),
    (_R.TOKEN_NOT_BEGUN, lambda q, t: q.now < as_utc(t.valid_from)),
    (_R.TOKEN_ENDED, lambda q, _: isinstance(q.token, LegalBasisToken) and q.now >= q.token.valid_until),
    (
        _R.SERVICE_NOT_OF_TOKEN,
        lambda q, t: t.service != q.request.service or t.component not in {None, q.request.component},
    ),
    (_R.SERVICE_TYPE_NOT_OF_TOKEN, lambda q, t: t.service_type is not q.request.service_type),
    (_R.SURFACE_NOT_OF_TOKEN, lambda q, t: q.request.surface not in t.surfaces),
    (_R.KIND_NOT_OF_TOKEN, lambda q, t: q.request.kind not in t.kinds),
    (_R.OCCASION_NOT_OF_TOKEN, lambda q, t: t.occasion is not q.request.occasion),
    (_R.GROUND_NOT_RECORDED, lambda q, _: bool(q.missing_grounds)),
    (
        _R.CONSULTATION_NOT_CLEARED,
        lambda _, t: t.prior_consultation not in {PriorConsultation.CLEARED, PriorConsultation.NOT_REQUIRED},
    ),
    (_R.TECHNOLOGY_CHANGED, lambda q, t: t.technology.digest != q.technology.digest),
    (_R.ERROR_LIMIT_EXCEEDED, lambda q, _: bool(q.first_stop)),
)


def may_detect(
    token: LegalBasisToken | NotAccepted | None,
    *,
    profile: PolicyProfile,
    request: DetectionRequest,
    technology: Technology,
    now: datetime,
    demo: bool = False,
    rates: tuple[ErrorRates, ...] = (),
) -> Permitted | Refused:
    """Say whether content may be looked at now.

    `token` is what `verify_token` returned for the stored text, or None; `technology` is what is configured; `rates`
    are the errors measured so far. Asked by every door before it reads, and by the configuration before it stores
    (the same answer, with the same code, also then). TimeWithoutZone when `now` is naive.
    """
    question = Question(
        token=token, profile=profile, request=request, technology=technology, now=as_utc(now), demo=demo, rates=rates
    )
    for reason, is_so in _BEFORE_TOKEN:
        if is_so(question):
            return _refuse(question, reason)
    return _ask_token(question, token) if isinstance(token, LegalBasisToken) else _refuse(question, _R.NO_TOKEN)


def _ask_token(question: Question, token: LegalBasisToken) -> Permitted | Refused:
    for reason, is_so in _OF_TOKEN:
        if is_so(question, token.claims):
            return _refuse(question, reason)
    profile, end = question.profile, valid_until(token, question.profile)
    return Permitted(
        token=token.id,
        profile=profile.ref,
        banner=profile.banner,
        waiver=token.claims.issue.waiver,
        ends_at=end,
        ask_again_at=min(end, question.now + LONGEST_CACHE),
    )


def _refuse(question: Question, reason: RefusalReason) -> Refused:
    claims = question.token.claims if isinstance(question.token, LegalBasisToken) else None
    sentence = SENTENCES[reason].format(q=question, t=claims)
    return Refused(
        reason=reason, sentence=sentence, profile=question.profile.ref, token=None if claims is None else claims.id
    )


def valid_until(token: LegalBasisToken, profile: PolicyProfile) -> datetime:
    """Return the first end of token, signing key and profile, in UTC; at that instant nothing is permitted."""
    return token.valid_until if profile.valid_to is None else min(token.valid_until, profile.valid_to)


def _too_long(claims: TokenClaims, profile: PolicyProfile) -> bool:
    longest = profile.longest_token
    return longest is not None and as_utc(claims.valid_to) > longest.after(claims.valid_from)
