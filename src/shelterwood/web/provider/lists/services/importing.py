"""Turn a delivery into the next version of a list: streamed, counted, checked against the benign set, never half.

A list on its way to service takes the new version at once. A list in service goes on to it only where it is clean and,
if the list rests on signatures, signed; otherwise the version it has stays in service.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.lists import (
    DEFAULT_DELIVERY,
    Format,
    IndicatorList,
    ListBusy,
    Returning,
    format_of,
    read_rows,
)
from shelterwood.web.hall import faults
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.lists import actions, storage
from shelterwood.web.provider.lists.models import ImportRun, ListVersion, ProviderList
from shelterwood.web.provider.lists.services.checking import adopt_or_hold, run_benign_set
from shelterwood.web.provider.lists.services.registering import list_ref, locked
from shelterwood.web.provider.lists.states import ListState, ListStepNotPossible, RunState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from shelterwood.lists import Delivery, ImportReport, Row, Skipped
    from shelterwood.web.hall.access.actors import Actor

__all__ = ["Delivered", "begin_empty", "carry_out", "end_run", "import_delivery", "refuse_withdrawn"]

READING: Final = faults.register("lists.reading")
WRITTEN: Final = faults.register("lists.written")
STORED: Final = faults.register("lists.stored")
CHECKED: Final = faults.register("lists.checked")

_TELL_EVERY = 1.0
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A file to import, and what it means where the file does not say; `delivery` None: as is usual for its format."""

    path: Path
    source: str | None = None
    format: Format | None = None
    delivery: Delivery | None = None
    returning: Returning = Returning.REFUSED


def import_delivery(*, row: ProviderList, delivered: Delivered, actor: Actor, now: datetime) -> ImportRun:
    """Import, run the benign set, and put the version where it belongs; return the run with what was done.

    What is wrong with the delivery is in the run (state failed), not raised: the list stays as it was. Raises
    ListStepNotPossible for a withdrawn list.
    """
    row.refresh_from_db()
    refuse_withdrawn(row)
    run = ImportRun.objects.create(list=row, state=RunState.RUNNING, file=delivered.path.name[:200], began_at=now)
    try:
        return carry_out(run=run, delivered=delivered, actor=actor, now=now)
    except ListBusy as error:
        return end_run(run, RunState.FAILED, [error.explain()], now=now)


def refuse_withdrawn(row: ProviderList) -> None:
    """Raise ListStepNotPossible for a withdrawn list."""
    if row.state == ListState.WITHDRAWN:
        raise ListStepNotPossible("The list is withdrawn.", remedy="Register it anew.")


def carry_out(*, run: ImportRun, delivered: Delivered, actor: Actor, now: datetime) -> ImportRun:
    """Do an import, from where it got before its process died; a version is made once, whole. Raises ListBusy."""
    row = run.list
    with storage.one_import(row):
        if run.version is None:
            try:
                _make_version(run, delivered, actor=actor, now=now)
            except ListBusy:
                raise
            except (ShelterwoodError, OSError) as error:
                return end_run(run, RunState.FAILED, [_why(error)], now=now)
        faults.step(STORED)
        version = run.version
        assert version is not None  # noqa: S101 - made a moment ago, or before
        hits = run_benign_set(version=version, actor=actor, now=now)
        faults.step(CHECKED)
        said = _outcome(row, hits=hits, held=adopt_or_hold(version=version, actor=actor, now=now))
        return end_run(run, RunState.DONE, [*run.sentences, said], now=now)


def _why(error: ShelterwoodError | OSError) -> str:
    return error.explain() if isinstance(error, ShelterwoodError) else f"The file cannot be read: {error.strerror}."


