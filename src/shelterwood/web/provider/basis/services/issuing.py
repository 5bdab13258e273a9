"""The second person: look at exactly what will be signed, and sign it with a key that only they can open."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.policy import (
    ActorId,
    EndToEnd,
    Issue,
    LegalBasisToken,
    TokenClaims,
    sign_token,
    verify_token,
)
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.basis import actions, live
from shelterwood.web.provider.basis.drafts import check_permitted, claims_of, digest_of_claims
from shelterwood.web.provider.basis.models import DeclaredService, Key, KeyState, Token, TokenState
from shelterwood.web.provider.basis.policy import check_second_person, check_step, person_of
from shelterwood.web.provider.basis.register import key_register
from shelterwood.web.provider.basis.sealing import open_key

if TYPE_CHECKING:
    import uuid

    from shelterwood.web.hall.access.actors import Actor

__all__ = ["KeyNeeded", "ShownTooLongAgo", "TokenNotAccepted", "issue_token", "preview_of"]

SHOWN_FOR: Final = timedelta(minutes=30)
"""How long a preview may lie on the screen before it is signed."""


class KeyNeeded(ShelterwoodError):
    """The person has no key that counts."""


class ShownTooLongAgo(ShelterwoodError):
    """What would be signed is not what the person was shown."""


class TokenNotAccepted(ShelterwoodError):
    """The token just signed would not count here."""


def preview_of(*, token: Token, actor: Actor, now: datetime) -> TokenClaims:
    """Return the claims that `actor` would sign for a proposal at `now` (whole seconds); no key is touched.

    For an order the claims that the authority signed.
    """
    if token.from_authority:
        return _verified(token.text, now=now).claims
    alone = check_second_person(token.proposed_by, actor=actor)
    issue = Issue(
        proposed_by=ActorId(str(token.proposed_by_id)),
        approved_by=None if alone else ActorId(str(person_of(actor))),
        solo=alone,
        at=now.replace(microsecond=0),
    )
    return claims_of(token.draft, issue=issue)


@transaction.atomic
def issue_token(
    *, token_id: uuid.UUID, passphrase: str, shown_at: datetime, digest: str, actor: Actor, now: datetime
) -> Token:
    """Sign a proposal and put it in force, as the second person; one in force for the same purpose is replaced.

    `shown_at` and `digest` are of the preview that the person looked at: what is signed is that and nothing else.
    An order carries its authority's signature already and needs no passphrase.

    Raises SecondPersonNeeded, ShownTooLongAgo, KeyNeeded, PassphraseWrong, DetectionNotPossible, TokenNotAccepted.
    """
    token = Token.objects.select_for_update().get(pk=token_id)
    # Two officers who issue for one service at once: the second waits here, and then replaces the first's.
    DeclaredService.objects.select_for_update().get(pk=token.service_id)
    check_step(TokenState(token.state), TokenState.ISSUED, what="token")
    token.solo = check_second_person(token.proposed_by, actor=actor)
    claims = preview_of(token=token, actor=actor, now=now if token.from_authority else shown_at)
    if digest_of_claims(claims) != digest or not timedelta(0) <= now - shown_at <= SHOWN_FOR:
        raise ShownTooLongAgo("What you were shown is no longer what would be signed.", remedy="Look at it again.")
    if not token.from_authority:
        token.text = _sign(claims, passphrase=passphrase, actor=actor, now=now)
    signed = _verified(token.text, now=now)
    check_permitted(signed, end_to_end=EndToEnd(token.service.end_to_end), now=now)
    _replace_the_one_before(token)
    token.state, token.issued_by_id, token.issued_at = TokenState.ISSUED, person_of(actor), now
    token.save()
    live.changed()
    codes = {"profile": token.profile, "service": token.service.name, "key": signed.signer.id}
    codes |= {"second_person": "waived"} if token.solo else {}
    record(action=actions.TOKEN_ISSUED, actor=actor, object_ref=f"token:{token.name}", now=now, codes=codes)
    return token


def _sign(claims: TokenClaims, *, passphrase: str, actor: Actor, now: datetime) -> str:
    key = Key.objects.filter(
        officer_id=person_of(actor), state=KeyState.REGISTERED, valid_from__lte=now, valid_to__gt=now
    ).first()
    if key is None:
        raise KeyNeeded("You have no signing key that counts.", remedy="Make one; another person confirms it.")
    private = open_key(key.sealed_private, public=bytes.fromhex(key.public), passphrase=passphrase)
    return sign_token(claims, key=private)


def _verified(text: str, *, now: datetime) -> LegalBasisToken:
    signed = verify_token(text, register=key_register(), now=now)
    if not isinstance(signed, LegalBasisToken):
        raise TokenNotAccepted(signed.sentence)
    return signed


def _replace_the_one_before(token: Token) -> None:
    before = Token.objects.filter(service=token.service, occasion=token.occasion, state=TokenState.ISSUED)
    before.update(state=TokenState.REPLACED)
