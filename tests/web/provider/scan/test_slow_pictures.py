"""A picture that takes long to open holds up its own answer and nobody else's."""

from __future__ import annotations

import os
import signal
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from served import served
from uploads import jpeg, picture

if TYPE_CHECKING:
    from served import Served

pytestmark = [pytest.mark.slow]


def decoders(service: Served) -> set[int]:
    """Return the children in which pictures are opened, of all workers."""
    found, left = set(), [service.process.pid]
    while left:
        pid = left.pop()
        if b"media.child" in Path(f"/proc/{pid}/cmdline").read_bytes():
            found.add(pid)
        for task in Path(f"/proc/{pid}/task").iterdir():
            left += [int(each) for each in (task / "children").read_text().split()]
    return found


def test_a_picture_that_does_not_open_holds_up_no_other(tmp_path: Path) -> None:
    with served(tmp_path) as service, ThreadPoolExecutor(2) as senders:
        assert service.send(jpeg(picture(2))).data["outcome"] == "no_match"
        (only,) = decoders(service)  # the second begins when it is needed
        os.kill(only, signal.SIGSTOP)
        sent = [senders.submit(service.send, jpeg(picture(number))) for number in (1, 1)]
        answered, held = wait(sent, timeout=30, return_when=FIRST_COMPLETED)
        assert len(decoders(service)) == 2
        os.kill(only, signal.SIGCONT)

        assert (len(answered), len(held)) == (1, 1)
        assert [each.result().data["outcome"] for each in sent] == ["match", "match"]
