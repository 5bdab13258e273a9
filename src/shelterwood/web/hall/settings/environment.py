"""Read the environment once, typed, and refuse loudly: a service with half its wishes is worse than none."""

from __future__ import annotations

import secrets as randomness
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.settings.known import KNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Environment", "SettingNotUnderstood", "made_once"]

_PREFIX = "SHELTERWOOD_"
_BY_NAME = {setting.name: setting for setting in KNOWN}


class SettingNotUnderstood(ShelterwoodError):
    """An environment variable has a value, or a name, that cannot be meant."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Typed reading of `variables`; every name asked for must stand in the table `known.KNOWN`."""

    variables: Mapping[str, str]

    def refuse_unknown(self) -> None:
        """Raise SettingNotUnderstood if a SHELTERWOOD_ variable is set that nobody reads."""
        allowed = set(_BY_NAME) | {f"{s.name}_FILE" for s in KNOWN if s.secret}
        for name in sorted(self.variables):
            if name.startswith(_PREFIX) and name not in allowed:
                raise SettingNotUnderstood(
                    f"The environment variable {name} is set, but there is no such setting.",
                    remedy="docs/reference/settings.md lists them all; unset it or correct its name.",
                )

    def text(self, name: str) -> str | None:
        """Return the value without surrounding blanks, or None if it is absent or empty."""
        assert name in _BY_NAME, f"{name} is read but not in known.py"  # noqa: S101 - a fact about the program
        return self.variables.get(name, "").strip() or None

    def path(self, name: str) -> Path | None:
        """Return the value as a path, `~` replaced, or None if it is absent."""
        value = self.text(name)
        return Path(value).expanduser() if value else None

    def flag(self, name: str) -> bool:
        """Return whether the value is yes; absent is no; anything else is refused."""
        value = (self.text(name) or "no").lower()
        if value in {"yes", "no"}:
            return value == "yes"
        raise SettingNotUnderstood(f"{name} is '{value}'.", remedy="Say yes or no.")

    def number(self, name: str, *, least: int, most: int) -> int:
        """Return a whole number between `least` and `most`; absent means the table's default."""
        value = self.text(name) or _BY_NAME[name].default
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            raise SettingNotUnderstood(f"{name} is '{value}'.", remedy=f"Give a number from {least} to {most}.")
        return int(value)

    def secret(self, name: str) -> str | None:
        """Return a secret from NAME, or from the file that NAME_FILE names; both at once are refused."""
        assert _BY_NAME[name].secret, f"{name} is not declared as a secret"  # noqa: S101 - a fact about the program
        plain, file = self.text(name), self.variables.get(f"{name}_FILE", "").strip()
        if plain and file:
            raise SettingNotUnderstood(f"{name} and {name}_FILE are both set.", remedy="Unset one of them.")
        return _content(Path(file), name=f"{name}_FILE") if file else plain

    def secret_or_made(self, name: str, *, directory: Path) -> str:
        """Return a secret as `secret` does; if nobody gave one, the one made here at the first start."""
        return self.secret(name) or made_once(directory / name.removeprefix(_PREFIX).lower())


def _content(path: Path, *, name: str) -> str:
    try:
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingNotUnderstood(f"{name} names '{path}', which cannot be read.", remedy=f"{error}.") from error
    if not value:
        raise SettingNotUnderstood(f"{name} names '{path}', which is empty.", remedy="Put the secret into it.")
    return value


def made_once(path: Path, *, make: Callable[[], str] = lambda: randomness.token_urlsafe(48)) -> str:
    """Return the secret in `path`, made at the first call and 0600.

    Of two processes that start together one links its file, the other reads that one.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{randomness.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(make(), encoding="utf-8")
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return _content(path, name="the data directory")
