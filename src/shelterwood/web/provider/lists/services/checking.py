"""Look before a list looks at anybody: the benign set, the owner's signature, the forecast on one's own sample."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.lists import BENIGN_SET, ChangedList, IndicatorList, benign_hits, shipped_benign_set
from shelterwood.lists.canonical import from_line
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.lists import actions, publishing, sampling, storage
from shelterwood.web.provider.lists.services.registering import ListNotValid, list_ref, locked
from shelterwood.web.provider.lists.signatures import check_signature
from shelterwood.web.provider.lists.states import ListState, ListStepNotPossible, check_step

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from shelterwood.web.hall.access.actors import Actor
    from shelterwood.web.provider.lists.models import ListVersion, ProviderList

__all__ = ["adopt_or_hold", "forecast", "opened_version", "run_benign_set", "sign_version"]

_NAMED = 20


def opened_version(version: ListVersion) -> ChangedList:
    """Return a version with every change of its list, opened; raise ListNotReadable."""
    base = IndicatorList.open(storage.folder_of(version.folder), version=version.folder_version)
    opened = ChangedList(base, name=version.list.name, version=version.number)
    opened.apply(from_line(change.line.encode()) for change in version.list.changes.order_by("number"))
    return opened


def run_benign_set(*, version: ListVersion, actor: Actor, now: datetime) -> int:
    """Run the shipped benign set and the operator's own against a version; store and return how many entries hit."""
    own = sampling.benign_pictures(storage.own_benign_pictures())
    hits = list(benign_hits(opened_version(version), [*shipped_benign_set(), *own], at=now))
    named = [
        {"source": hit.entry.source, "entry": hit.entry.entry_id, "benign": hit.benign} for hit in islice(hits, _NAMED)
    ]
    with transaction.atomic():
        row = locked(version.list)
        version.golden_set = f"{BENIGN_SET} and {len(own)} of our own"
        version.golden_at, version.golden_hits, version.golden_named = now, len(hits), named
        version.save()
        if row.version == version.number and row.state not in {ListState.LIVE, ListState.DISABLED}:
            _note_result(row, version)
        codes = {"version": str(version.number), "hits": str(len(hits)), "set": BENIGN_SET}
        record(action=actions.GOLDEN_RUN, actor=actor, object_ref=list_ref(row), now=now, codes=codes)
    return len(hits)


def _note_result(row: ProviderList, version: ListVersion) -> None:
    row.golden_digest, row.golden_hits = version.digest, version.golden_hits
    target = ListState.CHECKED if not version.golden_hits else ListState.IMPORTED
    check_step(row.state, target)
    row.state, row.proposed_by, row.proposed_at = target, None, None
    row.save()


@transaction.atomic
def sign_version(*, version: ListVersion, signature: str, actor: Actor, now: datetime) -> None:
    """Verify the owner's signature over a version; raise SignatureNotAccepted."""
    row = locked(version.list)
    check_signature(signature, owner_key=row.owner_key, digests={version.digest, version.delivery_digest} - {""})
    version.signed_at = now
    version.save()
    if row.version == version.number:
        row.signed_digest = version.digest
        row.save()
    codes = {"version": str(version.number)}
    record(action=actions.VERSION_SIGNED, actor=actor, object_ref=list_ref(row), now=now, codes=codes)


@transaction.atomic
def adopt_or_hold(*, version: ListVersion, actor: Actor, now: datetime) -> str:
    """Move a list in service on to a newer version where it may; return "" or the sentence that says what it lacks."""
    row = locked(version.list)
    if row.state not in {ListState.LIVE, ListState.DISABLED} or version.number <= row.version:
        return ""
    codes = {"version": str(version.number)}
    lacks = _lacks(row, version)
    if lacks:
        record(action=actions.VERSION_HELD_BACK, actor=actor, object_ref=list_ref(row), now=now, codes=codes | lacks)
        return (
            f"Version {row.version} stays in service: the new one is not {'signed' if 'signed' in lacks else 'clean'}."
        )
    row.version, row.digest, row.fault = version.number, version.digest, ""
    row.golden_digest, row.golden_hits = version.digest, 0
    row.signed_digest = version.digest if version.signed_at else ""
    row.save()
    publishing.changed()
    record(action=actions.VERSION_ADOPTED, actor=actor, object_ref=list_ref(row), now=now, codes=codes)
    return ""


def _lacks(row: ProviderList, version: ListVersion) -> dict[str, str]:
    if version.golden_hits is None or version.golden_hits:
        return {"clean": "no"}
    return {} if row.agreement or version.signed_at else {"signed": "no"}


def forecast(
    *, row: ProviderList, folder: Path, uploads_per_day: int, minutes_per_match: int, actor: Actor, now: datetime
) -> sampling.Counted:
    """Scan a benign sample of one's own uploads with the list and store how many matched; raise ListNotValid.

    Every match in it is a false one, or a surprise: either way somebody looks at it for `minutes_per_match`.
    """
    row.refresh_from_db()
    if not row.version:
        raise ListStepNotPossible("The list holds no version yet.", remedy="Import a delivery first.")
    counted = sampling.count_matches(opened_version(row.versions.get(number=row.version)), row, folder, now=now)
    if not counted.pictures:
        raise ListNotValid("Not one picture of the sample could be read.", remedy="Put pictures in it: a few thousand.")
    with transaction.atomic():
        row = locked(row)
        row.forecast_of, row.forecast_matched = counted.pictures, counted.matched
        row.uploads_per_day, row.minutes_per_match = uploads_per_day, minutes_per_match
        row.save()
        codes = {"pictures": str(counted.pictures), "matched": str(counted.matched)}
        record(action=actions.FORECAST_MADE, actor=actor, object_ref=list_ref(row), now=now, codes=codes)
    return counted
