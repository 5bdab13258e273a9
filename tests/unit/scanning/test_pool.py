"""Many workers, answers in order, nobody waiting for ever."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

import pytest

from shelterwood.scanning.pool import OrderedPool

if TYPE_CHECKING:
    from collections.abc import Iterator


class Tool:
    def __init__(self) -> None:
        self.thread = threading.get_ident()


@contextlib.contextmanager
def open_tool() -> Iterator[Tool]:
    yield Tool()


def test_answers_come_in_the_order_of_the_tasks_however_long_each_takes() -> None:
    def work(_: Tool, task: int) -> int:
        time.sleep(0.02 if task % 5 == 0 else 0)
        return task

    answers = list(OrderedPool(workers=4, open_tool=open_tool, work=work, ahead=3).run(range(50)))

    assert answers == list(range(50))


def test_each_tool_is_used_only_by_the_thread_that_opened_it() -> None:
    def work(tool: Tool, _: int) -> bool:
        return tool.thread == threading.get_ident()

    assert all(OrderedPool(workers=3, open_tool=open_tool, work=work).run(range(100)))


def test_tasks_are_taken_no_faster_than_answers_are_used() -> None:
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for task in range(1000):
            taken += 1
            yield task

    answers = OrderedPool(workers=2, open_tool=open_tool, work=lambda _, task: task, ahead=4).run(tasks())
    next(answers)

    assert taken <= 2 * 4 + 2
    answers.close()


def test_an_error_in_the_work_reaches_the_caller() -> None:
    def work(_: Tool, task: int) -> int:
        return 1 // (task - 3)

    with pytest.raises(ZeroDivisionError):
        list(OrderedPool(workers=2, open_tool=open_tool, work=work).run(range(10)))


def test_a_tool_that_cannot_be_opened_is_an_error_and_not_a_wait() -> None:
    def refuse() -> contextlib.AbstractContextManager[Tool]:
        message = "no child"
        raise OSError(message)

    with pytest.raises(OSError, match="no child"):
        list(OrderedPool(workers=2, open_tool=refuse, work=lambda _, task: task).run(range(10)))


def test_tools_are_closed_when_the_caller_stops_early() -> None:
    closed = threading.Event()

    @contextlib.contextmanager
    def closing() -> Iterator[Tool]:
        try:
            yield Tool()
        finally:
            closed.set()

    answers = OrderedPool(workers=1, open_tool=closing, work=lambda _, task: task).run(range(10))
    next(answers)
    answers.close()

    assert closed.is_set()
