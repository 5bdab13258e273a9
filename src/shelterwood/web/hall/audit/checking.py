"""Walk along a chain and name what is wrong, line by line, holding one line at a time.

for fault in faults_in(lines, head=head, signed=heads):
print(fault.sentence)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from shelterwood.web.hall.audit.chain import GENESIS, ChainedLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Fault", "FaultKind", "Finding", "HeadFacts", "Walk", "find_faults"]


class FaultKind(StrEnum):
    """What can be wrong with a line, or with the end of the chain."""

    ALTERED = "altered"
    MISSING = "missing"
    REORDERED = "reordered"
    INSERTED = "inserted"
    REPLACED = "replaced"
    CUT_OFF = "cut-off"
    HEAD_DISAGREES = "head-disagrees"
    SIGNED_HEAD_DISAGREES = "signed-head-disagrees"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong; `seq` is the line it concerns (of several missing ones the first)."""

    kind: FaultKind
    seq: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadFacts:
    """Where a chain stood: its last line's number and digest. (0, GENESIS) is the empty chain."""

    seq: int = 0
    digest: str = GENESIS


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found: how many lines it saw, where it ended, and what is wrong."""

    lines: int
    end: HeadFacts
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class Walk:
    """A check under way: how far it came, and which digests the signed heads expect where."""

    signed: dict[int, str] = field(default_factory=dict)
    at: HeadFacts = field(default_factory=HeadFacts)
    lines: int = 0

    def step(self, line: ChainedLine) -> Iterator[Fault]:
        """Look at the next line as it lies there; yield what is wrong with it."""
        self.lines += 1
        if line.computed() != line.digest:
            yield _fault(FaultKind.ALTERED, line.seq, "was altered: its content does not fit its digest")
        if line.seq <= self.at.seq:
            yield self._out_of_order(line)
            return
        yield from self._link(line)
        expected = self.signed.pop(line.seq, line.digest)
        if expected != line.digest:
            yield _fault(FaultKind.SIGNED_HEAD_DISAGREES, line.seq, "is not the one that a signed head names")
        self.at = HeadFacts(seq=line.seq, digest=line.digest)

    def end(self, head: HeadFacts | None) -> Iterator[Fault]:
        """Compare the end with the head row (None: there is none to compare with) and with signed heads beyond it."""
        last = self.at.seq
        if head is not None and head.seq > last:
            yield _missing(last + 1, head.seq, FaultKind.CUT_OFF)
        elif head is not None and head != self.at:
            yield _fault(FaultKind.HEAD_DISAGREES, last, f"is the last, but the head names line {head.seq}")
        for seq in sorted(self.signed):
            yield _fault(FaultKind.CUT_OFF, seq, "is named by a signed head, and is not there")

    def _link(self, line: ChainedLine) -> Iterator[Fault]:
        if line.seq > self.at.seq + 1:
            yield _missing(self.at.seq + 1, line.seq - 1, FaultKind.MISSING)
        elif line.previous != self.at.digest:
            what = "does not follow from the line before it: that one was replaced, or this one"
            yield _fault(FaultKind.REPLACED, line.seq, what)

    def _out_of_order(self, line: ChainedLine) -> Fault:
        if line.seq == self.at.seq:
            return _fault(FaultKind.INSERTED, line.seq, "is there twice: one of the two was inserted")
        return _fault(FaultKind.REORDERED, line.seq, f"comes after line {self.at.seq}: the order was changed")


def find_faults(
    lines: Iterable[ChainedLine],
    *,
    head: HeadFacts | None = None,
    signed: Iterable[HeadFacts] = (),
    beyond: Iterable[int] = (),
    progress: Callable[[int], None] = lambda _count: None,
) -> Finding:
    """Walk along `lines` as they lie, up to `head` (None: there is no head row to compare with).

    `signed` are heads that were kept elsewhere, `beyond` the numbers of lines that lie behind the head row.
    """
    walk = Walk(signed={each.seq: each.digest for each in signed if each.seq})
    faults: list[Fault] = []
    for line in lines:
        faults.extend(walk.step(line))
        progress(walk.lines)
    faults.extend(walk.end(head))
    faults.extend(_fault(FaultKind.INSERTED, seq, "lies beyond the head: it was inserted") for seq in beyond)
    return Finding(lines=walk.lines, end=walk.at, faults=tuple(faults))


def _fault(kind: FaultKind, seq: int, what: str) -> Fault:
    return Fault(kind=kind, seq=seq, sentence=f"Line {seq} {what}.")


def _missing(first: int, last: int, kind: FaultKind) -> Fault:
    which = f"Line {first} is" if first == last else f"Lines {first} to {last} are"
    where = " at the end" if kind is FaultKind.CUT_OFF else ""
    return Fault(kind=kind, seq=first, sentence=f"{which} missing{where}.")
