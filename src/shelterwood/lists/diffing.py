"""What came, went and changed between two versions of a list, as a stream over both."""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.lists.canonical import from_line, key_of_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shelterwood.lists.entries import Record
    from shelterwood.lists.indicator_list import IndicatorList

__all__ = ["Change", "ChangeKind", "count_changes", "diff"]


class ChangeKind(enum.StrEnum):
    """How a record differs between two versions."""

    CAME = "came"  # a new entry
    WENT = "went"  # withdrawn; in two unrelated lists also: not there
    RETURNED = "returned"  # withdrawn before, live again
    CHANGED = "changed"  # another class, owner, time or provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One record that differs; `before` is None where it came, `after` where it is gone without a tombstone."""

    kind: ChangeKind
    before: Record | None
    after: Record | None


def diff(older: IndicatorList, newer: IndicatorList) -> Iterator[Change]:
    """Yield every difference between two opened lists, in canonical order; memory does not grow with them.

    A new record that is withdrawn from the start also came: it is in the list now, and never matches.
    """
    left, right = _keyed(older), _keyed(newer)
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        if one is not None and (other is None or one[0] < other[0]):
            yield Change(kind=ChangeKind.WENT, before=from_line(one[1]), after=None)
            one = next(left, None)
        elif other is not None and (one is None or other[0] < one[0]):
            yield Change(kind=ChangeKind.CAME, before=None, after=from_line(other[1]))
            other = next(right, None)
        elif one is not None and other is not None:
            if one[1] != other[1]:
                yield _changed(from_line(one[1]), from_line(other[1]))
            one, other = next(left, None), next(right, None)


def _keyed(opened: IndicatorList) -> Iterator[tuple[bytes, bytes]]:
    for row in range(len(opened)):
        line = opened.line(row)
        yield key_of_line(line), line


def _changed(before: Record, after: Record) -> Change:
    if before.withdrawn_at is None and after.withdrawn_at is not None:
        kind = ChangeKind.WENT
    elif before.withdrawn_at is not None and after.withdrawn_at is None:
        kind = ChangeKind.RETURNED
    else:
        kind = ChangeKind.CHANGED
    return Change(kind=kind, before=before, after=after)


def count_changes(older: IndicatorList, newer: IndicatorList) -> Counter[ChangeKind]:
    """Return how many records came, went, returned and changed."""
    return Counter(change.kind for change in diff(older, newer))
