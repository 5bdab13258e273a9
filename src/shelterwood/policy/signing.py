"""Signing and checking tokens and profiles.

Checking has two normal outcomes, so it returns one of two values. What was accepted carries its claims; a
`LegalBasisToken` cannot be made in another way, so code that holds one knows that a signature was checked.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from shelterwood.errors import ShelterwoodError
from shelterwood.policy.canonical import canonical, parse_strict
from shelterwood.policy.claims import TokenClaims, read_claims
from shelterwood.policy.instants import as_utc
from shelterwood.policy.keys import KeyRegister, KeyRole, RegisteredKey
from shelterwood.policy.profiles import PolicyProfile, read_profile
from shelterwood.policy.shipped import SHIPPED, shipped_profile
from shelterwood.policy.signed import opened, sign, signer_named_in

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from shelterwood.policy.error_rates import ErrorLimit
    from shelterwood.policy.vocabulary import TokenId

__all__ = [
    "LegalBasisToken",
    "NotAccepted",
    "NotAcceptedReason",
    "TokenNotVerified",
    "accept_profile",
    "sign_profile",
    "sign_token",
    "verify_token",
]

_TOKEN_TYPE: Final = "shelterwood-legal-basis"  # noqa: S105 - a media type, no secret
_PROFILE_TYPE: Final = "shelterwood-policy-profile"
_LARGEST: Final = 64 * 1024
_PROOF: Final = object()


class TokenNotVerified(ShelterwoodError):
    """Somebody tried to make a token without its signature having been checked."""

    def __init__(self) -> None:
        super().__init__("A token comes only out of verify_token.", remedy="Sign the claims and verify the result.")


class NotAcceptedReason(StrEnum):
    """Why a signed token or profile does not count."""

    MALFORMED = "malformed"
    KEY_UNKNOWN = "key_unknown"
    SIGNATURE_WRONG = "signature_wrong"
    KEY_NOT_VALID = "key_not_valid"
    KEY_MAY_NOT_SIGN_THIS = "key_may_not_sign_this"
    CLAIMS_NOT_VALID = "claims_not_valid"
    SIGNER_DID_NOT_ISSUE = "signer_did_not_issue"
    ISSUED_IN_THE_FUTURE = "issued_in_the_future"
    SOLO_NOT_ALLOWED = "solo_not_allowed"
    WITHDRAWN = "withdrawn"
    SHIPPED_PROFILE_IS_NEWER = "shipped_profile_is_newer"


_SENTENCES: Final = {
    NotAcceptedReason.MALFORMED: "This is no signed policy document of the expected type. Ask its issuer for it again.",
    NotAcceptedReason.KEY_UNKNOWN: (
        "The key that signed this is not in the register. Register the officer or authority first."
    ),
    NotAcceptedReason.SIGNATURE_WRONG: (
        "The signature does not fit: the text was changed after signing. Ask its issuer for it again."
    ),
    NotAcceptedReason.KEY_NOT_VALID: (
        "The key that signed this has ended, was revoked, or had not begun. Sign again with a key that holds."
    ),
    NotAcceptedReason.KEY_MAY_NOT_SIGN_THIS: (
        "This key may not sign such a document: orders come from a registered authority, permissions and own terms "
        "from an officer, profiles from a publisher. Have the right one sign."
    ),
    NotAcceptedReason.CLAIMS_NOT_VALID: "What is signed is not of the form this version reads.",
    NotAcceptedReason.SIGNER_DID_NOT_ISSUE: (
        "The officer who signed is neither of the people who issued the token. Have one of them sign."
    ),
    NotAcceptedReason.ISSUED_IN_THE_FUTURE: (
        "The date of issue is still to come. Check the clock of this machine and that of the issuer."
    ),
    NotAcceptedReason.SOLO_NOT_ALLOWED: (
        "One person issued this alone, and this installation does not run in solo mode. Issue it with two."
    ),
    NotAcceptedReason.WITHDRAWN: "This token was withdrawn. Issue a new one.",
    NotAcceptedReason.SHIPPED_PROFILE_IS_NEWER: (
        "Shelterwood ships this profile in the same or a later version. Use the shipped one."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAccepted:
    """Why a document does not count, in a word and in a sentence that says what to do."""

    reason: NotAcceptedReason
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasisToken:
    """Claims whose signature was checked, who signed them, and the signed text to store with each detection event."""

    claims: TokenClaims
    signer: RegisteredKey
    text: str
    proof: dataclasses.InitVar[object] = None

    def __post_init__(self, proof: object) -> None:
        if proof is not _PROOF:
            raise TokenNotVerified

    @property
    def id(self) -> TokenId:
        """The token's name."""
        return self.claims.id

    @property
    def error_limit(self) -> ErrorLimit:
        """The error rate above which detection stops by itself."""
        return self.claims.error_limit

    @property
    def valid_until(self) -> datetime:
        """The end of the claims or of the signing key, whichever is first, in UTC."""
        ends = (self.claims.valid_to, self.signer.valid_to, self.signer.revoked_at)
        return min(as_utc(end) for end in ends if end is not None)


