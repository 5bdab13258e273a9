"""Where rows go: a stream, or a file that survives an interruption, a kill and a full disk, and goes on from there.

Beside `FILE` stands `FILE.state`: what was asked, how many bytes of FILE are committed, where in the walk that was,
and the counts up to there. It is replaced by renaming after FILE was flushed to the disk, so at any moment it
describes bytes that are there; whatever stands behind them in FILE is cut off and done again on resuming.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from shelterwood.errors import ShelterwoodError
from shelterwood.scanning.tally import Tally
from shelterwood.scanning.walk import Position

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "ResultsBusy",
    "ResultsFile",
    "ResultsFinished",
    "ResultsFromAnotherScan",
    "ResultsNotOurs",
    "ResultsNotWritten",
    "ResultsSink",
    "ResultsStream",
]

_STATE_SCHEMA = 1
_SECONDS_BETWEEN_COMMITS = 1.0
_BUFFER = 1 << 16


class ResultsNotOurs(ShelterwoodError):
    """The output file exists and no scan of ours left it unfinished."""


class ResultsFinished(ShelterwoodError):
    """The output file holds a scan that ended; there is nothing to go on with."""


class ResultsFromAnotherScan(ShelterwoodError):
    """The output file holds an unfinished scan that was asked for something else."""


class ResultsBusy(ShelterwoodError):
    """Another process is writing this output file."""


class ResultsNotWritten(ShelterwoodError):
    """A row could not be written: the disk is full, a limit was reached, or the reader went away."""


class ResultsSink(Protocol):
    """What a scan needs of the place its rows go to."""

    tally: Tally
    position: Position | None

    def write(self, lines: str) -> None:
        """Take the lines of one row."""

    def commit(self, position: Position) -> None:
        """Remember that everything up to `position` has been written, from time to time on the disk."""

    def finish(self) -> None:
        """Remember that the scan ended."""


@dataclass(slots=True)
class ResultsStream:
    """Rows to a pipe or a terminal: nothing to resume. A reader who left is a BrokenPipeError, not a fault of ours."""

    stream: BinaryIO
    tally: Tally = field(default_factory=Tally)
    position: Position | None = None
    _started: float = field(default_factory=time.monotonic)

    def write(self, lines: str) -> None:
        """Write the lines of one row."""
        try:
            self.stream.write(lines.encode())
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _stream_refused(error) from error

    def commit(self, position: Position) -> None:
        """Hand on what was written, so that a reader sees each file as it is done."""
        self.position = position
        try:
            self.stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _stream_refused(error) from error

    def finish(self) -> None:
        """Note how long it took; nothing else is left to do."""
        self.tally.seconds = time.monotonic() - self._started


def _stream_refused(error: OSError) -> ResultsNotWritten:
    return ResultsNotWritten(
        f"The results could not be written to standard output: {error.strerror}.",
        remedy="With --output FILE an interrupted scan goes on where it stopped.",
    )


class ResultsFile:
    """Rows to a file of this process alone, mode 0600, committed about once a second."""

    def __init__(self, path: Path, *, settings: Mapping[str, Any], heading: str = "") -> None:
        """Open a new file, or the one that an interrupted scan with the same settings left."""
        self.path = path
        self.tally = Tally()
        self.position: Position | None = None
        self._settings = dict(settings)
        self._buffer = bytearray()
        self._handle = _open_locked(path)
        self._started = self._committed = time.monotonic()
        self._size = 0
        self._seconds_before = 0.0
        try:
            self._begin(heading)
        except BaseException:
            os.close(self._handle)
            raise
        self._seconds_before = self.tally.seconds

    @property
    def resumed(self) -> bool:
        """True when rows of an earlier run stand in the file already."""
        return self.position is not None

    @staticmethod
    def belongings(path: Path) -> frozenset[str]:
        """Return the real paths that a scan writing to `path` makes, to be left out of what it scans."""
        real = os.path.realpath(path)
        return frozenset({real, f"{real}.state", f"{real}.state.new"})

    def write(self, lines: str) -> None:
        """Take the lines of one row."""
        self._buffer += lines.encode()
        if len(self._buffer) >= _BUFFER:
            self._flush()

    def commit(self, position: Position) -> None:
        """Remember `position`; write it to the disk if the last time is a second ago."""
        self.position = position
        if time.monotonic() - self._committed >= _SECONDS_BETWEEN_COMMITS:
            self._commit_now("unfinished")

    def finish(self) -> None:
        """Commit the last rows and mark the scan as ended."""
        self._commit_now("finished")

    def close(self) -> None:
        """Let go of the file. Rows behind the last commit are kept for a reader and done again on resuming."""
        with contextlib.suppress(ResultsNotWritten):
            self._flush()
        os.close(self._handle)

    def _begin(self, heading: str) -> None:
        state = _read_state(self._state_path)
        size = os.fstat(self._handle).st_size
        if state is not None:
            self._check(state, size)
            self._resume(state)
        elif size:
            raise ResultsNotOurs(
                f"The file {self.path} exists and is not an unfinished scan.",
                remedy="Name another output file, or move this one away.",
            )
        else:
            self._buffer += heading.encode()
            self._commit_now("unfinished")

    def _resume(self, state: Mapping[str, Any]) -> None:
        """Cut off what was not committed and take up the counts."""
        self._size = int(state["offset"])
        os.ftruncate(self._handle, self._size)
        os.lseek(self._handle, 0, os.SEEK_END)
        self.tally = Tally.from_json(state["tally"])
        if state["position"] is not None:
            source, names = state["position"]
            self.position = Position(source, tuple(bytes.fromhex(name) for name in names))

    def _check(self, state: Mapping[str, Any], size: int) -> None:
        differing = [key for key in self._settings if state["settings"].get(key) != self._settings[key]]
        if differing:
            raise ResultsFromAnotherScan(
                f"The file {self.path} holds a scan with other settings ({_differences(differing, state, self)}).",
                remedy="Run the command as it was, or name another output file.",
            )
        if state["state"] == "finished":
            raise ResultsFinished(
                f"The file {self.path} holds a scan that is finished.",
                remedy="Name another output file to scan again.",
            )
        if size < state["offset"]:
            raise ResultsNotOurs(
                f"The file {self.path} is shorter than its scan had written ({size} of {state['offset']} bytes).",
                remedy="Name another output file and scan again.",
            )

    @property
    def _state_path(self) -> Path:
        return self.path.with_name(self.path.name + ".state")

    def _commit_now(self, state: str) -> None:
        self._flush()
        self.tally.seconds = self._seconds_before + time.monotonic() - self._started
        try:
            os.fsync(self._handle)
            self._write_state(state)
        except OSError as error:
            raise self._refused(error) from error
        self._committed = time.monotonic()

    def _write_state(self, state: str) -> None:
        position = self.position and [self.position.source, [name.hex() for name in self.position.names]]
        stored = {
            "schema": _STATE_SCHEMA,
            "state": state,
            "offset": self._size,
            "position": position,
            "settings": self._settings,
            "tally": self.tally.as_json(),
        }
        fresh = self._state_path.with_name(self._state_path.name + ".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            _write_all(handle, json.dumps(stored).encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        fresh.replace(self._state_path)

    def _flush(self) -> None:
        """Write the buffer; where only a part fits, keep the whole lines of that part."""
        written = 0
        try:
            while written < len(self._buffer):
                written += os.write(self._handle, memoryview(self._buffer)[written:])
        except OSError as error:
            kept = self._buffer.rfind(b"\n", 0, written) + 1
            os.ftruncate(self._handle, self._size + kept)
            self._buffer.clear()
            raise self._refused(error) from error
        self._size += written
        self._buffer.clear()

    def _refused(self, error: OSError) -> ResultsNotWritten:
        return ResultsNotWritten(
            f"The results could not be written to {self.path}: {error.strerror}.",
            remedy="What stands there is valid. Make room and run the same command: it goes on where it stopped.",
        )


def _open_locked(path: Path) -> int:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise ResultsNotWritten(
            f"The output file {path} cannot be opened: {error.strerror}.", remedy="Name one that can be written."
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise ResultsBusy(
            f"Another scan is writing to {path}.", remedy="Wait for it to end, or name another output file."
        ) from error
    return handle


def _read_state(path: Path) -> dict[str, Any] | None:
    try:
        state: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise ResultsNotOurs(
            f"The file {path} is not readable as the state of a scan.", remedy="Name another output file."
        ) from error
    if state.get("schema") != _STATE_SCHEMA:
        raise ResultsNotOurs(f"The file {path} was written by another version.", remedy="Name another output file.")
    return state


def _differences(keys: list[str], state: Mapping[str, Any], results: ResultsFile) -> str:
    before, now = state["settings"], results._settings  # noqa: SLF001 - the same module
    return "; ".join(f"{key} was {before.get(key)}, is now {now[key]}" for key in keys)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
