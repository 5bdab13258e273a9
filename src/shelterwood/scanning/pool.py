"""Work on many files at once, answers in the order of the walk, memory bounded.

One thread a core, each with what it opened for itself (a decoding child); the interpreter lock is free while a child
decodes and while native code computes. The order costs little and buys much: two runs over the same files give the
same bytes, and an interrupted run needs to remember one position only.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from contextlib import AbstractContextManager

__all__ = ["OrderedPool"]

Task = TypeVar("Task")
Answer = TypeVar("Answer")
Tool = TypeVar("Tool")


class OrderedPool(Generic[Tool, Task, Answer]):
    """Worker threads that each hold one tool, opened and closed in that thread.

    `ahead` is how many tasks per worker may be under way or waiting for their turn to be written; a task here is a
    path, not its bytes, so that a long one at the head does not hold the others up.
    """

    def __init__(
        self,
        *,
        workers: int,
        open_tool: Callable[[], AbstractContextManager[Tool]],
        work: Callable[[Tool, Task], Answer],
        ahead: int = 64,
    ) -> None:
        self._open_tool = open_tool
        self._work = work
        self._window = workers * ahead
        self._tasks: queue.SimpleQueue[tuple[Future[Answer], Task] | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._serve, name=f"scan-{n}", daemon=True) for n in range(workers)]

    def run(self, tasks: Iterable[Task]) -> Generator[Answer, None, None]:
        """Yield the answer to each task, in the order of the tasks. An exception of `work` is raised here.

        Close the generator when leaving early: that ends the threads, after the file each is at.
        """
        for thread in self._threads:
            thread.start()
        try:
            yield from self._in_order(tasks)
        finally:
            self._stop()

    def _in_order(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        waiting: deque[Future[Answer]] = deque()
        for task in tasks:
            if len(waiting) >= self._window:
                yield waiting.popleft().result()
            while waiting and waiting[0].done():
                yield waiting.popleft().result()
            future: Future[Answer] = Future()
            waiting.append(future)
            self._tasks.put((future, task))
        while waiting:
            yield waiting.popleft().result()

    def _stop(self) -> None:
        self._stopped.set()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        try:
            with self._open_tool() as tool:
                self._serve_with(tool)
        except BaseException as error:  # noqa: BLE001 - handed to the caller, who raises it
            self._refuse(error)

    def _serve_with(self, tool: Tool) -> None:
        while (job := self._tasks.get()) is not None:
            future, task = job
            if self._stopped.is_set():
                continue
            try:
                future.set_result(self._work(tool, task))
            except BaseException as error:  # noqa: BLE001 - handed to the caller, who raises it
                future.set_exception(error)

    def _refuse(self, error: BaseException) -> None:
        """Answer every further task with what kept this worker from starting, so that nobody waits for ever."""
        while (job := self._tasks.get()) is not None:
            job[0].set_exception(error)
