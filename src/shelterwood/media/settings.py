"""What a child is told on its command line, by a parent that it trusts."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from shelterwood.media.limits import ArchiveLimits, Limits
from shelterwood.media.syscalls import Role

__all__ = ["ChildSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSettings:
    """The role, the two inherited descriptors, the sizes of the block, the limits."""

    limits: Limits | ArchiveLimits
    parent: int
    socket: int
    block: int
    input_size: int
    output_size: int

    @property
    def role(self) -> Role:
        """What the child is for: each role has its own limits."""
        return Role.PICTURES if isinstance(self.limits, Limits) else Role.ARCHIVES

    def to_argument(self) -> str:
        """Return the settings as one command-line argument."""
        return json.dumps({"role": self.role, **asdict(self)})

    @classmethod
    def from_argument(cls, argument: str) -> ChildSettings:
        """Return the settings from the command-line argument."""
        values = json.loads(argument)
        kind = Limits if values.pop("role") == Role.PICTURES else ArchiveLimits
        return cls(**{**values, "limits": kind(**values["limits"])})
