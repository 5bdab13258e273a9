"""Look at one hosted item: the question of the legal basis, the copy in the spool, the look-up, all as at the door."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shelterwood.errors import ShelterwoodError
from shelterwood.policy import Occasion, RefusalReason, Refused
from shelterwood.scanning.outcomes import Outcome
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.basis.technology import configured
from shelterwood.web.provider.lists.live import NotAvailableReason
from shelterwood.web.provider.scan import neighbours, spool
from shelterwood.web.provider.scan.matching import find, is_ours
from shelterwood.web.provider.scan.neighbours import Ground, NothingSetUp

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime
    from typing import BinaryIO

    from shelterwood.policy import Medium
    from shelterwood.web.provider.keys.holding import KeyHeld
    from shelterwood.web.provider.rescan.sources import HostedItem
    from shelterwood.web.provider.scan.matching import Finding
    from shelterwood.web.provider.scan.spool import Spooled

__all__ = ["BasisEnded", "NotLookedAt", "NothingToLookIn", "ground_of", "look_up", "taken_in"]

# Refusals that are about one item and not about the whole run.
OF_THE_ITEM: Final = frozenset({RefusalReason.AUDIO_EXCLUDED, RefusalReason.MEDIUM_NOT_OF_PROFILE})


class BasisEnded(ShelterwoodError):
    """Hosted media may not be looked at, or no longer; the refusal has been recorded."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.sentence, remedy="Looking again needs a token of its own; see 'Issue a legal basis'.")
        self.reason = refused.reason


class NothingToLookIn(ShelterwoodError):
    """Lists, decoding or files of ours are not as they must be: to go on would count items as looked at that were not.

    `reason` is a code.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Nothing can be looked up ({reason}).", remedy="Run 'shelterwood doctor'; then start it again: it goes on."
        )
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class NotLookedAt:
    """One item could not be looked at; `reason` is a code."""

    reason: str


def ground_of(key: KeyHeld, *, medium: Medium, now: datetime) -> Ground | NotLookedAt:
    """Ask whether an item may be looked at, as one that is already here.

    Asked for each item, so that a withdrawal stops a run within a second. Raises BasisEnded, NothingToLookIn.
    """
    technology = configured()
    if technology is None:
        raise NothingToLookIn(str(NotAvailableReason.NO_LIST))
    found = neighbours.asked(key, technology, medium=medium, occasion=Occasion.RESCAN, now=now)
    if isinstance(found, Ground):
        return found
    if found.reason in OF_THE_ITEM:
        return NotLookedAt(reason=str(found.reason))
    raise BasisEnded(found)


def taken_in(item: HostedItem) -> AbstractContextManager[Spooled] | NotLookedAt:
    """Return a copy of the item in the spool, which goes when its block is left; raise NoRoom.

    A copy, because the file is the platform's: it may change or be cut while it is mapped.
    """
    try:
        with _opened(item) as file:
            size = os.fstat(file.fileno()).st_size
            return spool.receive(file, length=size, most=facts().longest_upload)
    except spool.BodyTooLong:
        return NotLookedAt(reason="too_long")
    except spool.BodyEnded:
        return NotLookedAt(reason="changed_meanwhile")
    except OSError:
        return NotLookedAt(reason="not_readable")


def _opened(item: HostedItem) -> BinaryIO:
    """Open a plain file; no link, no device, nothing that would wait."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    file = os.fdopen(os.open(item.path, flags), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError
    return file


def look_up(spooled: Spooled, *, now: datetime) -> Finding:
    """Look the copy up in the lists in service; raise NothingToLookIn where something of ours kept us from it."""
    lists = neighbours.current_lists(now=now)
    if isinstance(lists, NothingSetUp):
        raise NothingToLookIn(lists.reason)
    finding = find(spooled, lists)
    reason = str(finding.reason)
    if finding.outcome is Outcome.NOT_SCANNED and is_ours(reason):
        raise NothingToLookIn(reason)
    return finding
