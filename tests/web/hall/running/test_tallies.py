"""Counts under names that come up after the fork: every process in its row, taken once, whoever dies."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from shelterwood.web.hall.running import counters, tallies
from shelterwood.web.hall.running.shared import Table

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


@pytest.fixture(autouse=True)
def _fresh_tallies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_marks", "_counted", "_written"):
        monkeypatch.setattr(tallies, name, Table(rows=129, columns=128))
    monkeypatch.setattr(tallies, "_places", {})


def in_child(call: Callable[[], object], *, row: int) -> None:
    pid = os.fork()
    if pid == 0:
        counters.use_row(row)
        call()
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)


def test_what_dead_workers_tallied_under_new_names_is_taken_once() -> None:
    for _ in range(2):  # the second goes on in the row of the first
        in_child(lambda: tallies.tally("token-1 cups", 5), row=3)
    in_child(lambda: tallies.tally("token-2 cups"), row=4)
    tallies.tally("token-1 cups", 2)

    with tallies.taken() as found:
        assert found == {tallies.mark_of("token-1 cups"): 12, tallies.mark_of("token-2 cups"): 1}
    with tallies.taken() as nothing:
        assert nothing == {}


def test_what_could_not_be_written_is_given_back() -> None:
    tallies.tally("token-1 cups")

    with pytest.raises(RuntimeError), tallies.taken():
        raise RuntimeError("the database is locked")

    with tallies.taken() as found:
        assert list(found.values()) == [1]


def test_a_row_that_is_full_counts_the_names_it_has_and_no_other() -> None:
    assert all(tallies.tally(f"name {number}") for number in range(128))

    assert not tallies.tally("one more")
    assert tallies.tally("name 7")
    with tallies.taken() as found:
        assert (len(found), found[tallies.mark_of("name 7")]) == (128, 2)
