"""Go over hosted media, one item after another: not too fast, each counted, each match kept before the next.

Items that matched nothing are counted in memory and written down every few; what matched is written down together with
its event. So a death costs a second look at a few items that matched nothing, and no event is written twice.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from shelterwood.errors import ShelterwoodError
from shelterwood.policy import Medium
from shelterwood.scanning.outcomes import Outcome
from shelterwood.web.hall import faults
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.rescan import looking, services
from shelterwood.web.provider.rescan.states import ItemOutcome
from shelterwood.web.provider.scan.keeping import keep_spooled
from shelterwood.web.provider.scan.queries import already_found
from shelterwood.web.provider.scan.services import Upload, account_mark, keep_finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shelterwood.web.hall.access.actors import Actor
    from shelterwood.web.provider.keys.holding import KeyHeld
    from shelterwood.web.provider.rescan.models import RescanRun
    from shelterwood.web.provider.rescan.sources import HostedItem, Source
    from shelterwood.web.provider.scan import spool
    from shelterwood.web.provider.scan.matching import Finding
    from shelterwood.web.provider.scan.neighbours import Ground

__all__ = ["COUNTED", "KEPT", "OtherRunAtWork", "Work", "run_over"]

COUNTED: Final = faults.register("rescan.counted")
KEPT: Final = faults.register("rescan.kept")

_WRITE_EVERY: Final = 1.0
"""Seconds between writing down counts; a kill costs a second look at what came since."""


class OtherRunAtWork(ShelterwoodError):
    """Another process looks at hosted media; two would count the same items twice."""


@dataclass(slots=True, kw_only=True)
class Work:
    """One process's work on a run."""

    run: RescanRun
    key: KeyHeld
    actor: Actor
    counted: services.Counted = field(default_factory=services.Counted)
    _written: float = field(default_factory=time.monotonic)

    def go_over(self, items: Iterator[HostedItem], *, tell: Callable[[], None]) -> None:
        """Look at every item that is left; `tell` is called after each, and may raise KeyboardInterrupt.

        Raises what stopped it, when the counts are written.
        """
        pace = 1.0 / self.run.per_second
        due = time.monotonic()
        try:
            for item in islice(items, self.run.items, None):
                time.sleep(max(0.0, due - time.monotonic()))
                due = max(due, time.monotonic() - 1.0) + pace  # what was lost by waiting is made up for a second only
                self._take(item)
                tell()
        finally:
            self._write_down()

    def _write_down(self) -> None:
        services.count(run=self.run, counted=self.counted)
        self.counted, self._written = services.Counted(), time.monotonic()

    def _take(self, item: HostedItem) -> None:
        found = looking.NotLookedAt(reason=item.fault) if item.fault else self._look(item)
        if isinstance(found, looking.NotLookedAt):
            self.counted.add(ItemOutcome.NOT_SCANNED, reason=found.reason)
        if time.monotonic() - self._written >= _WRITE_EVERY:
            self._write_down()
            faults.step(COUNTED)

    def _look(self, item: HostedItem) -> looking.NotLookedAt | None:
        """Look at one item and count it, unless it could not be looked at."""
        now = timezone.now()
        ground = looking.ground_of(self.key, medium=item.medium, now=now)
        if isinstance(ground, looking.NotLookedAt):
            return ground
        taken = looking.taken_in(item)
        if isinstance(taken, looking.NotLookedAt):
            return taken
        with taken as spooled:
            finding = looking.look_up(spooled, now=now)
            if finding.outcome is Outcome.NOT_SCANNED:
                return looking.NotLookedAt(reason=str(finding.reason))
            if finding.outcome is Outcome.NO_MATCH:
                self.counted.add(ItemOutcome.UNMATCHED)
            elif already_found(item=item.item, service=self.key.service, matches=finding.matches):
                self.counted.add(ItemOutcome.KNOWN)
            else:
                self._keep(item, finding, ground, spooled)
        return None

    def _keep(self, item: HostedItem, finding: Finding, ground: Ground, spooled: spool.Spooled) -> None:
        """Keep what was found as the door would; the count goes with the event, or neither is there."""
        mark = account_mark(item.account, service=self.key.service)
        with_this = services.Counted(outcomes=self.counted.outcomes.copy(), reasons=self.counted.reasons.copy())
        with_this.add(ItemOutcome.MATCHED)
        keep_finding(
            finding=finding,
            upload=Upload(key=self.key, item=item.item, account_mark=mark),
            ground=ground,
            keep_object=keep_spooled(spooled, ground.claims),
            then=lambda _detection: services.count(run=self.run, counted=with_this),
            now=timezone.now(),
        )
        self.counted = services.Counted()
        faults.step(KEPT)


def run_over(
    source: Source,
    *,
    key: KeyHeld,
    wanted: Callable[[str, int], services.Wanted],
    actor: Actor,
    began: Callable[[RescanRun], None],
    tell: Callable[[], None],
) -> RescanRun:
    """Begin or go on, look at everything that is left, and return the run as it ended.

    Raises BasisEnded (refused and recorded; nothing more is read), NothingToLookIn, NoRoom and KeyboardInterrupt (it
    can go on later), ListNotInService, OtherRunAtWork.
    """
    with _alone():
        _ask_first(key, actor=actor)
        run = services.begin(wanted=wanted(*source.survey()), key=key, actor=actor, now=timezone.now())
        began(run)
        with _ending(run, key, actor):
            Work(run=run, key=key, actor=actor).go_over(source.items(), tell=tell)
        return services.end(run=run, actor=actor, now=timezone.now())


def _ask_first(key: KeyHeld, *, actor: Actor) -> None:
    """Ask for a picture before anything of the source is read; a refusal is recorded."""
    now = timezone.now()
    try:
        looking.ground_of(key, medium=Medium.IMAGE, now=now)
    except looking.BasisEnded as refused:
        services.refuse(run=None, key=key, why=str(refused.reason), actor=actor, now=now)
        raise


@contextmanager
def _ending(run: RescanRun, key: KeyHeld, actor: Actor) -> Iterator[None]:
    """Write down why a run stops, if it does not reach its end."""
    stop = partial(services.stop, run=run, actor=actor)
    try:
        yield
    except looking.BasisEnded as refused:
        services.refuse(run=run, key=key, why=str(refused.reason), actor=actor, now=timezone.now())
        raise
    except looking.NothingToLookIn as trouble:
        stop(why=trouble.reason, now=timezone.now())
        raise
    except BaseException as error:
        stop(why="interrupted" if isinstance(error, KeyboardInterrupt) else type(error).__name__, now=timezone.now())
        raise


@contextmanager
def _alone() -> Iterator[None]:
    """Hold a lock that the kernel lets go when the process ends."""
    file = os.open(facts().places.root / "rescan.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(file)
        raise OtherRunAtWork("Hosted media are being looked at already.", remedy="Wait, or stop that run.") from error
    try:
        yield
    finally:
        os.close(file)
