"""What may stand in a job: ids, codes, numbers. Rows are kept for weeks and read by whoever runs the house."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PayloadNotPlain", "Plain", "plain"]

Plain = str | int | bool | None | list["Plain"] | dict[str, "Plain"]

_CODE = re.compile(r"[A-Za-z0-9_.:+-]{0,200}")  # no blank, no @, no slash: no name, no address, no path


class PayloadNotPlain(ShelterwoodError):
    """Something was to be kept in a job that is no id, code, number or moment."""


def plain(values: Mapping[str, object]) -> dict[str, Plain]:
    """Return `values` as JSON keeps them; raise PayloadNotPlain."""
    return {_code(name): _plain(value) for name, value in values.items()}


def _plain(value: object) -> Plain:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return plain(value)
    return _code(value)


def _code(value: object) -> str:
    if isinstance(value, str) and _CODE.fullmatch(value):
        return value
    raise PayloadNotPlain(
        f"A job may not hold a value of this kind ({type(value).__name__}).",
        remedy="Keep it in a table of your own, and put its id into the job.",
    )
