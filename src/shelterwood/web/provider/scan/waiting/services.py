"""The verbs of uploads that wait, and the only writers of their table: accept, finish, end what waited too long."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from shelterwood.web.hall import faults
from shelterwood.web.hall.outbox import services as outbox
from shelterwood.web.provider.keys.holding import sender
from shelterwood.web.provider.scan import remembering, telling
from shelterwood.web.provider.scan.counting import count
from shelterwood.web.provider.scan.matching import not_looked_at
from shelterwood.web.provider.scan.models import WaitingScan
from shelterwood.web.provider.scan.states import WaitingState
from shelterwood.web.provider.scan.waiting import files, queries

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.policy import Medium
    from shelterwood.web.provider.scan.matching import Finding
    from shelterwood.web.provider.scan.models import Detection
    from shelterwood.web.provider.scan.services import Upload
    from shelterwood.web.provider.scan.spool import Spooled

__all__ = ["KIND", "LONGEST", "Ending", "Keep", "Sent", "accept", "end_overdue", "finish", "forget", "sweep"]

KIND: Final = "scan.waiting"
"""The kind of the outbox job that scans one upload."""

LONGEST: Final = timedelta(hours=24)
"""So long an upload waits at most, and so long its outcome is kept."""

WAITED_TOO_LONG: Final = "waited_too_long"

Keep = Callable[[Callable[["Detection"], object]], object]

FILED: Final = faults.register("waiting.filed")
ACCEPTED: Final = faults.register("waiting.accepted")
FINISHED: Final = faults.register("waiting.finished")

_AT_ONCE = 500
_NOTHING_OF_IT = {"item": "", "account_mark": "", "sha256": "", "prints": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What was sent to be scanned later: bytes in the spool, or fingerprints as JSON."""

    upload: Upload
    medium: Medium
    size: int
    sha256: str = ""
    prints: str = ""
    spooled: Spooled | None = None


def accept(*, sent: Sent, begun: remembering.Begun | None, now: datetime) -> WaitingScan:
    """Keep an upload until it is scanned; when this returns it survives a power cut, and its job is asked for.

    The bytes come first, then in one transaction the row, the job and the answer that an idempotency key repeats. A
    death in between leaves a file without a row, which is swept up. Raises NoRoom.
    """
    row = _row(sent, now=now)
    if sent.spooled is not None:
        files.keep(sent.spooled, row.pk)
        faults.step(FILED)
    stored = False
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            outbox.put(kind=KIND, key=str(row.pk), payload={"scan": str(row.pk)}, now=now)
            remembering.finish(begun, status=202, answer=queries.told(row))
            stored = True
    except BaseException:
        if not stored:  # else the commit itself failed, and nobody knows how: the file stays until it is swept up
            files.remove(row.pk)
        raise
    faults.step(ACCEPTED)
    return row


def _row(sent: Sent, *, now: datetime) -> WaitingScan:
    return WaitingScan(
        id=uuid.uuid4(),
        key_id=sent.upload.key.id,
        accepted_at=now,
        item=sent.upload.item,
        account_mark=sent.upload.account_mark,
        medium=sent.medium,
        size=sent.size,
        sha256=sent.sha256,
        prints=sent.prints,
    )


@dataclass(slots=True, kw_only=True)
class Ending:
    """What a look (under `token`) gave: `write` it in a transaction, and do the rest `then`, once that is committed.

    `keep` writes the event of a match, and calls what it is given as the last thing before its line in the record. All
    of it happens in one transaction: a death before its end leaves an upload that waits, one after it an upload that is
    finished, and never two events. What the upload was is forgotten with it; a file that a death leaves is swept up.
    """

    row: WaitingScan
    finding: Finding
    keep: Keep | None = None
    token: str = ""
    now: datetime
    is_first: bool = False

    def write(self) -> None:
        """Write it, unless another has."""
        if self.keep is None:
            self.is_first = self._end(event=None)
        elif WaitingScan.objects.select_for_update().filter(pk=self.row.pk, state=WaitingState.WAITING).exists():
            self.keep(lambda made: self._end(event=made.pk))
            self.is_first = True

    def _end(self, *, event: uuid.UUID | None) -> bool:
        """Note the outcome, forget what the upload was, tell; nothing of it where it was ended before."""
        row, finding = self.row, self.finding
        said = {"outcome": str(finding.outcome), "reason": str(finding.reason or "")[:80], "event": event}
        over = {"state": WaitingState.FINISHED, "ended_at": self.now, "checked": dict(finding.checked)}
        waiting = WaitingScan.objects.filter(pk=row.pk, state=WaitingState.WAITING)
        if not waiting.update(**over, **said, **_NOTHING_OF_IT):
            return False
        service = sender(row.key_id).service
        telling.tell_finished(service=service, scan=row.pk, item=row.item, finding=finding, event=event, now=self.now)
        return True

    def then(self) -> None:
        """Count it, and remove what was looked at."""
        if self.is_first:
            count(self.finding, token=self.token)
            faults.step(FINISHED)
            files.remove(self.row.pk)


def finish(ending: Ending) -> bool:
    """Write what a look gave in a transaction of its own; return whether it was the first to."""
    with transaction.atomic():
        ending.write()
    ending.then()
    return ending.is_first


def end_overdue(now: datetime) -> int:
    """End what has waited for LONGEST as not scanned, whatever kept it waiting; return how many there were."""
    late = WaitingScan.objects.filter(state=WaitingState.WAITING, accepted_at__lte=now - LONGEST)
    found = not_looked_at(WAITED_TOO_LONG)
    return sum(finish(Ending(row=row, finding=found, now=now)) for row in late[:_AT_ONCE])


def forget(now: datetime) -> int:
    """Forget outcomes that are older than LONGEST; return how many there were."""
    return WaitingScan.objects.filter(ended_at__lte=now - LONGEST).delete()[0]


def sweep() -> int:
    """Remove files that a death left: of uploads that are finished, and old ones that none names; return how many.

    A file that no upload names and that is young may belong to a request that is about to write its row.
    """
    left = set(files.left_behind())
    here = list(files.names())
    for start in range(0, len(here), _AT_ONCE):
        names = here[start : start + _AT_ONCE]
        states = dict(WaitingScan.objects.filter(pk__in=names).values_list("pk", "state"))
        left.difference_update(name for name, state in states.items() if state == WaitingState.WAITING)
        left.update(name for name, state in states.items() if state == WaitingState.FINISHED)
    for name in left:
        files.remove(name)
    return len(left)
