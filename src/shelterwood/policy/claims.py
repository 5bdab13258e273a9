"""What a legal-basis token says, unsigned: for which service, what, with what, how long, and who answers for it.

The fields are those of `LegalBasisToken` in the design of the messages, widened by what the impact assessment and the
house rules ask for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shelterwood.policy.canonical import canonical, parse_strict
from shelterwood.policy.error_rates import ErrorLimit
from shelterwood.policy.fields import Fields, PolicyDataNotValid
from shelterwood.policy.instants import as_utc, write_instant
from shelterwood.policy.profiles import ProfileRef
from shelterwood.policy.technology import Technology
from shelterwood.policy.vocabulary import (
    ActorId,
    EvidenceMode,
    MaterialKind,
    Occasion,
    PriorConsultation,
    QuarantineMode,
    ReviewPolicy,
    ServiceId,
    ServiceType,
    Surface,
    TokenId,
    TokenKind,
)

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Issue", "Quarantine", "TokenClaims", "read_claims"]

_WHERE: Final = "legal-basis token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Who issued the token: two different people. `solo` waives the second, and says so wherever the token is shown."""

    proposed_by: ActorId
    approved_by: ActorId | None
    solo: bool = False
    at: datetime

    def __post_init__(self) -> None:
        if self.solo is not (self.approved_by is None):
            raise PolicyDataNotValid(
                _WHERE, "a second person approves, unless the token says that it was issued in solo mode"
            )
        if self.proposed_by == self.approved_by:
            raise PolicyDataNotValid(
                _WHERE, "the person who proposes a token and the one who approves it are different people"
            )

    @property
    def actors(self) -> tuple[ActorId, ...]:
        """The one or two people."""
        return (self.proposed_by,) if self.approved_by is None else (self.proposed_by, self.approved_by)

    @property
    def waiver(self) -> str:
        """What to show when the second person was waived; else empty."""
        return "Issued by one person alone (solo mode): no second person approved it." if self.solo else ""

    def as_data(self) -> dict[str, object]:
        """Return the issue as canonical JSON wants it."""
        return {
            "proposed_by": self.proposed_by,
            "approved_by": self.approved_by,
            "solo": self.solo,
            "at": write_instant(self.at),
        }

    @classmethod
    def read(cls, fields: Fields) -> Issue:
        """Read who issued a token."""
        approved = fields.optional_text("approved_by")
        issue = cls(
            proposed_by=ActorId(fields.text("proposed_by")),
            approved_by=None if approved is None else ActorId(approved),
            solo=fields.flag("solo"),
            at=fields.instant("at"),
        )
        fields.end()
        return issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """Whether what is found is put out of sight, and after how many undecided hours it comes back by itself."""

    mode: QuarantineMode
    release_after_hours: int | None = None

    def __post_init__(self) -> None:
        quarantined, hours = self.mode is QuarantineMode.QUARANTINE, self.release_after_hours
        if quarantined is (hours is None) or (hours is not None and hours < 1):
            raise PolicyDataNotValid(
                _WHERE, "a quarantine names the hours after which it ends by itself; no quarantine names none"
            )

    def as_data(self) -> dict[str, object]:
        """Return the policy as canonical JSON wants it."""
        return {"mode": str(self.mode), "release_after_hours": self.release_after_hours}

    @classmethod
    def read(cls, fields: Fields) -> Quarantine:
        """Read a quarantine policy."""
        hours = None if fields.null("release_after_hours") else fields.integer("release_after_hours", least=1)
        quarantine = cls(mode=fields.choice("mode", QuarantineMode), release_after_hours=hours)
        fields.end()
        return quarantine


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenClaims:
    """Everything a token says.

    `reference` is that of the order, permission or terms; `component` None is the whole service.

    `valid_from` is inside the period, `valid_to` outside. Times are kept in UTC, to the second.
    """

    id: TokenId
    kind: TokenKind
    reference: str
    profile: ProfileRef
    service: ServiceId
    component: str | None = None
    service_type: ServiceType
    surfaces: frozenset[Surface]
    kinds: frozenset[MaterialKind]
    occasion: Occasion
    valid_from: datetime
    valid_to: datetime
    technology: Technology
    error_limit: ErrorLimit
    review: ReviewPolicy
    quarantine: Quarantine
    evidence: EvidenceMode
    gdpr_ground: str | None = None
    offence_data_rule: str | None = None
    dpia_version: str | None = None
    prior_consultation: PriorConsultation
    issue: Issue

    def __post_init__(self) -> None:
        if as_utc(self.valid_to) <= as_utc(self.valid_from):
            raise PolicyDataNotValid(_WHERE, "valid_to is not after valid_from")
        if not self.surfaces or not self.kinds:
            raise PolicyDataNotValid(_WHERE, "at least one surface and one kind are named")

    def as_data(self) -> dict[str, object]:
        """Return the claims as canonical JSON wants them."""
        return self._scope() | self._safeguards()

    def _scope(self) -> dict[str, object]:
        return {
            "format": 1,
            "id": self.id,
            "kind": str(self.kind),
            "reference": self.reference,
            "profile": self.profile.as_data(),
            "service": self.service,
            "component": self.component,
            "service_type": str(self.service_type),
            "surfaces": sorted(self.surfaces),
            "kinds": sorted(self.kinds),
            "occasion": str(self.occasion),
            "valid_from": write_instant(self.valid_from),
            "valid_to": write_instant(self.valid_to),
        }

    def _safeguards(self) -> dict[str, object]:
        return {
            "technology": self.technology.as_data(),
            "technology_digest": self.technology.digest,
            "error_limit": self.error_limit.as_data(),
            "review": str(self.review),
            "quarantine": self.quarantine.as_data(),
            "evidence": str(self.evidence),
            "gdpr_ground": self.gdpr_ground,
            "offence_data_rule": self.offence_data_rule,
            "dpia_version": self.dpia_version,
            "prior_consultation": str(self.prior_consultation),
            "issue": self.issue.as_data(),
        }


