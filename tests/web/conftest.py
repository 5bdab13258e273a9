"""What every web test starts from: a database that forgets, and no memory of earlier attempts."""

from __future__ import annotations

import pytest

from shelterwood.web.hall.accounts import throttling
from shelterwood.web.provider.basis import live, sealing


@pytest.fixture(autouse=True)
def _from_nothing(db: None) -> None:  # noqa: ARG001 - asked for, not used
    """Let every web test use the database, each in a transaction that is rolled back."""
    throttling._full.clear()


@pytest.fixture(autouse=True)
def _quick_basis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seal officers' keys with the real algorithm and little memory; forget what another test issued."""
    monkeypatch.setattr(sealing, "MEMORY_KIB", 64)
    monkeypatch.setattr(sealing, "PASSES", 1)
    live.forget()
