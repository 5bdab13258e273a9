"""The job that scans one upload which was accepted: the same questions and the same look as at the door, later.

What matches nothing is written together with the end of its job, and with those of the jobs beside it. What matches is
written at once in a transaction of its own, because sealing waits for the disk several times and others wait meanwhile.
Where something of ours is broken (list files, decoding, the vault) the job is tried again until the upload has waited
too long. Everything else ends it: a match, no match, or not scanned with its reason.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from shelterwood.policy import Medium, Refused
from shelterwood.scanning.outcomes import Outcome as Found
from shelterwood.web.hall import faults
from shelterwood.web.hall.outbox.outcomes import Done, Outcome, TryAgain
from shelterwood.web.provider.keys.holding import sender
from shelterwood.web.provider.lists.live import NotAvailableReason
from shelterwood.web.provider.scan import bodies, neighbours, spool
from shelterwood.web.provider.scan.keeping import keep_nothing, keep_spooled
from shelterwood.web.provider.scan.matching import find, find_prints, is_ours, not_looked_at
from shelterwood.web.provider.scan.models import WaitingScan
from shelterwood.web.provider.scan.services import Upload, keep_finding
from shelterwood.web.provider.scan.states import WaitingState
from shelterwood.web.provider.scan.waiting import files, services

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from shelterwood.web.hall.outbox.at_work import JobAtWork
    from shelterwood.web.provider.scan.matching import Finding
    from shelterwood.web.provider.scan.models import Detection
    from shelterwood.web.provider.scan.neighbours import Ground
    from shelterwood.web.provider.scan.states import KeptState

__all__ = ["AT_ONCE", "BACK_OFF", "scan_waiting"]

LOOKED: Final = faults.register("waiting.looked")

AT_ONCE: Final = 32
"""Uploads that are looked at before their outcomes go to the disk together: a quarter of a second of pictures."""

BACK_OFF: Final[tuple[timedelta, ...]] = tuple(
    chain(
        (timedelta(seconds=n) for n in (5, 15, 30, 60, 120, 300)),
        repeat(timedelta(minutes=10), 160),  # longer than an upload may wait, so the clock ends it and no job dies
    )
)

_NOT_SET_UP: Final = {str(NotAvailableReason.NO_LIST), str(NotAvailableReason.NOTHING_MATCHABLE)}


def scan_waiting(job: JobAtWork) -> Outcome:
    """Scan the upload that `job` names; keep what was found, and forget the upload, now or with the end of the job."""
    now, name = timezone.now(), uuid.UUID(str(job.payload["scan"]))
    row = WaitingScan.objects.filter(pk=name).first()
    if row is None or row.state != WaitingState.WAITING:
        files.remove(name)  # a death between the end of the scan and this
        return Done()
    ground = neighbours.ground_for(sender(row.key_id), medium=Medium(row.medium), now=now)
    if isinstance(ground, Refused | neighbours.NothingSetUp):
        return _end(row, not_looked_at(str(ground.reason)), now=now)
    return _look(row, ground, now=now)


def _look(row: WaitingScan, ground: Ground, *, now: datetime) -> Outcome:
    if row.prints:
        given = bodies.read_prints(row.prints.encode())
        finding = neighbours.looked(lambda lists: find_prints(given, lists), now=now)
        return _ended(row, ground, finding, keep_nothing, now=now)
    spooled = files.open_again(row.pk)
    if spooled is None or spooled.digests.sha256 != row.sha256:
        return _end(row, not_looked_at("upload_lost"), now=now)
    finding = neighbours.looked(lambda lists: find(spooled, lists), now=now)
    return _ended(row, ground, finding, keep_spooled(spooled, ground.claims), now=now)


def _ended(
    row: WaitingScan, ground: Ground, finding: Finding, keep_object: Callable[[Detection], KeptState], *, now: datetime
) -> Outcome:
    """Write the outcome, or ask to be tried again where something of ours kept us from one."""
    faults.step(LOOKED)
    if finding.outcome is not Found.MATCH:
        reason = str(finding.reason)
        ours = finding.outcome is Found.NOT_SCANNED and reason not in _NOT_SET_UP and is_ours(reason)
        return TryAgain(reason) if ours else _end(row, finding, token=ground.permitted.token, now=now)
    upload = Upload(key=sender(row.key_id), item=row.item, account_mark=row.account_mark)
    keep = partial(keep_finding, finding=finding, upload=upload, ground=ground, keep_object=keep_object, now=now)
    token = ground.permitted.token
    try:
        services.finish(
            services.Ending(row=row, finding=finding, keep=lambda then: keep(then=then), token=token, now=now)
        )
    except spool.NoRoom:
        return TryAgain("no_room")
    return Done()


def _end(row: WaitingScan, finding: Finding, *, token: str = "", now: datetime) -> Outcome:
    ending = services.Ending(row=row, finding=finding, token=token, now=now)
    return Done(write=ending.write, then=ending.then)
