"""Legal bases for the web tests, made by the services that make them in earnest: two officers, keys, issued tokens."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from people import make_person

from shelterwood.policy import (
    Denominator,
    DetectionRequest,
    EndToEnd,
    ErrorLimit,
    EvidenceMode,
    Medium,
    Occasion,
    PriorConsultation,
    Quarantine,
    QuarantineMode,
    ReviewPolicy,
    ServiceId,
    ServiceType,
    Surface,
    TokenId,
    TokenKind,
)
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.provider.basis import services
from shelterwood.web.provider.basis.drafts import digest_of_claims
from shelterwood.web.provider.basis.technology import technology_of

if TYPE_CHECKING:
    from shelterwood.web.hall.accounts.models import Account
    from shelterwood.web.provider.basis.models import DeclaredService, Token

__all__ = [
    "PASSPHRASE",
    "TECHNOLOGY",
    "Officers",
    "declare_messenger",
    "declare_photos",
    "id_of",
    "issue",
    "issued_token",
    "messages_proposal",
    "officer_pair",
    "photos_proposal",
    "request_for",
]

PASSPHRASE = "five quiet lanterns under snow"
START = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
TECHNOLOGY = technology_of(lists=["coffee-cups"])


@dataclass(frozen=True)
class Officers:
    """Two filing officers whose keys confirmed each other."""

    first: Account
    second: Account

    @property
    def proposing(self) -> Actor:
        return Actor.person(self.first.pk)

    @property
    def issuing(self) -> Actor:
        return Actor.person(self.second.pk)


def officer_pair(*, now: datetime = START) -> Officers:
    pair = Officers(make_person(Role.FILING_OFFICER), make_person(Role.FILING_OFFICER))
    for own, other in ((pair.proposing, pair.issuing), (pair.issuing, pair.proposing)):
        key = services.make_officer_key(passphrase=PASSPHRASE, actor=own, now=now)
        services.confirm_key(key_id=key.pk, actor=other, now=now)
    return pair


def declare_photos(actor: Actor, *, now: datetime = START, end_to_end: EndToEnd = EndToEnd.NEVER) -> DeclaredService:
    return services.declare_service(
        name="photos",
        title="Photo pages",
        service_type=ServiceType.HOSTING,
        surfaces=frozenset({Surface.PUBLIC_UPLOAD, Surface.PROFILE_PICTURE}),
        end_to_end=end_to_end,
        actor=actor,
        now=now,
    )


def declare_messenger(actor: Actor, *, now: datetime = START, end_to_end: EndToEnd = EndToEnd.NEVER) -> DeclaredService:
    return services.declare_service(
        name="messages",
        title="Messages",
        service_type=ServiceType.NUMBER_INDEPENDENT_MESSAGING,
        surfaces=frozenset({Surface.PRIVATE_MESSAGE, Surface.GROUP_MESSAGE}),
        end_to_end=end_to_end,
        actor=actor,
        now=now,
    )


def photos_proposal(*, now: datetime = START, **changes: Any) -> services.Proposal:  # noqa: ANN401 - any field
    proposal = services.Proposal(
        service="photos",
        profile="NATIONAL_HOSTING",
        kind=TokenKind.OWN_TERMS,
        reference="terms of use, version 3",
        surfaces=frozenset({Surface.PUBLIC_UPLOAD}),
        occasion=Occasion.ARRIVAL,
        valid_from=now,
        valid_to=now + timedelta(days=365),
        technology=TECHNOLOGY,
        error_limit=ErrorLimit(per_million=50_000, denominator=Denominator.DECIDED_MATCHES, least_sample=100),
        review=ReviewPolicy.ONE_PERSON,
        quarantine=Quarantine(mode=QuarantineMode.QUARANTINE, release_after_hours=72),
        evidence=EvidenceMode.SEAL,
        gdpr_ground="legitimate interest, assessment of 1 November 2026",
        offence_data_rule="national rule recorded by the data protection officer",
        dpia_version="2",
        prior_consultation=PriorConsultation.CLEARED,
    )
    return dataclasses.replace(proposal, **changes)


def messages_proposal(*, now: datetime = START, **changes: Any) -> services.Proposal:  # noqa: ANN401 - any field
    own = {
        "service": "messages",
        "profile": "INTERIM2026",
        "kind": TokenKind.PERMISSION,
        "surfaces": frozenset({Surface.PRIVATE_MESSAGE, Surface.GROUP_MESSAGE}),
    }
    return photos_proposal(now=now, **(own | changes))


def issue(token: Token, *, actor: Actor, now: datetime, passphrase: str = PASSPHRASE) -> Token:
    """Look at the preview and sign it."""
    shown = services.preview_of(token=token, actor=actor, now=now)
    return services.issue_token(
        token_id=token.pk,
        passphrase=passphrase,
        shown_at=now,
        digest=digest_of_claims(shown),
        actor=actor,
        now=now,
    )


def issued_token(*, now: datetime = START, officers: Officers | None = None, **changes: Any) -> Token:  # noqa: ANN401 - any field
    """Return a token in force for the service `photos`, with everything that it needs; `changes` are its claims'."""
    pair = officers or officer_pair(now=now)
    declare_photos(pair.proposing, now=now)
    token = services.propose_token(proposal=photos_proposal(now=now, **changes), actor=pair.proposing, now=now)
    return issue(token, actor=pair.issuing, now=now)


def request_for(service: str = "photos", surface: Surface = Surface.PUBLIC_UPLOAD, **changes: Any) -> DetectionRequest:  # noqa: ANN401 - any field
    messaging = surface.is_communication
    request = DetectionRequest(
        service=ServiceId(service),
        service_type=ServiceType.NUMBER_INDEPENDENT_MESSAGING if messaging else ServiceType.HOSTING,
        surface=surface,
        medium=Medium.IMAGE,
    )
    return dataclasses.replace(request, **changes)


def id_of(token: Token) -> TokenId:
    return TokenId(token.name)
