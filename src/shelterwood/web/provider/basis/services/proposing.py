"""Propose a token, renew one, or bring in an order: what the first of two people does. Nothing is permitted by it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.policy import (
    ActorId,
    EndToEnd,
    Issue,
    KeyRole,
    MaterialKind,
    NotAccepted,
    ServiceId,
    ServiceType,
    TokenClaims,
    TokenId,
    verify_token,
)
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.basis import actions, live
from shelterwood.web.provider.basis.drafts import SOMEONE_ELSE, check_permitted, draft_of, rehearse
from shelterwood.web.provider.basis.models import DeclaredService, Token, TokenState
from shelterwood.web.provider.basis.policy import StepNotPossible, person_of
from shelterwood.web.provider.basis.register import key_register

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.policy import (
        ErrorLimit,
        EvidenceMode,
        LegalBasisToken,
        Occasion,
        PriorConsultation,
        Quarantine,
        ReviewPolicy,
        Surface,
        Technology,
        TokenKind,
    )
    from shelterwood.web.hall.access.actors import Actor

__all__ = [
    "OrderNotUsable",
    "Proposal",
    "accept_order",
    "claims_proposed",
    "propose_token",
    "renew_token",
]


class OrderNotUsable(ShelterwoodError):
    """The signed text is no order that this installation can put in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a person proposes for a declared service; the rest of the claims follows from it and from who issues."""

    service: str
    profile: str
    kind: TokenKind
    reference: str
    surfaces: frozenset[Surface]
    occasion: Occasion
    valid_from: datetime
    valid_to: datetime
    technology: Technology
    error_limit: ErrorLimit
    review: ReviewPolicy
    quarantine: Quarantine
    evidence: EvidenceMode
    gdpr_ground: str | None
    offence_data_rule: str | None
    dpia_version: str | None
    prior_consultation: PriorConsultation


def claims_proposed(proposal: Proposal, *, name: str, actor: Actor, now: datetime) -> TokenClaims:
    """Return the claims that a proposal would become if a second person issued it now."""
    service = DeclaredService.objects.get(name=proposal.service)
    return TokenClaims(
        id=TokenId(name),
        kind=proposal.kind,
        reference=proposal.reference,
        profile=live.current(now=now).profile(proposal.profile).ref,
        service=ServiceId(service.name),
        service_type=ServiceType(service.service_type),
        surfaces=proposal.surfaces,
        kinds=frozenset({MaterialKind.KNOWN}),
        occasion=proposal.occasion,
        valid_from=proposal.valid_from,
        valid_to=proposal.valid_to,
        technology=proposal.technology,
        error_limit=proposal.error_limit,
        review=proposal.review,
        quarantine=proposal.quarantine,
        evidence=proposal.evidence,
        gdpr_ground=proposal.gdpr_ground,
        offence_data_rule=proposal.offence_data_rule,
        dpia_version=proposal.dpia_version,
        prior_consultation=proposal.prior_consultation,
        issue=Issue(proposed_by=ActorId(str(person_of(actor))), approved_by=SOMEONE_ELSE, at=now),
    )


@transaction.atomic
def propose_token(*, proposal: Proposal, actor: Actor, now: datetime, replaces: Token | None = None) -> Token:
    """Propose a token for a declared service; another person issues it.

    Raises DetectionNotPossible, with the code a door would give, for what would be refused anyway (an encrypted
    service, a profile that does not cover it, a ground that is not recorded), and PolicyDataNotValid for claims that
    contradict themselves.
    """
    pk = uuid.uuid4()
    claims = claims_proposed(proposal, name=str(pk), actor=actor, now=now)
    service = DeclaredService.objects.get(name=proposal.service)
    rehearse(claims, end_to_end=EndToEnd(service.end_to_end), now=now)
    token = Token(
        id=pk,
        name=str(pk),
        service=service,
        profile=proposal.profile,
        occasion=proposal.occasion,
        draft=draft_of(claims),
        replaces=replaces,
    )
    return _propose(token, claims=claims, actor=actor, now=now)


def renew_token(*, token_id: uuid.UUID, proposal: Proposal, actor: Actor, now: datetime) -> Token:
    """Propose a token that takes the place of another when it is issued, as after a change of technology.

    The errors measured so far stay with the old one; the new one starts from none.
    """
    old = Token.objects.get(pk=token_id)
    if old.state not in {TokenState.ISSUED, TokenState.WITHDRAWN} or old.service.name != proposal.service:
        raise StepNotPossible(
            "Only a token that was issued is renewed, and for the same service.", remedy="Propose a new one."
        )
    return propose_token(proposal=proposal, actor=actor, now=now, replaces=old)


@transaction.atomic
def accept_order(*, text: str, actor: Actor, now: datetime) -> Token:
    """Bring in a token that a registered authority signed; it is in force once a second person here has looked at it.

    Raises OrderNotUsable, or DetectionNotPossible for an order that this installation could never follow.
    """
    signed = _order(text.strip(), now=now)
    claims = signed.claims
    service = DeclaredService.objects.filter(name=claims.service).first()
    if service is None:
        raise OrderNotUsable(
            f"The order is for a service '{claims.service}', which is not declared here.", remedy="Declare it first."
        )
    check_permitted(signed, end_to_end=EndToEnd(service.end_to_end), now=now)
    if Token.objects.filter(name=claims.id).exists():
        raise OrderNotUsable("This order is here already.", remedy="Find it in the history; an order comes in once.")
    token = Token(
        name=claims.id,
        service=service,
        profile=claims.profile.id,
        occasion=claims.occasion,
        draft=draft_of(claims),
        text=signed.text,
        from_authority=True,
    )
    return _propose(token, claims=claims, actor=actor, now=now)


def _order(text: str, *, now: datetime) -> LegalBasisToken:
    signed = verify_token(text, register=key_register(), now=now)
    if isinstance(signed, NotAccepted):
        raise OrderNotUsable(signed.sentence)
    if signed.signer.role is not KeyRole.AUTHORITY:
        raise OrderNotUsable(
            "This was signed by an officer, not by an authority.", remedy="Propose it here; officers issue with us."
        )
    return signed


def _propose(token: Token, *, claims: TokenClaims, actor: Actor, now: datetime) -> Token:
    token.proposed_by_id, token.proposed_at = person_of(actor), now
    token.save(force_insert=True)
    codes = {"profile": claims.profile.id, "kind": str(claims.kind), "service": claims.service}
    record(action=actions.TOKEN_PROPOSED, actor=actor, object_ref=f"token:{token.name}", now=now, codes=codes)
    return token
