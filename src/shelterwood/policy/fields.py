"""Strict reading of policy data: unknown fields are refused, so that a typo cannot widen a permission."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from shelterwood.errors import ShelterwoodError
from shelterwood.policy.instants import parse_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Fields", "PolicyDataNotValid"]

_LONGEST_TEXT = 2000
_LARGEST_NUMBER = 2**53 - 1

Choice = TypeVar("Choice", bound=StrEnum)


class PolicyDataNotValid(ShelterwoodError):
    """A profile, a token's claims or the table of legal references is not of the form this version reads."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(
            f"{where}: {problem}.", remedy="Correct the file, or use the version of Shelterwood that it is written for."
        )


class Fields:
    """A JSON object that is emptied field by field; `end()` refuses what nobody asked for."""

    def __init__(self, data: object, *, where: str) -> None:
        if not isinstance(data, dict):
            raise PolicyDataNotValid(where, "an object is expected")
        self._rest: dict[str, Any] = dict(data)
        self._where = where

    def wrong(self, problem: str) -> PolicyDataNotValid:
        """Return the error that names this object and `problem`."""
        return PolicyDataNotValid(self._where, problem)

    def end(self) -> None:
        """Refuse the fields that were not read."""
        if self._rest:
            raise self.wrong(f"unknown field {', '.join(sorted(self._rest))}")

    def has(self, name: str) -> bool:
        """Tell whether a field is there at all."""
        return name in self._rest

    def _take(self, name: str) -> object:
        if name not in self._rest:
            raise self.wrong(f"{name} is missing")
        return self._rest.pop(name)

    def text(self, name: str) -> str:
        """Read a non-empty text of printable characters."""
        value = self._take(name)
        if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > _LONGEST_TEXT:
            raise self.wrong(f"{name} must be a text of 1 to {_LONGEST_TEXT} printable characters")
        return value

    def optional_text(self, name: str) -> str | None:
        """Read a text or null (null says: unknown, or none)."""
        return None if self.null(name) else self.text(name)

    def null(self, name: str) -> bool:
        """Take a field if it is null, and tell so; a field that is something else stays."""
        if name in self._rest and self._rest[name] is None:
            del self._rest[name]
            return True
        return False

    def texts(self, name: str) -> tuple[str, ...]:
        """Read a list of texts without repeats."""
        inner = [Fields({name: value}, where=self._where).text(name) for value in self._list(name)]
        if len(set(inner)) != len(inner):
            raise self.wrong(f"{name} says something twice")
        return tuple(inner)

    def _list(self, name: str) -> list[object]:
        value = self._take(name)
        if not isinstance(value, list):
            raise self.wrong(f"{name} must be a list")
        return value

    def integer(self, name: str, *, least: int = 0) -> int:
        """Read a whole number of at least `least`."""
        value = self._take(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _LARGEST_NUMBER:
            raise self.wrong(f"{name} must be a whole number of at least {least}")
        return value

    def flag(self, name: str) -> bool:
        """Read true or false."""
        value = self._take(name)
        if not isinstance(value, bool):
            raise self.wrong(f"{name} must be true or false")
        return value

    def instant(self, name: str) -> dt.datetime:
        """Read an instant with its offset, as UTC."""
        try:
            return parse_instant(self.text(name))
        except ValueError as error:
            raise self.wrong(f"{name}: {error}") from error

    def optional_instant(self, name: str) -> dt.datetime | None:
        """Read an instant or null (null says: open)."""
        return None if self.null(name) else self.instant(name)

    def optional_date(self, name: str) -> dt.date | None:
        """Read a date such as 2022-06-01, or null (null says: open)."""
        if self.null(name):
            return None
        try:
            return dt.datetime.strptime(self.text(name), "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
        except ValueError as error:
            raise self.wrong(f"{name} must be a date such as 2022-06-01") from error

    def choice(self, name: str, among: type[Choice]) -> Choice:
        """Read one word of a closed list."""
        word = self.text(name)
        try:
            return among(word)
        except ValueError as error:
            raise self.wrong(f"{name}: {word} is none of {', '.join(among)}") from error

    def choices(self, name: str, among: type[Choice]) -> frozenset[Choice]:
        """Read a list of words of a closed list, without repeats."""
        return frozenset(Fields({name: word}, where=self._where).choice(name, among) for word in self.texts(name))

    def record(self, name: str) -> Fields:
        """Read an object inside this one."""
        return Fields(self._take(name), where=f"{self._where}, {name}")

    def records(self, name: str) -> Iterator[Fields]:
        """Read a list of objects."""
        for number, value in enumerate(self._list(name), start=1):
            yield Fields(value, where=f"{self._where}, {name} {number}")
