"""From bytes to fingerprints: the one place where `media` and `fingerprints` meet.

In fast mode a JPEG is decoded as scaled luma. Where that leaves its fingerprint in doubt (smooth shading: two or three
pictures of a hundred) it is decoded once more, at full size in RGB: docs/decisions/0013-fast-mode-stability.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from shelterwood.fingerprints import pdq
from shelterwood.media import Mode, NotReadable, Reason, ScaledLuma
from shelterwood.scanning.outcomes import WhyNot
from shelterwood.scanning.rows import FramePrint, Traits

if TYPE_CHECKING:
    from collections.abc import Callable

    from shelterwood.fingerprints.digests import Digests
    from shelterwood.fingerprints.pdq import Pdq
    from shelterwood.media import Frame, Readable

__all__ = ["Decodes", "Examined", "PrintedFrame", "examine", "traits_of"]


class Decodes(Protocol):
    """What hands over the frames of a picture: `media.Decoder`, or a stand-in without a child in benchmarks."""

    def decode(
        self, data: bytes | memoryview, *, mode: Mode, on_frame: Callable[[Frame], None]
    ) -> Readable | NotReadable:
        """Hand each frame to `on_frame` and return what became of the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedFrame:
    """One frame and its fingerprint, the eight orientations included; `from_luma` where RGB was not decoded."""

    index: int
    pdq: Pdq
    from_luma: bool = False

    @property
    def is_in_doubt(self) -> bool:
        """Whether full-size RGB may give another fingerprint, and one that is looked up."""
        return self.from_luma and self.pdq.is_detailed and not self.pdq.is_stable


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


def examine(decoder: Decodes, data: bytes | memoryview, *, mode: Mode) -> Examined:
    """Decode the bytes and compute the PDQ of every frame as it comes.

    Where the second decode of a fingerprint in doubt fails, its reason is the outcome: what the first one found is
    still looked up, and the row says that PDQ was not wholly checked.
    """
    examined = _examine_once(decoder, data, mode, pdq.Mode(mode.value))
    if not any(frame.is_in_doubt for frame in examined.frames):
        return examined
    again = _examine_once(decoder, data, Mode.STRICT, pdq.Mode.FAST)
    return again if again.frames else replace(again, frames=examined.frames)


def _examine_once(decoder: Decodes, data: bytes | memoryview, mode: Mode, compute_mode: pdq.Mode) -> Examined:
    frames: list[PrintedFrame] = []

    def collect(frame: Frame) -> None:
        pixels = frame.pixels
        fingerprint = pdq.compute(pixels, mode=compute_mode)
        frames.append(PrintedFrame(index=frame.index, pdq=fingerprint, from_luma=isinstance(pixels, ScaledLuma)))

    outcome = decoder.decode(data, mode=mode, on_frame=collect)
    return Examined(outcome=outcome, frames=tuple(frames))


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
