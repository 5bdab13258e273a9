"""Fixtures for lists: a moment, and files and folders made from a few lines."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def list_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a list file from text or bytes and return its path."""

    def write(content: str | bytes, name: str = "list-file") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
