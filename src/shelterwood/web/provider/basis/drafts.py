"""Claims before and after they are signed: a draft has no issue yet, because nobody has issued it.

What the second person sees is the whole text that will be signed, with their name and the time of looking in it; what
is signed is that text and no other.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shelterwood.errors import ShelterwoodError
from shelterwood.policy import (
    ActorId,
    DetectionRequest,
    EndToEnd,
    Issue,
    KeyRegister,
    KeyRole,
    LegalBasisToken,
    Medium,
    RefusalReason,
    Refused,
    RegisteredKey,
    may_detect,
    public_bytes,
    read_claims,
    sign_token,
    verify_token,
)
from shelterwood.policy.canonical import canonical, digest_of
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.basis import live

if TYPE_CHECKING:
    from shelterwood.policy import TokenClaims
    from shelterwood.web.provider.basis.models import Token

__all__ = [
    "SOMEONE_ELSE",
    "DetectionNotPossible",
    "check_permitted",
    "claims_of",
    "claims_shown",
    "digest_of_claims",
    "draft_of",
    "pretty",
    "rehearse",
]

SOMEONE_ELSE = ActorId("the second person")
"""Stands in a preview where the name of the one who issues will stand."""

_LATER = frozenset({RefusalReason.TOKEN_NOT_BEGUN, RefusalReason.PROFILE_NOT_BEGUN})


class DetectionNotPossible(ShelterwoodError):
    """What somebody wants to set up would be refused at every door; `reason` is the code that a door would give."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.sentence)
        self.reason = refused.reason


def draft_of(claims: TokenClaims) -> str:
    """Return what is kept of a proposal: its claims without `issue`, as canonical JSON."""
    data = claims.as_data()
    del data["issue"]
    return canonical(data).decode()


def claims_of(draft: str, *, issue: Issue) -> TokenClaims:
    """Return the claims that a draft becomes when `issue` happens."""
    return read_claims(canonical(json.loads(draft) | {"issue": issue.as_data()}))


def claims_shown(token: Token) -> TokenClaims:
    """Return what a token says, signed or not; whether it counts is another question, which nobody asks here."""
    if token.text:
        payload = token.text.split(".")[1]
        return read_claims(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    proposed_by = ActorId(str(token.proposed_by_id))
    return claims_of(token.draft, issue=Issue(proposed_by=proposed_by, approved_by=SOMEONE_ELSE, at=token.proposed_at))


def digest_of_claims(claims: TokenClaims) -> str:
    """Return the SHA-256 of exactly the bytes that are signed."""
    return digest_of(canonical(claims.as_data()))


def pretty(claims: TokenClaims) -> str:
    """Return the claims as a person reads them: the same fields and values, one a line."""
    return json.dumps(claims.as_data(), indent=2, sort_keys=True, ensure_ascii=False)


def rehearse(claims: TokenClaims, *, end_to_end: EndToEnd, now: datetime) -> None:
    """Ask the doors' own question for claims that nobody has signed yet; raise DetectionNotPossible.

    A key that exists for this call only stands in for the signer's.
    """
    key = Ed25519PrivateKey.generate()
    token = verify_token(sign_token(claims, key=key), register=_stand_in(key, claims, now=now), now=now)
    assert isinstance(token, LegalBasisToken)  # noqa: S101 - we have just signed it
    check_permitted(token, end_to_end=end_to_end, now=now)


def check_permitted(token: LegalBasisToken, *, end_to_end: EndToEnd, now: datetime) -> None:
    """Raise DetectionNotPossible unless every surface of a token may be looked at, now or once it begins."""
    claims = token.claims
    profile = live.current(now=now).profile(claims.profile.id)
    for surface in sorted(claims.surfaces):
        request = DetectionRequest(
            service=claims.service,
            component=claims.component,
            service_type=claims.service_type,
            surface=surface,
            medium=Medium.IMAGE,
            occasion=claims.occasion,
            end_to_end=end_to_end,
        )
        answer = may_detect(
            token,
            profile=profile,
            request=request,
            technology=claims.technology,
            now=now,
            demo=facts().demo,
        )
        if isinstance(answer, Refused) and answer.reason not in _LATER:
            raise DetectionNotPossible(answer)


def _stand_in(key: Ed25519PrivateKey, claims: TokenClaims, *, now: datetime) -> KeyRegister:
    signer = RegisteredKey(
        public=public_bytes(key),
        holder=claims.issue.proposed_by,
        role=KeyRole.for_token(claims.kind),
        valid_from=claims.issue.at.replace(microsecond=0),  # as claims are written: whole seconds
        valid_to=max(claims.valid_to, now + timedelta(days=1)),
    )
    return KeyRegister(keys=(signer,), solo=True)