def _make_version(run: ImportRun, delivered: Delivered, *, actor: Actor, now: datetime) -> None:
    row = run.list
    digest = _digest_of(delivered.path)
    form = delivered.format or format_of(delivered.path)
    rows = read_rows(delivered.path, format=form, source=delivered.source or row.name, owner=row.owner)
    made = _write(row, _counted(rows, run), delivered, form=form, now=now)
    faults.step(WRITTEN)
    _store(row, made, run=run, delivery_digest=digest, actor=actor, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    folder: str
    report: ImportReport


def begin_empty(*, row: ProviderList, actor: Actor, now: datetime) -> ListVersion:
    """Give a list of our own its first version, which holds nothing: entries are added one by one."""
    made = _make(row, [], folder=f"{row.pk}-1", now=now)
    version = _store(row, made, run=None, delivery_digest="", actor=actor, now=now)
    run_benign_set(version=version, actor=actor, now=now)
    return version


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _counted(rows: Iterable[Row | Skipped], run: ImportRun) -> Iterator[Row | Skipped]:
    """Pass rows on; once a second, write how many there were, for whoever looks at the page."""
    told = time.monotonic()
    for count, row in enumerate(rows, start=1):
        if time.monotonic() - told >= _TELL_EVERY:
            told = time.monotonic()
            ImportRun.objects.filter(pk=run.pk).update(rows=count)
        run.rows = count
        if count == 1:
            faults.step(READING)
        yield row


def _write(
    row: ProviderList, rows: Iterable[Row | Skipped], delivered: Delivered, *, form: Format, now: datetime
) -> _Made:
    """Write the next version of the list's folder, or the first of a new one where the files are gone."""
    last = row.versions.order_by("-number").first()
    path = storage.folder_of(last.folder) if last else None
    if last is None or path is None or not (path / "current").exists():
        folder = f"{row.pk}-{last.number + 1 if last else 1}"
        shutil.rmtree(storage.folder_of(folder), ignore_errors=True)  # a death before anybody was told of it
        return _make(row, rows, folder=folder, now=now)
    IndicatorList.step_back(path, version=last.folder_version)  # the same: what the tables do not know never was
    report = IndicatorList.update(
        path,
        rows,
        now=now,
        delivery=delivered.delivery or DEFAULT_DELIVERY[form],
        returning=delivered.returning,
        keeping=frozenset(
            row.versions.filter(number=row.version, folder=last.folder).values_list("folder_version", flat=True)
        ),
    )
    return _Made(folder=last.folder, report=report)


def _make(row: ProviderList, rows: Iterable[Row | Skipped], *, folder: str, now: datetime) -> _Made:
    report = IndicatorList.create(storage.folder_of(folder), rows, now=now, name=row.name, owner=row.owner)
    return _Made(folder=folder, report=report)


@transaction.atomic
def _store(
    row: ProviderList, made: _Made, *, run: ImportRun | None, delivery_digest: str, actor: Actor, now: datetime
) -> ListVersion:
    row, manifest = locked(row), made.report.manifest
    assert manifest is not None  # noqa: S101 - an import that returns has written one
    last = row.versions.order_by("-number").first()
    version = ListVersion.objects.create(
        list=row,
        number=last.number + 1 if last else 1,
        folder=made.folder,
        folder_version=manifest.version,
        digest=manifest.digest,
        delivery_digest=delivery_digest,
        made_at=now,
        counts=manifest.counts.to_json(),
        outcomes={str(each): count for each, count in made.report.outcomes.items()} | {"went": made.report.went},
        skipped={str(reason): count for reason, count in made.report.tally.counts.items()},
    )
    if row.state not in {ListState.LIVE, ListState.DISABLED}:
        _begin_again(row, version)
    if run is not None:
        run.version, run.state, run.sentences = version, RunState.CHECKING, made.report.sentences()
        run.save()
    codes = {"version": str(version.number), "digest": version.digest}
    record(action=actions.VERSION_IMPORTED, actor=actor, object_ref=list_ref(row), now=now, codes=codes)
    return version


def _begin_again(row: ProviderList, version: ListVersion) -> None:
    """Point a list that is not in service at its new version; what was checked of an older one no longer counts."""
    row.state, row.version, row.digest = ListState.IMPORTED, version.number, version.digest
    row.golden_digest, row.golden_hits, row.signed_digest = "", None, ""
    row.forecast_of = row.forecast_matched = 0
    row.proposed_by = row.proposed_at = None
    row.save()


def _outcome(row: ProviderList, *, hits: int, held: str) -> str:
    if hits:
        noun = "1 entry reaches a picture" if hits == 1 else f"{hits:,} entries reach pictures"
        return f"{noun} of the benign set: this version is not used. The list's page names what was hit."
    return held or f"{row.name} holds this version now."


def end_run(run: ImportRun, state: RunState, sentences: list[str], *, now: datetime) -> ImportRun:
    """Write what became of an import."""
    run.state, run.sentences, run.ended_at = state, sentences, now
    run.save()
    return run
