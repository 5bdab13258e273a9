"""The system calls that a process which opens untrusted bytes may make; any other ends it at once.

Each line says why it is here. The lists are short because the child owns nothing but one socket and one block of
memory: it takes requests, computes, and answers.
"""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Condition", "Role", "allowed_calls", "refused_calls"]


class Role(StrEnum):
    """What the child is for."""

    PICTURES = "pictures"
    ARCHIVES = "archives"


class Condition(NamedTuple):
    """The call is allowed only where (argument & mask) == value."""

    argument: int
    mask: int
    value: int


_INT = 0xFFFFFFFF
_PROT_EXEC = 0x4
_MAP_ANONYMOUS = 0x20
_RLIMIT_CPU = 0

_ALLOWED = (
    "recvfrom",  # the next request
    "recvmsg",
    "sendto",  # the answer
    "sendmsg",
    "brk",  # memory
    "munmap",
    "mremap",
    "madvise",
    "futex",  # locks inside the interpreter and the decoders
    "sched_yield",
    "rt_sigreturn",
    "rt_sigprocmask",  # abort()
    "getpid",
    "gettid",
    "clock_gettime",
    "times",  # limit_cpu
    "getrandom",  # seeds of hash tables
    "close",  # the descriptor of a walked archive
    "exit",
    "exit_group",
    "restart_syscall",
)

_ONLY_FOR_ARCHIVES = ("pread64",)  # the archive, by a read-only descriptor that the parent has opened

_REFUSED = (
    # Asked by the C library or by an import that comes late. They get "not permitted" and change nothing; to be killed
    # for asking would turn a harmless question into an unreadable picture.
    "open",
    "openat",
    "openat2",
    "stat",
    "lstat",
    "fstat",
    "newfstatat",
    "statx",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getcwd",
    "getdents64",
    "ioctl",
    "lseek",
    "fcntl",
    "read",
    "write",  # a decoder's complaint on standard error
    "uname",
    "sysinfo",
    "sched_getaffinity",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
)


def allowed_calls(role: Role) -> Iterator[tuple[str, tuple[Condition, ...]]]:
    """Yield each allowed call with the conditions on its arguments."""
    for name in _ALLOWED + (_ONLY_FOR_ARCHIVES if role is Role.ARCHIVES else ()):
        yield name, ()
    no_code = Condition(2, _PROT_EXEC, 0)
    yield "mmap", (no_code, Condition(3, _MAP_ANONYMOUS, _MAP_ANONYMOUS))
    yield "mprotect", (no_code,)
    yield "prlimit64", (Condition(0, _INT, 0), Condition(1, _INT, _RLIMIT_CPU))  # its own clock, no other's
    yield "tgkill", (Condition(0, _INT, os.getpid()),)  # abort() may end this process, and no other


def refused_calls() -> tuple[str, ...]:
    """Return the calls that fail with EPERM instead of ending the process."""
    return _REFUSED
