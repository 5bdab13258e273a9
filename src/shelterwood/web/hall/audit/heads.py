"""Where the chain stands, kept as signed statements: in the database, and wherever the operator wants copies."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.policy.keys import public_bytes
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.audit.actions import HEAD_SIGNED
from shelterwood.web.hall.audit.checking import HeadFacts
from shelterwood.web.hall.audit.models import ChainHead, SignedHead
from shelterwood.web.hall.audit.services import record
from shelterwood.web.hall.audit.statements import write_head
from shelterwood.web.hall.settings.environment import made_once
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

__all__ = ["HeadNotSent", "head_now", "public_key", "send", "sign_and_send", "sign_head"]


class HeadNotSent(ShelterwoodError):
    """The directory for signed heads cannot be written."""


def _key() -> Ed25519PrivateKey:
    text = made_once(facts().places.secrets / "record_head_key", make=lambda: os.urandom(32).hex())
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))


def public_key() -> str:
    """Return the public half of the installation's key as 64 hex digits: give it to whoever is to check the record."""
    return public_bytes(_key()).hex()


def head_now() -> HeadFacts:
    """Return where the chain stands."""
    row = ChainHead.objects.get(pk=1)
    return HeadFacts(seq=row.seq, digest=row.digest)


@transaction.atomic
def sign_head(*, now: datetime) -> SignedHead:
    """Sign where the chain stands, keep the statement, and return it. For the keeper, daily, and the command line."""
    head, key = head_now(), _key()
    text = write_head(head, at=now, key=key)
    kept = SignedHead.objects.create(seq=head.seq, digest=head.digest, signed_at=now, text=text)
    record(
        action=HEAD_SIGNED,
        actor=Actor.system("keeper"),
        object_ref=f"line:{head.seq}",
        now=now,
        codes={"digest": head.digest},
    )
    return kept


def sign_and_send(*, now: datetime) -> SignedHead:
    """Sign where the chain stands, and put a copy where SHELTERWOOD_LOG_HEADS_DIR says; raise HeadNotSent."""
    head, into = sign_head(now=now), facts().log_heads
    if into is not None:
        send(head, into=into)
    return head


def send(head: SignedHead, *, into: Path) -> Path:
    """Write a signed head into a directory that is kept elsewhere, whole or not at all; raise HeadNotSent."""
    target = into / f"head-{head.seq:012d}.jws"
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with draft.open("x", encoding="ascii") as file:
            file.write(f"{head.text}\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise HeadNotSent(
            f"The signed head cannot be written into '{into}': {error.strerror}.",
            remedy="Make the directory writable, or correct SHELTERWOOD_LOG_HEADS_DIR.",
        ) from error
    return target
