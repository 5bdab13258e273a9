"""What web tests share: a database that forgets, people of every role, and a browser without a screen."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every web test may use the database; each in a transaction that is rolled back."""
