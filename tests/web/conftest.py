"""What every web test starts from: a database that forgets, and no memory of earlier attempts."""

from __future__ import annotations

import pytest

from shelterwood.web.hall.accounts import throttling


@pytest.fixture(autouse=True)
def _from_nothing(db: None) -> None:  # noqa: ARG001 - asked for, not used
    """Let every web test use the database, each in a transaction that is rolled back."""
    throttling._full.clear()
