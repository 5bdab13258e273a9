"""How much one input may cost: every door has a limit for size, time, depth and count (SAFEGUARDS, "Bad input")."""

from __future__ import annotations

from dataclasses import dataclass, fields

from shelterwood.errors import ShelterwoodError

__all__ = ["ArchiveLimits", "LimitNotPositive", "Limits"]

MIB = 1 << 20


class LimitNotPositive(ShelterwoodError):
    """A limit of zero or less would refuse everything without saying so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What decoding one picture may cost; the defaults suit a machine with 2 GiB to spare per decoder.

    128 Mi pixels lets the largest pictures of today's medium-format cameras (102 million) through.
    """

    bytes: int = 256 * MIB
    """Size of the input."""
    pixels: int = 128 * MIB
    """Width times height of one frame, read from the header before anything is decoded."""
    total_pixels: int = 1024 * MIB
    """Pixels over all frames; the frames after it are left out and the picture is reported as truncated."""
    frames: int = 256
    """Frames of an animation or pages of a TIFF; likewise."""
    seconds: float = 30.0
    """Time that the child may take for one input."""
    memory: int = 2048 * MIB
    """Address space the child may use beyond what it holds when idle."""
    inputs_per_child: int = 4096
    """After so many inputs the child is replaced, so that nothing slow can build up in it."""

    def __post_init__(self) -> None:
        _refuse_not_positive(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """What walking one archive, with all archives inside it, may cost."""

    depth: int = 4
    """Archives within archives; the outermost is 1."""
    members: int = 100_000
    """Members over all depths."""
    member_bytes: int = 256 * MIB
    """Unpacked size of one member."""
    total_bytes: int = 16 * 1024 * MIB
    """Unpacked bytes over all members."""
    ratio: int = 1000
    """Unpacked to packed size, above `ratio_floor`; deflate cannot reach 1032, a photo hardly 1.1."""
    ratio_floor: int = 16 * MIB
    """Members smaller than this are never a bomb."""
    seconds: float = 60.0
    """Time between two members."""
    memory: int = 1024 * MIB
    """Address space the child may use beyond what it holds when idle."""
    inputs_per_child: int = 256
    """After so many archives the child is replaced."""

    def __post_init__(self) -> None:
        _refuse_not_positive(self)


def _refuse_not_positive(limits: Limits | ArchiveLimits) -> None:
    for field in fields(limits):
        if getattr(limits, field.name) <= 0:
            raise LimitNotPositive(
                f"The limit '{field.name}' is {getattr(limits, field.name)}; a limit must be above zero.",
                remedy="Leave it out to get the default.",
            )
