"""What log lines never hold: Django's request log names the path, and the path of an invitation is its secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logging import LogRecord

__all__ = ["WithoutSecrets", "without_secrets"]

_SECRET = re.compile(r"(/invitation/)[^/\s?]+")


def without_secrets(text: str) -> str:
    """Return `text` with the secret of every invitation link left out."""
    return _SECRET.sub(r"\1...", text)


class WithoutSecrets:
    """A logging filter that lets every line through, without the secrets of links."""

    def filter(self, record: LogRecord) -> bool:
        """Clean the message and its arguments."""
        record.msg = without_secrets(record.msg) if isinstance(record.msg, str) else record.msg
        if isinstance(record.args, tuple):
            record.args = tuple(without_secrets(arg) if isinstance(arg, str) else arg for arg in record.args)
        return True
