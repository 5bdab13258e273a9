"""The parent's end of a child that opens untrusted bytes: start it, talk to it, end it, tell how it died.

The child is a fresh interpreter (fork and exec), so it inherits no memory, no secrets and no descriptors but two.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError
from shelterwood.media import wire
from shelterwood.media.outcomes import NotReadable, Reason
from shelterwood.media.sandbox import Protection, Sandbox, SandboxRefused, report_on
from shelterwood.media.settings import ChildSettings

if TYPE_CHECKING:
    from shelterwood.media.limits import ArchiveLimits, Limits

__all__ = ["Child", "ChildDidNotStart", "ChildDied", "ChildTooSlow", "death_by", "refuse_unless_locked"]

_START_SECONDS = 60.0

_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    # A locked child may start no threads, and needs none.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # Keep freed memory up to 192 MiB, as much as a camera's picture needs in any format: returning its buffers to the
    # system and asking for them again cost an eighth of a scan.
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(192 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(192 << 20),
}


class ChildDidNotStart(ShelterwoodError):
    """The decoding child ended before it was ready."""


class ChildDied(Exception):
    """The child ended while it had work, or said something that no sound child says."""


class ChildTooSlow(Exception):
    """The child did not answer in time."""


class Child:
    """A running child. Every method may raise ChildDied; after that only `kill` is of use."""

    def __init__(self, limits: Limits | ArchiveLimits, *, block: int, input_size: int, output_size: int) -> None:
        """Start the child and wait until it is locked. `block` is the descriptor of the shared memory."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line = ours
        with theirs:
            settings = ChildSettings(
                limits=limits,
                parent=os.getpid(),
                socket=theirs.fileno(),
                block=block,
                input_size=input_size,
                output_size=output_size,
            )
            self._complaints = os.memfd_create("shelterwood-media-stderr", os.MFD_CLOEXEC)
            self._process = _spawn(settings, self._complaints)
        try:
            self.protections = self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Tell whether the child still runs; one that died while idle is nobody's fault and is replaced."""
        return self._process.poll() is None

    def send(self, request: wire.Request, *, descriptor: int | None = None) -> None:
        """Send a request, with an open descriptor where the role knows one."""
        try:
            if descriptor is None:
                self._line.send(wire.pack(request))
            else:
                socket.send_fds(self._line, [wire.pack(request)], [descriptor])
        except OSError as error:
            raise ChildDied from error

    def receive(self, *, seconds: float) -> wire.Reply:
        """Wait so long for the next reply; raise ChildTooSlow where none comes."""
        if seconds <= 0:
            raise ChildTooSlow
        self._line.settimeout(seconds)
        try:
            message = self._line.recv(wire.MAX_MESSAGE)
        except TimeoutError as error:
            raise ChildTooSlow from error
        except OSError as error:
            raise ChildDied from error
        if not message:
            raise ChildDied
        try:
            return wire.read_reply(message)
        except wire.BadMessage as error:
            raise ChildDied from error

    def kill(self) -> None:
        """End the child now and forget it. May be called twice."""
        self._line.close()
        self._process.kill()
        self._process.wait()
        if self._complaints >= 0:
            os.close(self._complaints)
            self._complaints = -1

    def post_mortem(self) -> NotReadable:
        """Kill the child and say, as an outcome for the input it had, how it ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1.0)  # the socket closes a moment before the process is gone
        code = self._process.poll()
        self.kill()
        if code is None:
            return NotReadable(reason=Reason.CRASHED, detail="the child said something impossible")
        if code >= 0:
            return NotReadable(reason=Reason.CRASHED, detail=f"the child ended with code {code}")
        return death_by(signal.Signals(-code))

    def _wait_until_ready(self) -> frozenset[Protection]:
        deadline = time.monotonic() + _START_SECONDS
        try:
            reply = self.receive(seconds=deadline - time.monotonic())
        except (ChildDied, ChildTooSlow) as error:
            raise ChildDidNotStart(
                f"The decoding child ended before it was ready: {self._last_complaint()}",
                remedy="Run 'shelterwood doctor' to see what this system lacks.",
            ) from error
        bits = reply.protections if isinstance(reply, wire.Ready) else 0
        return frozenset(name for number, name in enumerate(Protection) if bits >> number & 1)

    def _last_complaint(self) -> str:
        text = os.pread(self._complaints, 1 << 16, 0).decode("utf-8", "replace").strip()
        return text.splitlines()[-1] if text else "it said nothing."


def refuse_unless_locked(child: Child, sandbox: Sandbox) -> None:
    """Raise SandboxRefused where the walls are not enough and the operator has not asked to go on without them."""
    report = report_on(child.protections)
    if report.sufficient or sandbox is Sandbox.ALLOW_UNSANDBOXED:
        return
    raise SandboxRefused(
        "This system does not let the process that opens untrusted files be locked. " + " ".join(report.missing),
        remedy="Install libseccomp2 or allow seccomp; or accept the risk by name with --allow-unsandboxed.",
    )


def _spawn(settings: ChildSettings, complaints: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, arguments made here
        [sys.executable, "-I", "-m", "shelterwood.media.child", settings.to_argument()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=complaints,
        pass_fds=(settings.socket, settings.block),
        env=_ENVIRONMENT,
        cwd="/",
    )


def death_by(cause: signal.Signals) -> NotReadable:
    """Return the outcome for an input whose child was ended by this signal."""
    if cause is signal.SIGXCPU:
        return NotReadable(reason=Reason.TOO_SLOW, detail="the child used up its processor time")
    if cause is signal.SIGSYS:
        return NotReadable(reason=Reason.CRASHED, detail="the child was stopped at a forbidden system call")
    return NotReadable(reason=Reason.CRASHED, detail=f"the child was ended by {cause.name}")
