"""The end of a scan in words: how many files, what was found, what was not scanned and why, what the lists can do.

It names lists, classes and counts; no file that matched and no entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.scanning.names import on_one_line
from shelterwood.scanning.outcomes import Outcome, reason_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shelterwood.scanning.tally import Tally

__all__ = ["ListAtWork", "in_words", "size_in_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAtWork:
    """A list as a scan used it: which version, and in sentences what of it can be matched here, and how."""

    name: str
    version: int
    digest: str
    sentences: tuple[str, ...]


def in_words(tally: Tally, lists: Sequence[ListAtWork], *, notes: Sequence[str] = ()) -> str:
    """Return the summary as lines of text; `notes` are sentences about the run itself (a list replaced meanwhile)."""
    lines = [_headline(tally), *_outcomes(tally), *_found(tally), "Lists:"]
    for used in lists:
        lines.append(f"  {on_one_line(used.name)} version {used.version}, digest {used.digest[:12]}")
        lines += [f"    {sentence}" for sentence in used.sentences]
    return "\n".join([*lines, *(f"Note: {note}" for note in notes)]) + "\n"


def _headline(tally: Tally) -> str:
    inside = f", {tally.members:,} of them inside archives" if tally.members else ""
    rate = f", {tally.files / tally.seconds:,.0f} files a second" if tally.seconds > 0 else ""
    files = "1 file" if tally.files == 1 else f"{tally.files:,} files"
    return f"{files}{inside}; {size_in_words(tally.size)} read in {tally.seconds:,.1f} s{rate}."


def _outcomes(tally: Tally) -> list[str]:
    counts = [
        ("match", tally.outcomes[Outcome.MATCH]),
        ("no match", tally.outcomes[Outcome.NO_MATCH]),
        ("not scanned", tally.outcomes[Outcome.NOT_SCANNED]),
    ]
    lines = [f"{count:>12,}  {name}" for name, count in counts]
    lines += [f"{count:>12,}    {reason_in_words(reason)}" for reason, count in tally.reasons.most_common()]
    if tally.partly:
        lines.insert(1, f"{tally.partly:>12,}    of these could be checked only in part")
    return lines


def _found(tally: Tally) -> list[str]:
    lines = ["Files found, by list, kind and class:"] if tally.listed else []
    for name, files in tally.listed.most_common():
        lines.append(f"{files:>12,}  {on_one_line(name)}")
        counts = [*tally.algorithms[name].most_common(), *tally.classes[name].most_common()]
        lines += [f"{count:>12,}    {on_one_line(what)}" for what, count in counts]
    return lines


def size_in_words(size: int) -> str:
    """Return a number of bytes in decimal units, as disks are sold: 1.9 GB."""
    value = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
