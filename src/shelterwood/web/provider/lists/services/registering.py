"""Give a list its name, its papers and its settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.policy import shipped_legal_references
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.lists import actions, publishing
from shelterwood.web.provider.lists.models import NAME_PATTERN, ProviderList
from shelterwood.web.provider.lists.signatures import check_owner_key
from shelterwood.web.provider.lists.states import (
    ALL_ORIENTATIONS,
    PURPOSE,
    ListKind,
    ListState,
    ListStepNotPossible,
    orientations_number,
)

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.fingerprints import pdq
    from shelterwood.web.hall.access.actors import Actor

__all__ = ["ListNotValid", "describe_list", "list_ref", "locked", "register_list", "set_matching"]


class ListNotValid(ShelterwoodError):
    """A list cannot be kept as asked: another purpose, a name in use, an unknown legal reference, a radius."""


def list_ref(row: ProviderList) -> str:
    """Return how the record names a list."""
    return f"list:{row.pk}"


def locked(row: ProviderList) -> ProviderList:
    """Return the list as it is now, locked until the transaction ends."""
    return ProviderList.objects.select_for_update(of=("self",)).get(pk=row.pk)


@transaction.atomic
def register_list(
    *,
    name: str,
    owner: str,
    kind: ListKind = ListKind.DELIVERED,
    purpose: str = PURPOSE,
    owner_key: str = "",
    actor: Actor,
    now: datetime,
) -> ProviderList:
    """Make a list that holds nothing yet; raise ListNotValid (other purposes than known-csam, a name in use)."""
    if purpose != PURPOSE:
        raise ListNotValid(
            f"A list serves the purpose {PURPOSE} only, not '{purpose}'.", remedy="No list for anything else goes here."
        )
    if not re.match(NAME_PATTERN, name):
        raise ListNotValid(
            "The name of a list is 1 to 64 letters, digits, '.', '_' and '-'.", remedy="Choose another name."
        )
    if ProviderList.objects.filter(name=name).exists():
        raise ListNotValid(f"There is a list '{name}'.", remedy="Choose another name, or import into that list.")
    row = ProviderList.objects.create(
        name=name, owner=owner, kind=kind, purpose=purpose, owner_key=check_owner_key(owner_key), created_at=now
    )
    publishing.changed()  # live.json is there from the first list on, so that its absence is a fault
    record(action=actions.LIST_REGISTERED, actor=actor, object_ref=list_ref(row), now=now, codes={"kind": kind})
    return row


@transaction.atomic
def describe_list(*, row: ProviderList, agreement: str, legal_reference: str, actor: Actor, now: datetime) -> None:
    """Record the agreement with the owner ("" where each version is signed) and the label of the legal reference."""
    row = locked(row)
    labels = {each.label for each in shipped_legal_references().rows}
    if legal_reference not in labels:
        raise ListNotValid(
            f"'{legal_reference}' is no label of the table of legal references.",
            remedy=f"Choose one of: {', '.join(sorted(labels))}.",
        )
    if row.state in {ListState.LIVE, ListState.DISABLED} and not agreement.strip() and row.signed_digest != row.digest:
        raise ListNotValid("A list in service rests on this agreement.", remedy="Record the one that replaces it.")
    row.agreement, row.legal_reference = agreement.strip(), legal_reference
    if row.state == ListState.PROPOSED:  # what the second person was to look at has changed
        row.state, row.proposed_by, row.proposed_at = ListState.CHECKED, None, None
    row.save()
    record(action=actions.LIST_DESCRIBED, actor=actor, object_ref=list_ref(row), now=now)


@transaction.atomic
def set_matching(
    *, row: ProviderList, radius: int, orientations: frozenset[pdq.Orientation], actor: Actor, now: datetime
) -> None:
    """Set radius (0 to 31 bits) and orientations; tokens for the old ones no longer hold (technology_changed)."""
    row = locked(row)
    if not 0 <= radius <= 31:
        raise ListNotValid(
            "The radius of a list is 0 to 31 bits.", remedy="Above 31 unrelated pictures begin to match."
        )
    number = orientations_number(orientations)
    if not 1 <= number <= ALL_ORIENTATIONS:
        raise ListNotValid("A list is looked up in at least one orientation.", remedy="Choose identity at least.")
    if row.state == ListState.WITHDRAWN:
        raise ListStepNotPossible("The list is withdrawn.", remedy="Register it anew.")
    row.radius, row.orientations = radius, number
    row.save(update_fields=["radius", "orientations"])
    publishing.changed()
    codes = {"radius": str(radius), "orientations": str(number)}
    record(action=actions.MATCHING_SET, actor=actor, object_ref=list_ref(row), now=now, codes=codes)
