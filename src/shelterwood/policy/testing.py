"""Tokens for tests and the demo: real signatures by throw-away keys that no register of a real installation knows.

The fake ships with the product so that every door is tested with the same valid token and changes one thing at a time.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shelterwood.errors import ShelterwoodError
from shelterwood.policy.claims import Issue, Quarantine, TokenClaims
from shelterwood.policy.decision import DetectionRequest
from shelterwood.policy.error_rates import Denominator, ErrorLimit
from shelterwood.policy.keys import KeyRegister, KeyRole, RegisteredKey, public_bytes
from shelterwood.policy.shipped import shipped_profile
from shelterwood.policy.signing import LegalBasisToken, NotAccepted, sign_token, verify_token
from shelterwood.policy.technology import Algorithm, ListSource, Technology
from shelterwood.policy.vocabulary import (
    ActorId,
    EndToEnd,
    EvidenceMode,
    MaterialKind,
    Medium,
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

__all__ = [
    "EXAMPLE_NOW",
    "ExampleNotAccepted",
    "ThrowAwayKey",
    "example_claims",
    "example_request",
    "example_technology",
    "example_token",
]

EXAMPLE_NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
"""An instant at which the examples are valid."""


class ExampleNotAccepted(ShelterwoodError):
    """The claims that a test gave make no valid token."""

    def __init__(self, why: NotAccepted) -> None:
        super().__init__(f"This example makes no token: {why.sentence}", remedy="Use verify_token to test refusals.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrowAwayKey:
    """A private key made for one test or demo, with the register that knows it."""

    private: Ed25519PrivateKey = dataclasses.field(repr=False)
    registered: RegisteredKey

    @classmethod
    def make(
        cls, *, holder: str = "officer-b", role: KeyRole = KeyRole.OFFICER, now: datetime = EXAMPLE_NOW
    ) -> ThrowAwayKey:
        """Make a key that holds from ten days before `now` for three years."""
        private = Ed25519PrivateKey.generate()
        registered = RegisteredKey(
            public=public_bytes(private),
            holder=holder,
            role=role,
            valid_from=now - timedelta(days=10),
            valid_to=now + timedelta(days=1095),
        )
        return cls(private=private, registered=registered)

    @property
    def register(self) -> KeyRegister:
        """A register that knows this key only."""
        return KeyRegister(keys=(self.registered,))


def example_technology() -> Technology:
    """Return PDQ at radius 31 in all eight orientations and SHA-256, on one list of coffee cups."""
    turns = ("rotate90", "rotate180", "rotate270", "flip_vertical", "mirror", "transpose", "anti_transpose")
    return Technology(
        version="1",
        algorithms=(
            Algorithm(name="pdq", version="1", radius=31, orientations=frozenset({"identity", *turns})),
            Algorithm(name="sha256", version="1"),
        ),
        list_sources=(ListSource(name="coffee-cups"),),
    )


def example_claims(*, now: datetime = EXAMPLE_NOW, **changes: Any) -> TokenClaims:  # noqa: ANN401 - any field of the dataclass
    """Return claims of a host's own terms, valid from a day before `now` for a year, with fields changed by name."""
    claims = TokenClaims(
        id=TokenId("token-1"),
        kind=TokenKind.OWN_TERMS,
        reference="terms of use, version 3",
        profile=shipped_profile("NATIONAL_HOSTING").ref,
        service=ServiceId("photos"),
        service_type=ServiceType.HOSTING,
        surfaces=frozenset({Surface.PUBLIC_UPLOAD, Surface.PROFILE_PICTURE}),
        kinds=frozenset({MaterialKind.KNOWN}),
        occasion=Occasion.ARRIVAL,
        valid_from=now - timedelta(days=1),
        valid_to=now + timedelta(days=364),
        technology=example_technology(),
        error_limit=ErrorLimit(per_million=50_000, denominator=Denominator.DECIDED_MATCHES, least_sample=200),
        review=ReviewPolicy.ONE_PERSON,
        quarantine=Quarantine(mode=QuarantineMode.QUARANTINE, release_after_hours=72),
        evidence=EvidenceMode.SEAL,
        gdpr_ground="legitimate interest, assessment of 1 November 2026",
        offence_data_rule="national rule recorded by the data protection officer",
        dpia_version="2",
        prior_consultation=PriorConsultation.CLEARED,
        issue=Issue(
            proposed_by=ActorId("officer-a"), approved_by=ActorId("officer-b"), solo=False, at=now - timedelta(days=2)
        ),
    )
    return dataclasses.replace(claims, **changes)


def example_request(**changes: Any) -> DetectionRequest:  # noqa: ANN401 - any field of the dataclass
    """Return a request that the example claims permit, with fields changed by name."""
    request = DetectionRequest(
        service=ServiceId("photos"),
        service_type=ServiceType.HOSTING,
        surface=Surface.PUBLIC_UPLOAD,
        medium=Medium.IMAGE,
        end_to_end=EndToEnd.NEVER,
    )
    return dataclasses.replace(request, **changes)


def example_token(claims: TokenClaims | None = None, *, key: ThrowAwayKey | None = None) -> LegalBasisToken:
    """Return a verified token for claims (default: the example's), as it stands two days after its issue."""
    signed, maker = claims or example_claims(), key or ThrowAwayKey.make()
    token = verify_token(
        sign_token(signed, key=maker.private), register=maker.register, now=signed.issue.at + timedelta(days=2)
    )
    if isinstance(token, NotAccepted):
        raise ExampleNotAccepted(token)
    return token
