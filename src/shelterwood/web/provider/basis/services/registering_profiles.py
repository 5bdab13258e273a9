"""A law that is newer than this program: signed by a registered publisher, brought in by one, confirmed by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.policy import NotAccepted, accept_profile
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.basis import actions, live
from shelterwood.web.provider.basis.models import KeyState, RegisteredProfile
from shelterwood.web.provider.basis.policy import check_second_person, check_step, person_of
from shelterwood.web.provider.basis.register import key_register

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from shelterwood.web.hall.access.actors import Actor
    from shelterwood.web.hall.audit.actions import Action

__all__ = ["ProfileNotUsable", "bring_in_profile", "confirm_profile", "refuse_profile", "revoke_profile"]


class ProfileNotUsable(ShelterwoodError):
    """The signed text is no profile that this installation can use."""


@transaction.atomic
def bring_in_profile(*, text: str, actor: Actor, now: datetime) -> RegisteredProfile:
    """Bring in a profile that a registered publisher signed; it counts once another person has confirmed it.

    Raises ProfileNotUsable: not signed by a publisher, not of the expected form, older than one that is here.
    """
    profile = accept_profile(text.strip(), register=key_register(), now=now)
    if isinstance(profile, NotAccepted):
        raise ProfileNotUsable(profile.sentence)
    here = RegisteredProfile.objects.exclude(state=KeyState.REFUSED).filter(name=profile.id)
    if here.filter(version__gte=profile.version).exists():
        raise ProfileNotUsable(
            f"{profile.id} is here in this or a later version.", remedy="Ask its publisher for a later one."
        )
    row = RegisteredProfile.objects.create(
        name=profile.id,
        version=profile.version,
        text=text.strip(),
        proposed_by_id=person_of(actor),
        proposed_at=now,
    )
    _record(row, action=actions.PROFILE_PROPOSED, actor=actor, now=now)
    return row


@transaction.atomic
def confirm_profile(*, profile_id: uuid.UUID, actor: Actor, now: datetime) -> RegisteredProfile:
    """Let a profile count, as the second person; raise SecondPersonNeeded.

    Where it is a later version of one in use, tokens under the earlier one are refused from now on.
    """
    row = _to(profile_id, KeyState.REGISTERED)
    row.solo = check_second_person(row.proposed_by, actor=actor)
    row.confirmed_by_id, row.confirmed_at = person_of(actor), now
    row.save()
    live.changed()
    _record(row, action=actions.PROFILE_REGISTERED, actor=actor, now=now)
    return row


@transaction.atomic
def refuse_profile(*, profile_id: uuid.UUID, actor: Actor, now: datetime) -> RegisteredProfile:
    """Refuse a profile that was brought in, or take it back."""
    row = _to(profile_id, KeyState.REFUSED)
    person_of(actor)
    row.save()
    _record(row, action=actions.PROFILE_REFUSED, actor=actor, now=now)
    return row


@transaction.atomic
def revoke_profile(*, profile_id: uuid.UUID, actor: Actor, now: datetime) -> RegisteredProfile:
    """End a profile from elsewhere at once; tokens under it permit nothing. One person is enough."""
    row = _to(profile_id, KeyState.REVOKED)
    person_of(actor)
    row.save()
    live.changed()
    _record(row, action=actions.PROFILE_REVOKED, actor=actor, now=now)
    return row


def _to(profile_id: uuid.UUID, state: KeyState) -> RegisteredProfile:
    row = RegisteredProfile.objects.select_for_update().get(pk=profile_id)
    check_step(KeyState(row.state), state, what="profile")
    row.state = state
    return row


def _record(row: RegisteredProfile, *, action: Action, actor: Actor, now: datetime) -> None:
    codes = {"version": str(row.version)} | ({"second_person": "waived"} if row.solo else {})
    record(action=action, actor=actor, object_ref=f"profile:{row.name}", now=now, codes=codes)