def sign_token(claims: TokenClaims, *, key: Ed25519PrivateKey) -> str:
    """Return the signed token as JWS compact text."""
    return sign(canonical(claims.as_data()), key=key, kind=_TOKEN_TYPE)


def sign_profile(data: bytes, *, key: Ed25519PrivateKey) -> str:
    """Return a signed profile; the JSON is checked first and signed in its canonical form."""
    read_profile(data)
    return sign(canonical(parse_strict(data)), key=key, kind=_PROFILE_TYPE)


def verify_token(text: str, *, register: KeyRegister, now: datetime) -> LegalBasisToken | NotAccepted:
    """Check a signed token against the register's keys and withdrawals; what it permits is asked of `may_detect`."""
    opened = _open(text, kind=_TOKEN_TYPE, register=register, now=now)
    if isinstance(opened, NotAccepted):
        return opened
    payload, signer = opened
    try:
        claims = read_claims(payload)
    except ShelterwoodError as error:
        return _claims_not_valid(error)
    if reason := _token_problem(claims, signer=signer, register=register, now=now):
        return _not_accepted(reason)
    return LegalBasisToken(claims=claims, signer=signer, text=text, proof=_PROOF)


def _token_problem(
    claims: TokenClaims, *, signer: RegisteredKey, register: KeyRegister, now: datetime
) -> NotAcceptedReason | None:
    problems = {
        NotAcceptedReason.KEY_MAY_NOT_SIGN_THIS: signer.role is not KeyRole.for_token(claims.kind),
        NotAcceptedReason.SIGNER_DID_NOT_ISSUE: signer.role is KeyRole.OFFICER
        and signer.holder not in claims.issue.actors,
        NotAcceptedReason.ISSUED_IN_THE_FUTURE: as_utc(claims.issue.at) > as_utc(now),
        NotAcceptedReason.KEY_NOT_VALID: not signer.holds(claims.issue.at),
        NotAcceptedReason.SOLO_NOT_ALLOWED: claims.issue.solo and not register.solo,
        NotAcceptedReason.WITHDRAWN: claims.id in register.withdrawn,
    }
    return next((reason for reason, found in problems.items() if found), None)


def accept_profile(text: str, *, register: KeyRegister, now: datetime) -> PolicyProfile | NotAccepted:
    """Check a signed profile from elsewhere: the way a new law reaches an installation before the next release."""
    opened = _open(text, kind=_PROFILE_TYPE, register=register, now=now)
    if isinstance(opened, NotAccepted):
        return opened
    payload, signer = opened
    if signer.role is not KeyRole.PUBLISHER:
        return _not_accepted(NotAcceptedReason.KEY_MAY_NOT_SIGN_THIS)
    try:
        profile = read_profile(payload)
    except ShelterwoodError as error:
        return _claims_not_valid(error)
    if profile.id in SHIPPED and profile.version <= shipped_profile(profile.id).version:
        return _not_accepted(NotAcceptedReason.SHIPPED_PROFILE_IS_NEWER)
    return profile


def _open(text: str, *, kind: str, register: KeyRegister, now: datetime) -> tuple[bytes, RegisteredKey] | NotAccepted:
    """Return payload and signer."""
    kid = signer_named_in(text, kind=kind) if len(text) <= _LARGEST else None
    if kid is None:
        return _not_accepted(NotAcceptedReason.MALFORMED)
    signer = register.find(kid)
    if signer is None:
        return _not_accepted(NotAcceptedReason.KEY_UNKNOWN)
    if not signer.holds(now):
        return _not_accepted(NotAcceptedReason.KEY_NOT_VALID)
    payload = opened(text, public=signer.public)
    return _not_accepted(NotAcceptedReason.SIGNATURE_WRONG) if payload is None else (payload, signer)


def _not_accepted(reason: NotAcceptedReason) -> NotAccepted:
    return NotAccepted(reason=reason, sentence=_SENTENCES[reason])


def _claims_not_valid(error: ShelterwoodError) -> NotAccepted:
    reason = NotAcceptedReason.CLAIMS_NOT_VALID
    return NotAccepted(reason=reason, sentence=f"{_SENTENCES[reason]} {error.explain()}")
