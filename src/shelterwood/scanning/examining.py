"""From bytes to fingerprints: the one place where `media` and `fingerprints` meet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shelterwood.fingerprints import pdq
from shelterwood.media import NotReadable, Reason
from shelterwood.scanning.outcomes import WhyNot
from shelterwood.scanning.rows import FramePrint, Traits

if TYPE_CHECKING:
    from collections.abc import Callable

    from shelterwood.fingerprints.digests import Digests
    from shelterwood.fingerprints.pdq import Pdq
    from shelterwood.media import Decoder, Frame, Mode, Readable

__all__ = ["Examined", "PrintedFrame", "examine", "traits_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedFrame:
    """One frame and its fingerprint, the eight orientations included."""

    index: int
    pdq: Pdq


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What came of decoding: the frames that could be had, and what became of the whole."""

    outcome: Readable | NotReadable
    frames: tuple[PrintedFrame, ...] = ()

    @property
    def missed(self) -> tuple[str, str] | None:
        """Why PDQ does not cover this file (reason, detail), or None where it does.

        Frames of too little detail (a blank one in an animation) take nothing away as long as another was looked up.
        """
        if isinstance(self.outcome, NotReadable):
            return _why(self.outcome)
        if self.outcome.truncated:
            of = f" of {self.outcome.frames_in_file}" if self.outcome.frames_in_file else ""
            return WhyNot.TOO_MANY_FRAMES, f"the first {len(self.frames)}{of} frames were checked"
        if not any(frame.pdq.is_detailed for frame in self.frames):
            best = max((frame.pdq.quality for frame in self.frames), default=0)
            return WhyNot.TOO_LITTLE_DETAIL, f"quality {best}, at least {pdq.MIN_QUALITY} is needed"
        return None


def _why(outcome: NotReadable) -> tuple[str, str]:
    """Return (reason, detail). What is no picture at all is most of an ordinary folder, so it is counted on its own."""
    if outcome.reason is Reason.UNKNOWN_FORMAT:
        return WhyNot.NOT_A_PICTURE, ""
    return outcome.reason, outcome.detail


def examine(decoder: Decoder, data: bytes, *, mode: Mode) -> Examined:
    """Decode the bytes in the decoder's child and compute the PDQ of every frame as it comes."""
    frames: list[PrintedFrame] = []
    outcome = decoder.decode(data, mode=mode, on_frame=_collect_into(frames, mode))
    return Examined(outcome=outcome, frames=tuple(frames))


def _collect_into(frames: list[PrintedFrame], mode: Mode) -> Callable[[Frame], None]:
    compute_mode = pdq.Mode(mode.value)

    def collect(frame: Frame) -> None:
        frames.append(PrintedFrame(index=frame.index, pdq=pdq.compute(frame.pixels, mode=compute_mode)))

    return collect


def traits_of(digests: Digests, examined: Examined | None, *, archive: str | None = None) -> Traits:
    """Return what a row says about the bytes themselves; `archive` is the format of an archive."""
    traits = Traits(size=digests.size, md5=digests.md5, sha1=digests.sha1, sha256=digests.sha256, format=archive)
    if examined is None:
        return traits
    prints = tuple(FramePrint(index=f.index, pdq=f.pdq.hex, quality=f.pdq.quality) for f in examined.frames)
    known = examined.outcome
    if isinstance(known, NotReadable):
        return replace(traits, frames=prints)
    return replace(traits, format=known.format, width=known.width, height=known.height, frames=prints)
