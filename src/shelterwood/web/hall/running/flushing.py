"""Write down what the workers counted: a row for the minute, and one line in the record with the totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.web.hall import faults
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.audit.actions import register
from shelterwood.web.hall.audit.services import record
from shelterwood.web.hall.running import counters
from shelterwood.web.hall.running.models import CounterMinute

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

__all__ = ["SCAN_COUNTED", "also", "flush"]

SCAN_COUNTED = register("scan.counted", "What was counted since the line before, by name; single scans have no line.")

TAKEN = faults.register("counters.taken")
WRITTEN = faults.register("counters.written")


_ALSO: list[Callable[[datetime], object]] = []


def also(call: Callable[[datetime], object]) -> None:
    """Have `call(now)` done whenever counters are written, at the end of the service too; again is harmless."""
    if call not in _ALSO:
        _ALSO.append(call)


def flush(now: datetime) -> None:
    """Write what has come in since the last time; nothing if there is nothing."""
    _flush_own(now)
    for call in _ALSO:
        call(now)


def _flush_own(now: datetime) -> None:
    with counters.taken() as totals:
        if totals:
            faults.step(TAKEN)
            _write(totals, now=now)
            faults.step(WRITTEN)


@transaction.atomic
def _write(totals: dict[str, int], *, now: datetime) -> None:
    row, _made = CounterMinute.objects.select_for_update().get_or_create(minute=now.replace(second=0, microsecond=0))
    for name, number in totals.items():
        row.totals[name] = row.totals.get(name, 0) + number
    row.save()
    codes = {name: str(number) for name, number in sorted(totals.items())}
    record(action=SCAN_COUNTED, actor=Actor.system("keeper"), object_ref="", now=now, codes=codes)
