"""The error tree: one root, explained to a person."""

from __future__ import annotations

from shelterwood.errors import ShelterwoodError


def test_an_error_explains_the_fact_and_then_the_remedy() -> None:
    error = ShelterwoodError("The list has no entries.", remedy="Import a list file first.")

    assert error.explain() == "The list has no entries. Import a list file first."
    assert error.exit_code == 2