def read_claims(data: bytes) -> TokenClaims:
    """Read claims from their JSON bytes; PolicyDataNotValid unless they are exactly what `as_data` would write."""
    try:
        fields = Fields(parse_strict(data), where=_WHERE)
    except ValueError as error:
        raise PolicyDataNotValid(_WHERE, f"this is not JSON as expected ({error})") from error
    if fields.integer("format", least=1) != 1:
        raise fields.wrong("format must be 1")
    digest = fields.text("technology_digest")
    claims = _claims(fields)
    fields.end()
    if digest != claims.technology.digest:
        raise fields.wrong("technology_digest is not that of the technology")
    if canonical(claims.as_data()) != data:
        raise fields.wrong("the claims are not written in the canonical form")
    return claims


def _claims(fields: Fields) -> TokenClaims:
    return TokenClaims(
        id=TokenId(fields.text("id")),
        kind=fields.choice("kind", TokenKind),
        reference=fields.text("reference"),
        profile=ProfileRef.read(fields.record("profile")),
        service=ServiceId(fields.text("service")),
        component=fields.optional_text("component"),
        service_type=fields.choice("service_type", ServiceType),
        surfaces=fields.choices("surfaces", Surface),
        kinds=fields.choices("kinds", MaterialKind),
        occasion=fields.choice("occasion", Occasion),
        valid_from=fields.instant("valid_from"),
        valid_to=fields.instant("valid_to"),
        technology=Technology.read(fields.record("technology")),
        error_limit=ErrorLimit.read(fields.record("error_limit")),
        review=fields.choice("review", ReviewPolicy),
        quarantine=Quarantine.read(fields.record("quarantine")),
        evidence=fields.choice("evidence", EvidenceMode),
        gdpr_ground=fields.optional_text("gdpr_ground"),
        offence_data_rule=fields.optional_text("offence_data_rule"),
        dpia_version=fields.optional_text("dpia_version"),
        prior_consultation=fields.choice("prior_consultation", PriorConsultation),
        issue=Issue.read(fields.record("issue")),
    )
