"""The life of a child: a hang, a crash, a limit or an interrupt costs one input, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from media_samples import SMALL, Kept, animation, refused, saved, scene
from PIL import Image

from shelterwood.media import (
    Decoder,
    Limits,
    MediaBusy,
    MediaNotOpen,
    Mode,
    NotReadable,
    Readable,
    Reason,
    decode_in_process,
)
from shelterwood.media.process import Child

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shelterwood.media import Frame
    from shelterwood.media.wire import Request


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder(SMALL) as opened:
        yield opened


@pytest.mark.slow
def test_a_hang_is_one_refusal_and_the_next_picture_is_read() -> None:
    with Decoder(Limits(bytes=32 << 20, pixels=8 << 20, seconds=2)) as decoder:
        os.kill(child_of(decoder), signal.SIGSTOP)
        outcome = decoder.decode(saved(scene(8, 8), "BMP"), mode=Mode.STRICT, on_frame=Kept())
        following = decoder.decode(saved(scene(8, 8), "BMP"), mode=Mode.STRICT, on_frame=Kept())

    assert isinstance(outcome, NotReadable)
    assert outcome.reason is Reason.TOO_SLOW
    assert isinstance(following, Readable)


@pytest.mark.slow
def test_too_little_memory_is_one_refusal() -> None:
    large = saved(Image.new("RGBA", (4000, 4000), (1, 2, 3, 4)), "PNG")

    with Decoder(Limits(bytes=8 << 20, pixels=16_000_000, memory=48 << 20)) as decoder:
        assert refused(decoder, large).reason is Reason.TOO_MUCH_MEMORY


def test_a_child_killed_while_decoding_is_one_refusal(decoder: Decoder) -> None:
    def kill(_: Frame) -> None:
        os.kill(child_of(decoder), signal.SIGKILL)

    outcome = decoder.decode(animation("GIF", 3), mode=Mode.FAST, on_frame=kill)
    following = decoder.decode(animation("GIF", 3), mode=Mode.FAST, on_frame=Kept())

    assert outcome == NotReadable(reason=Reason.CRASHED, detail="the child was ended by SIGKILL", frames=1)
    assert isinstance(following, Readable)


def test_a_child_that_died_while_idle_is_replaced_unseen(decoder: Decoder) -> None:
    before = child_of(decoder)
    os.kill(before, signal.SIGKILL)

    outcome = decoder.decode(saved(scene(), "PNG"), mode=Mode.FAST, on_frame=Kept())

    assert isinstance(outcome, Readable)
    assert child_of(decoder) != before


@pytest.mark.slow
def test_an_input_that_always_gets_its_child_killed_is_tried_twice_and_no_more(
    decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []
    send = Child.send

    def send_and_kill(child: Child, request: Request) -> None:
        os.kill(child.pid, signal.SIGSTOP)  # or it might answer first
        send(child, request)
        tries.append(child.pid)
        os.kill(child.pid, signal.SIGKILL)

    monkeypatch.setattr(Child, "send", send_and_kill)
    outcome = decoder.decode(saved(Image.effect_noise((1500, 1500), 90), "PNG"), mode=Mode.STRICT, on_frame=Kept())

    assert isinstance(outcome, NotReadable)
    assert outcome.reason is Reason.CRASHED
    assert len(tries) == 2


@pytest.mark.slow
def test_a_child_is_replaced_after_its_number_of_inputs() -> None:
    with Decoder(Limits(bytes=1 << 20, pixels=1 << 20, inputs_per_child=2)) as decoder:
        seen = []
        for _ in range(4):
            decoder.decode(saved(scene(), "PNG"), mode=Mode.FAST, on_frame=Kept())
            seen.append(child_of(decoder))

    assert seen[0] == seen[1] != seen[2] == seen[3]


def test_an_interrupt_inside_on_frame_leaves_no_child_behind(decoder: Decoder) -> None:
    before = child_of(decoder)

    def interrupt(_: Frame) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        decoder.decode(animation("GIF", 3), mode=Mode.FAST, on_frame=interrupt)

    assert not Path(f"/proc/{before}").exists()
    assert isinstance(decoder.decode(saved(scene(), "PNG"), mode=Mode.FAST, on_frame=Kept()), Readable)


def test_an_error_of_the_receiver_passes_through(decoder: Decoder) -> None:
    def fail(_: Frame) -> None:
        raise ValueError("the receiver's own")

    with pytest.raises(ValueError, match="own"):
        decoder.decode(saved(scene(), "PNG"), mode=Mode.FAST, on_frame=fail)
    with pytest.raises(ValueError, match="own"):
        decode_in_process(saved(scene(), "PNG"), mode=Mode.FAST, limits=SMALL, on_frame=fail)


def test_a_decoder_is_not_called_from_its_own_frame_or_two_threads(decoder: Decoder) -> None:
    raised: list[str] = []

    def again(_: Frame) -> None:
        with pytest.raises(MediaBusy) as busy:
            decoder.decode(saved(scene(), "PNG"), mode=Mode.FAST, on_frame=Kept())
        raised.append(busy.value.explain())

    def frame(first: Frame) -> None:
        again(first)
        thread = threading.Thread(target=again, args=(first,))
        thread.start()
        thread.join()

    decoder.decode(saved(scene(), "PNG"), mode=Mode.FAST, on_frame=frame)

    assert len(raised) == 2


def test_a_closed_decoder_says_so() -> None:
    decoder = Decoder(SMALL)
    with pytest.raises(MediaNotOpen, match="not open"):
        decoder.decode(b"x", mode=Mode.FAST, on_frame=Kept())
    with decoder:
        pass
    with pytest.raises(MediaNotOpen, match="not open"):
        decoder.decode(b"x", mode=Mode.FAST, on_frame=Kept())


@pytest.mark.slow
def test_nothing_is_left_behind() -> None:
    with Decoder(SMALL) as decoder:
        decoder.decode(saved(scene(), "PNG"), mode=Mode.FAST, on_frame=Kept())
    before = open_things()

    with Decoder(SMALL) as decoder:
        child = child_of(decoder)
        os.kill(child, signal.SIGKILL)
        decoder.decode(saved(scene(), "PNG"), mode=Mode.FAST, on_frame=Kept())

    assert open_things() <= before
    assert not Path(f"/proc/{child}").exists()


@pytest.mark.slow
def test_a_child_does_not_outlive_a_parent_that_is_killed() -> None:
    program = """if True:
        import time
        from shelterwood.media import Decoder, Limits
        with Decoder(Limits(bytes=4096, pixels=4096)) as decoder:
            print(decoder._host.child().pid, flush=True)
            time.sleep(60)
    """
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert Path(f"/proc/{child}").exists()

    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert gone(child)


def gone(process: int) -> bool:
    """Wait until the process has ended: its new parent may take a moment to bury it."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in {"Z", "X"}:
            return True
        time.sleep(0.02)
    return False


def open_things() -> set[str]:
    """Return every descriptor with what it leads to, and every mapped piece of shared memory.

    A set: what other tests of this process left to be collected may be closed at any moment.
    """
    links = [each for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    mapped = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    return {f"{each.name} {each.readlink()}" for each in links} | {
        each for each in mapped if "memfd:shelterwood" in each
    }


def child_of(decoder: Decoder) -> int:
    return (decoder._host._child or decoder._host.child()).pid
