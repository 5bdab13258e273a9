"""Where an installation keeps its things, and that a directory made for one role is never opened by another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shelterwood.errors import ShelterwoodError

__all__ = ["DataNotUsable", "Places", "default_data"]


class DataNotUsable(ShelterwoodError):
    """The data directory cannot be written, or belongs to another role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The data directory of one installation. What is in it is private to the user who runs the service."""

    root: Path

    @property
    def database(self) -> Path:
        """The SQLite file, where SQLite is used."""
        return self.root / "shelterwood.sqlite3"

    @property
    def secrets(self) -> Path:
        """Secrets made at the first start, one file each, 0600."""
        return self.root / "secrets"

    @property
    def static(self) -> Path:
        """Style sheets and scripts, collected at start under names that carry their digest."""
        return self.root / "static"

    @classmethod
    def claim(cls, root: Path, *, role: str) -> Places:
        """Make `root` (0700) if it is absent, and mark it as this role's; raise DataNotUsable if it is another's."""
        mark = root / "role"
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not mark.exists():
                mark.write_text(f"{role}\n", encoding="utf-8")
            owner = mark.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise DataNotUsable(
                f"The data directory '{root}' cannot be used: {error.strerror}.",
                remedy="Give another with --data, or correct its owner and mode.",
            ) from error
        if owner != role:
            raise DataNotUsable(
                f"The data directory '{root}' belongs to the role '{owner}', not to '{role}'.",
                remedy="Each role has its own data; give another directory with --data.",
            )
        return cls(root=root)


def default_data(role: str) -> Path:
    """Return the directory used when neither --data nor SHELTERWOOD_DATA names one."""
    return Path.home() / ".local" / "share" / "shelterwood" / role
