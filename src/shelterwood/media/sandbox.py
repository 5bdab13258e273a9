"""Lock the process that opens untrusted bytes, so that a flaw in a decoder gives its finder nothing to take.

The walls, and why each is there, are in docs/reference/pictures.md. The order matters: everything is imported and each
decoder has run once before `lock`, because afterwards no file can be opened, also none of our own.
"""

from __future__ import annotations

import ctypes
import errno
import importlib
import os
import resource
import signal
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError
from shelterwood.media.syscalls import Role, allowed_calls, refused_calls

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

__all__ = ["Protection", "Role", "Sandbox", "SandboxRefused", "SandboxReport", "lock", "report_on"]

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


class Sandbox(StrEnum):
    """What to do where the system refuses to lock the child."""

    REQUIRED = "required"
    """Raise SandboxRefused and decode nothing."""
    ALLOW_UNSANDBOXED = "allow_unsandboxed"
    """Decode all the same: the operator has asked for it by name."""


class Protection(StrEnum):
    """A wall around the child. The order is part of the wire format."""

    LIMITS = "limits"
    NO_NEW_PRIVILEGES = "no_new_privileges"
    NOT_DUMPABLE = "not_dumpable"
    CALL_FILTER = "call_filter"
    EMPTY_NETWORK = "empty_network"


_ACTIVE = {
    Protection.LIMITS: "Memory, processor time, files and core dumps of the decoding child are limited.",
    Protection.NO_NEW_PRIVILEGES: "The decoding child can never gain privileges.",
    Protection.NOT_DUMPABLE: "The decoding child's memory cannot be read by other processes of the same user.",
    Protection.CALL_FILTER: "A list of allowed system calls (seccomp) keeps the decoding child from opening files, "
    "sockets and processes.",
    Protection.EMPTY_NETWORK: "The decoding child lives in an empty network namespace and can open no descriptor.",
}
_MISSING = {
    Protection.LIMITS: "The system refused to limit the decoding child (setrlimit).",
    Protection.NO_NEW_PRIVILEGES: "The system refused no_new_privs for the decoding child.",
    Protection.NOT_DUMPABLE: "The system refused to make the decoding child undumpable.",
    Protection.CALL_FILTER: "The system refused the list of allowed system calls: seccomp is switched off, or the "
    "library libseccomp2 is not installed.",
    Protection.EMPTY_NETWORK: "The system refused an empty network namespace.",
}


class SandboxRefused(ShelterwoodError):
    """This system does not let the decoding child be locked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxReport:
    """What protects this machine from the pictures it opens, in sentences, for `doctor`."""

    active: tuple[str, ...]
    missing: tuple[str, ...]
    sufficient: bool


def report_on(protections: frozenset[Protection]) -> SandboxReport:
    """Say what these protections are worth: enough is a call filter, or else an empty network and no descriptors."""
    filtered = Protection.CALL_FILTER in protections
    wanted = [p for p in Protection if not (filtered and p is Protection.EMPTY_NETWORK)]
    walls = filtered or protections >= {Protection.EMPTY_NETWORK, Protection.LIMITS}
    return SandboxReport(
        active=tuple(_ACTIVE[p] for p in wanted if p in protections),
        missing=tuple(_MISSING[p] for p in wanted if p not in protections),
        sufficient=walls and Protection.NO_NEW_PRIVILEGES in protections,
    )


def die_with_parent(parent: int) -> None:
    """Ask for SIGKILL when the parent ends, and end now where it already has."""
    _control(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit(1)


def lock(*, memory: int, role: Role) -> frozenset[Protection]:
    """Lock this process for ever and say which walls stand. `memory` is bytes of address space beyond the present."""
    seccomp = _import_seccomp()  # while files can still be opened
    steps: dict[Protection, Callable[[], bool]] = {
        Protection.NO_NEW_PRIVILEGES: lambda: _control(_PR_SET_NO_NEW_PRIVS, 1),
        Protection.NOT_DUMPABLE: lambda: _control(_PR_SET_DUMPABLE, 0),
        Protection.LIMITS: lambda: _limit(memory, role),
        Protection.CALL_FILTER: lambda: seccomp is not None and _filter_calls(seccomp, role),
    }
    stand = {protection for protection, step in steps.items() if step()}
    if Protection.CALL_FILTER not in stand and _empty_network():
        stand.add(Protection.EMPTY_NETWORK)
    return frozenset(stand)


def limit_cpu(seconds: float) -> None:
    """Let this process use so much more processor time before SIGXCPU ends it: a net below the parent's clock."""
    used = os.times()
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.user + used.system + seconds) + 2, resource.RLIM_INFINITY))


def _limit(memory: int, role: Role) -> bool:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    bounds = {
        resource.RLIMIT_AS: pages * resource.getpagesize() + memory,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: _free_descriptor() + 1 if role is Role.ARCHIVES else 0,
    }
    try:
        for name, bound in bounds.items():
            resource.setrlimit(name, (bound, bound))
    except (OSError, ValueError):
        return False
    return True


def _free_descriptor() -> int:
    """Return the lowest descriptor above all open ones: the one place that a child for archives keeps free."""
    return max(int(entry.name) for entry in Path("/proc/self/fd").iterdir()) + 1


def _import_seccomp() -> ModuleType | None:
    """Return the module, or None where it or the system's library is missing: it raises on import."""
    try:
        return importlib.import_module("pyseccomp")
    except (ImportError, RuntimeError, OSError):
        return None


def _filter_calls(seccomp: ModuleType, role: Role) -> bool:
    """Load the allow-list. What is on neither list kills the process; the probes of `refused_calls` get EPERM."""
    try:
        rules = seccomp.SyscallFilter(seccomp.KILL_PROCESS)
        for name in refused_calls():
            rules.add_rule(seccomp.ERRNO(errno.EPERM), name)
        for name, conditions in allowed_calls(role):
            arguments = [seccomp.Arg(c.argument, seccomp.MASKED_EQ, c.mask, c.value) for c in conditions]
            rules.add_rule(seccomp.ALLOW, name, *arguments)
        rules.load()
    except (OSError, ValueError):
        return False
    return True


def _control(option: int, value: int) -> bool:
    return int(_LIBC.prctl(option, value, 0, 0, 0)) == 0


def _empty_network() -> bool:
    """Move into namespaces of our own with no network in them (the second best, where seccomp is refused).

    Where user namespaces are refused too (in a chroot, by a hardened system), root can still leave the network alone.
    """
    return any(int(_LIBC.unshare(flags)) == 0 for flags in (_CLONE_NEWUSER | _CLONE_NEWNET, _CLONE_NEWNET))
