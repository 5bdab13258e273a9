"""Solo mode: a service of one person, which says in public what it waives and who hears complaints instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access.permissions import Role, group_of
from shelterwood.web.hall.accounts import actions
from shelterwood.web.hall.accounts.models import Account, SoloMode
from shelterwood.web.hall.audit.services import record

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.web.hall.access.actors import Actor

__all__ = ["WAIVED", "OutsideBodyNotNamed", "SoloModeInUse", "begin", "current", "end"]

# What is waived, in the words of the public page.
WAIVED = (
    "One person sees reports, decides on them, files them and keeps the service running; elsewhere these are separate.",
    "A list of known material may go live on the word of one person instead of two.",
    "A legal basis is issued, and a signing key is registered, by one person instead of two.",
    "There is nobody here to decide again on a complaint, or to give a second opinion.",
)


class OutsideBodyNotNamed(ShelterwoodError):
    """Solo mode without somebody outside who hears complaints is not offered."""


class SoloModeInUse(ShelterwoodError):
    """Somebody still holds roles that only solo mode allows together."""


def current() -> SoloMode | None:
    """Return solo mode if the service runs in it."""
    return SoloMode.objects.first()


@transaction.atomic
def begin(*, outside_body: str, outside_contact: str, actor: Actor, now: datetime) -> SoloMode:
    """Run as a service of one person from now on, or name another body; raise OutsideBodyNotNamed."""
    body, contact = outside_body.strip(), outside_contact.strip()
    if not body or not contact:
        raise OutsideBodyNotNamed(
            "A service of one person must name somebody outside who hears complaints and gives second opinions.",
            remedy="Give the name of the body, and the address at which people reach it.",
        )
    mode, _ = SoloMode.objects.update_or_create(
        id=1, defaults={"outside_body": body, "outside_contact": contact, "since": now}
    )
    record(action=actions.SOLO_MODE_BEGUN, actor=actor, object_ref="", now=now)
    return mode


@transaction.atomic
def end(*, actor: Actor, now: datetime) -> None:
    """Leave solo mode; raise SoloModeInUse while somebody holds roles of two groups."""
    for account in Account.objects.prefetch_related("roles_held"):
        if len({group_of(Role(held.role)) for held in account.roles_held.all()}) > 1:
            raise SoloModeInUse(
                f"'{account.name}' holds roles that only solo mode allows together.",
                remedy="Give them to separate people first.",
            )
    SoloMode.objects.all().delete()
    record(action=actions.SOLO_MODE_ENDED, actor=actor, object_ref="", now=now)
