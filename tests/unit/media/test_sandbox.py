"""The lock: in a forked process of its own, what is forbidden must fail, and what decoding needs must go on."""

from __future__ import annotations

import ctypes
import errno
import faulthandler
import mmap
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyseccomp  # here, once: it looks for its library by running a program, too slow for every fork
import pytest

from shelterwood.media import Decoder, Limits, Sandbox, SandboxRefused, sandbox, sandbox_report
from shelterwood.media.sandbox import Protection, Role, lock, report_on

if TYPE_CHECKING:
    from collections.abc import Callable

LIBC = ctypes.CDLL(None, use_errno=True)
MEMORY = 256 << 20
HOME = Path("/")
OWN_NETWORK = Path("/proc/self/ns/net")

WORKED, REFUSED, BROKEN = 10, 11, 12


def fate_of(attempt: Callable[[], object], *, role: Role = Role.PICTURES, filtered: bool = True) -> int:
    """Fork, lock, attempt; return WORKED, REFUSED (an error of the system), or minus the signal that ended it."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        signal.alarm(20)
        faulthandler.disable()  # pytest's own
        try:
            if not filtered:
                sandbox._filter_calls = lambda *_: False  # type: ignore[assignment] # seccomp refused, in this fork only
            lock(memory=MEMORY, role=role)
            attempt()
            os._exit(WORKED)
        except (OSError, MemoryError):
            os._exit(REFUSED)
        except BaseException:  # noqa: BLE001 - nothing may escape into the test run
            os._exit(BROKEN)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def _call(name: str, *arguments: object) -> None:
    if getattr(LIBC, name)(*arguments) == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


EMPTY_ARGUMENTS = (ctypes.c_char_p * 1)(None)
ATTEMPTS: dict[str, Callable[[], object]] = {
    "open a file": lambda: os.open("/etc/hostname", os.O_RDONLY),
    "make a file": lambda: os.open(__file__ + ".escape", os.O_WRONLY | os.O_CREAT),
    "list a folder": lambda: list(HOME.iterdir()),
    "look at a file": HOME.stat,
    "delete a file": lambda: Path(__file__ + ".escape").unlink(missing_ok=True),
    "open a socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "open a local socket": socket.socketpair,
    "fork": os.fork,
    "run a program": lambda: _call("execve", b"/bin/true", EMPTY_ARGUMENTS, EMPTY_ARGUMENTS),
    "trace a process": lambda: _call("ptrace", 16, os.getppid(), 0, 0),
    "kill the parent": lambda: os.kill(os.getppid(), signal.SIGUSR1),
    "read the parent's memory": lambda: _call("process_vm_readv", os.getppid(), None, 0, None, 0, 0),
    "map code": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC),
    "write to a descriptor": lambda: os.write(1, b"x"),
    "read from a descriptor": lambda: os.read(0, 1),
    "make a pipe": os.pipe,
    "make a memory file": lambda: os.memfd_create("escape"),
    "enter a namespace": lambda: _call("unshare", 0x40000000),
    "mount": lambda: _call("mount", b"none", b"/mnt", b"tmpfs", 0, None),
    "set a clock limit of another process": lambda: _call("prlimit", os.getppid(), 0, None, None),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_locked_process_cannot(attempt: str, role: Role) -> None:
    assert fate_of(ATTEMPTS[attempt], role=role) in {REFUSED, -signal.SIGSYS}


def test_a_locked_process_can_still_compute() -> None:
    assert fate_of(lambda: sorted(bytes(range(256)) * 1000)) == WORKED


def test_a_locked_process_can_still_talk_over_a_socket_it_holds() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        assert fate_of(lambda: theirs.send(b"word")) == WORKED
        assert ours.recv(10) == b"word"


def test_memory_beyond_the_limit_is_refused() -> None:
    assert fate_of(lambda: bytearray(MEMORY // 2)) == WORKED
    assert fate_of(lambda: bytearray(MEMORY * 2)) == REFUSED


def test_abort_ends_the_process_as_abort_and_not_as_an_escape() -> None:
    assert fate_of(os.abort) == -signal.SIGABRT


def test_only_a_child_for_archives_reads_a_descriptor_and_only_by_position() -> None:
    with open(__file__, "rb") as file:  # noqa: PTH123 - the descriptor is the point
        assert fate_of(lambda: os.pread(file.fileno(), 10, 0), role=Role.ARCHIVES) == WORKED
        assert fate_of(lambda: os.read(file.fileno(), 10), role=Role.ARCHIVES) == REFUSED
        assert fate_of(lambda: os.pread(file.fileno(), 10, 0), role=Role.PICTURES) == -signal.SIGSYS


WITHOUT_FILTER = ["open a file", "list a folder", "open a socket", "make a pipe", "make a memory file"]


@pytest.mark.parametrize("attempt", WITHOUT_FILTER)
def test_where_seccomp_is_refused_no_descriptor_can_be_opened(attempt: str) -> None:
    assert fate_of(ATTEMPTS[attempt], filtered=False) == REFUSED


def test_where_seccomp_is_refused_the_network_is_empty() -> None:
    before = str(OWN_NETWORK.readlink())
    reader, writer = os.pipe()

    def tell() -> None:
        # No descriptor can be opened any more, but a link can be read.
        os.write(writer, bytes(OWN_NETWORK.readlink()))

    fate = fate_of(tell, filtered=False)
    os.close(writer)
    told = os.read(reader, 100).decode()
    os.close(reader)

    assert fate == WORKED
    assert told.startswith("net:")
    assert told != before


def test_the_library_for_call_filters_is_there() -> None:
    assert callable(pyseccomp.SyscallFilter)


def test_this_machine_locks_the_child() -> None:
    report = sandbox_report()

    assert report.sufficient, report.missing
    assert all(sentence.endswith(".") for sentence in report.active + report.missing)


def test_what_is_enough() -> None:
    base = frozenset({Protection.NO_NEW_PRIVILEGES, Protection.LIMITS, Protection.NOT_DUMPABLE})

    assert report_on(base | {Protection.CALL_FILTER}).sufficient
    assert report_on(base | {Protection.EMPTY_NETWORK}).sufficient
    assert not report_on(base).sufficient
    assert not report_on(frozenset({Protection.CALL_FILTER})).sufficient
    assert report_on(base | {Protection.CALL_FILTER}).missing == ()


def test_a_machine_that_cannot_lock_is_refused_unless_that_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shelterwood.media.process.Child._wait_until_ready", lambda _: frozenset())
    small = Limits(bytes=4096, pixels=4096)

    with pytest.raises(SandboxRefused, match="does not let the process") as refused:
        Decoder(small).__enter__()
    with Decoder(small, Sandbox.ALLOW_UNSANDBOXED):
        pass

    assert "--allow-unsandboxed" in refused.value.remedy
    assert "libseccomp2" in str(refused.value) + refused.value.remedy


def test_errors_of_the_system_are_told_by_their_number() -> None:
    def probe() -> None:
        try:
            HOME.stat()
        except OSError as error:
            if error.errno != errno.EPERM:
                raise AssertionError(error) from error
            raise

    assert fate_of(probe) == REFUSED
