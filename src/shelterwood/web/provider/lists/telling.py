"""The lists in sentences for a terminal: `shelterwood provider-list`, and what `doctor` finds about their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from shelterwood.errors import ShelterwoodError
from shelterwood.lists import Delivery
from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.provider.lists import publishing, queries, services, storage, upkeep
from shelterwood.web.provider.lists.models import ProviderList
from shelterwood.web.provider.lists.states import RunState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["NoSuchList", "findings", "forecast", "import_file", "status"]


class NoSuchList(ShelterwoodError):
    """There is no list of this name."""


def _find(name: str) -> ProviderList:
    row = ProviderList.objects.filter(name=name).first()
    if row is None:
        raise NoSuchList(f"There is no list '{name}'.", remedy="Register it on the page Lists first.")
    return row


def status() -> str:
    """Return each list: its state, its version, what it lacks; and whether what is in service can be looked up."""
    publishing.publish()
    lines = [_line(each) for each in queries.overview()] or ["There is no list here. Nothing can be found."]
    trouble = upkeep.why_not_ready(timezone.now())
    return "\n".join([*lines, *([f"NOT SCANNING: {trouble}"] if trouble else [])])


def _line(one: queries.Overview) -> str:
    version = f"version {one.version.number}, {one.version.items:,} items" if one.version else "no version"
    notes = [one.fault, one.version.blind if one.version else "", f"{one.lacking} missing" if one.lacking else ""]
    return "; ".join([f"{one.name}: {one.state}, {version}", *(note for note in notes if note)])


def import_file(name: str, path: Path, *, source: str | None, delivery: str | None) -> tuple[bool, str]:
    """Import a file into a list; return whether that was possible, and what was done."""
    delivered = services.Delivered(path=path, source=source, delivery=Delivery(delivery) if delivery else None)
    run = services.import_delivery(row=_find(name), delivered=delivered, actor=OPERATOR, now=timezone.now())
    return run.state == RunState.DONE, "\n".join(run.sentences)


def forecast(name: str, folder: Path, *, uploads_per_day: int, minutes_per_match: int) -> str:
    """Count the matches of a list in a folder of benign uploads; return the forecast."""
    row = _find(name)
    services.forecast(
        row=row,
        folder=folder,
        uploads_per_day=uploads_per_day,
        minutes_per_match=minutes_per_match,
        actor=OPERATOR,
        now=timezone.now(),
    )
    row.refresh_from_db()
    seen = queries.one_list(row).forecast
    assert seen is not None  # noqa: S101 - it was made a moment ago
    return (
        f"{row.forecast_matched:,} of {row.forecast_of:,} pictures matched: {seen.per_thousand:.2f} in 1,000 "
        f"(95 % interval {seen.low:.2f} to {seen.high:.2f}), {seen.hours:.1f} hours of review a day "
        f"(up to {seen.hours_high:.1f})."
    )


def findings() -> Iterator[tuple[str, str]]:
    """Yield (state, sentence) of what `doctor` looks at: modes, marks against backups, files that can be read."""
    upkeep.catch_up(timezone.now())
    home = storage.home()
    open_to_others = [path for path in [home, *home.rglob("*")] if path.lstat().st_mode & 0o077 and _is_secret(path)]
    if open_to_others:
        yield "BAD", f"{len(open_to_others)} list files can be read by others: chmod -R go= '{home}'."
    else:
        yield "ok", "List files are for their owner only."
    unmarked = [name for name in storage.MARKS if not (home / name).exists()]
    if unmarked:
        yield "warning", f"Backups may take list files along: {' and '.join(unmarked)} are missing in '{home}'."
    else:
        yield (
            "ok",
            "The folder of the lists is marked against backups; exclude it by name too.",
        )
    trouble = upkeep.why_not_ready(timezone.now())
    yield ("BAD", f"Nothing is scanned: {trouble}") if trouble else ("ok", "Lists in service can be looked up.")


def _is_secret(path: Path) -> bool:
    return path.name not in storage.MARKS and not path.is_symlink()
