"""Counts that sum, kept while rows go by and carried over an interruption: files = match + no match + not scanned."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shelterwood.scanning.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shelterwood.scanning.rows import Match, Row

__all__ = ["Tally"]


@dataclass(slots=True, kw_only=True)
class Tally:
    """The figures of one scan; the number of files is never stored, only summed, so it cannot disagree."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    algorithms: dict[str, Counter[str]] = field(default_factory=dict)
    classes: dict[str, Counter[str]] = field(default_factory=dict)
    listed: Counter[str] = field(default_factory=Counter)
    partly: int = 0
    members: int = 0
    size: int = 0
    seconds: float = 0.0

    @property
    def files(self) -> int:
        """Rows so far: files on disk, members of archives, and things that could not be read."""
        return sum(self.outcomes.values())

    @property
    def matches(self) -> int:
        """Files with at least one match."""
        return self.outcomes[Outcome.MATCH]

    def add(self, row: Row) -> None:
        """Count one row."""
        self.outcomes[row.outcome] += 1
        if row.outcome is Outcome.NOT_SCANNED:
            self.reasons[row.reason or "unknown"] += 1
        elif row.reason is not None:
            self.partly += 1
        if row.container is None:
            self.size += row.traits.size or 0
        else:
            self.members += 1
        for name in {match.list for match in row.matches}:
            self._add_list(name, [match for match in row.matches if match.list == name])

    def _add_list(self, name: str, matches: list[Match]) -> None:
        """Count a file once per list, once per kind and once per class, however many entries it matched."""
        self.listed[name] += 1
        self.algorithms.setdefault(name, Counter()).update({match.algorithm for match in matches})
        labels = {"no class" if match.label is None else f"{match.scheme} {match.label}" for match in matches}
        self.classes.setdefault(name, Counter()).update(labels)

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {
            "outcomes": dict(self.outcomes),
            "reasons": dict(self.reasons),
            "algorithms": {name: dict(counts) for name, counts in self.algorithms.items()},
            "classes": {name: dict(counts) for name, counts in self.classes.items()},
            "listed": dict(self.listed),
            "partly": self.partly,
            "members": self.members,
            "size": self.size,
            "seconds": self.seconds,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Tally:
        """Return the tally as it was when `as_json` wrote it."""
        return cls(
            outcomes=Counter(stored["outcomes"]),
            reasons=Counter(stored["reasons"]),
            algorithms={name: Counter(counts) for name, counts in stored["algorithms"].items()},
            classes={name: Counter(counts) for name, counts in stored["classes"].items()},
            listed=Counter(stored["listed"]),
            partly=stored["partly"],
            members=stored["members"],
            size=stored["size"],
            seconds=stored["seconds"],
        )
