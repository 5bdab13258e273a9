"""From the database to the files that workers read: `live.json` and, beside it, the changes of each list.

The database is the truth. After each commit, and in every round of the keeper, whatever `live.json` does not say yet is
written: changes are appended and flushed, then the file is replaced by a rename; a worker sees it at its next scan.
Where it cannot be written (a full disk) it is removed: then nothing is scanned, which is better than a withdrawn entry
that goes on matching.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction

from shelterwood.web.provider.lists import storage
from shelterwood.web.provider.lists.models import ChangeOfList, ListVersion, ProviderList, Register
from shelterwood.web.provider.lists.states import ListState, orientations_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["FORMAT", "behind", "changed", "last_change", "publish"]

FORMAT = 1


def changed() -> int:
    """Give the next number of change, inside the caller's transaction, and publish when that has committed."""
    register, _ = Register.objects.select_for_update().get_or_create(id=1)
    register.number += 1
    register.save(update_fields=["number"])
    transaction.on_commit(partial(publish, suppress=True))
    return int(register.number)


def last_change() -> int:
    """Return the number of the last change that has committed."""
    return Register.objects.filter(id=1).values_list("number", flat=True).first() or 0


def behind() -> bool:
    """Whether `live.json` does not say what the database says."""
    said = _read()
    return said is None or said.get("change") != last_change()


def publish(*, suppress: bool = False) -> None:
    """Write what the database says; raise OSError where that is not possible (the old file is gone then).

    With `suppress` the error is left to the keeper, which tries again, and to `readyz`, which is red meanwhile.
    """
    with contextlib.suppress(OSError) if suppress else contextlib.nullcontext(), _locked(storage.home()):
        try:
            _write(_stand())
        except OSError:
            storage.manifest().unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def _locked(home: Path) -> Iterator[None]:
    """Let one process write at a time: whoever comes later reads what has committed by then."""
    descriptor = os.open(home / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _stand() -> dict[str, Any]:
    """Return what live.json is to say; the number is read first, so that what comes after is written again."""
    number = last_change()
    before = {each["id"]: each for each in (_read() or {}).get("lists", [])}
    configured = ProviderList.objects.filter(state__in=[ListState.LIVE, ListState.DISABLED]).order_by("name")
    live = [_of_list(row, before.get(str(row.pk), {})) for row in configured if row.state == ListState.LIVE]
    return {
        "format": FORMAT,
        "change": number,
        "lists": live,
        "sources": [_matching(row) for row in configured],
    }


def _matching(row: ProviderList) -> dict[str, Any]:
    return {"name": row.name, "radius": row.radius, "orientations": sorted(orientations_in(row.orientations))}


def _of_list(row: ProviderList, before: dict[str, Any]) -> dict[str, Any]:
    version = ListVersion.objects.get(list=row, number=row.version)
    return {
        "id": str(row.pk),
        **_matching(row),
        "kind": row.kind,
        "version": row.version,
        "folder": version.folder,
        "folder_version": version.folder_version,
        "digest": row.digest,
        "fault": row.fault,
        **_log_changes(row, before),
    }


def _log_changes(row: ProviderList, before: dict[str, Any]) -> dict[str, Any]:
    """Append the changes that the list's log lacks; begin a new log where the old one is not as it was left."""
    last, size, name = before.get("log_change", 0), before.get("log_bytes", 0), before.get("log", "")
    path = storage.home() / name
    if not name or not path.is_file() or path.stat().st_size < size:
        last, size, name = 0, 0, f"{row.pk}-{os.urandom(4).hex()}.changes"
        _remove_logs(row)
        path = storage.home() / name
    new = list(ChangeOfList.objects.filter(list=row, number__gt=last).order_by("number"))
    if new or not path.exists():
        size = _append(path, size, "".join(change.line for change in new).encode())
    return {"log": name, "log_bytes": size, "log_change": new[-1].number if new else last}


def _remove_logs(row: ProviderList) -> None:
    for path in storage.home().glob(f"{row.pk}-*.changes"):
        path.unlink(missing_ok=True)


def _append(path: Path, size: int, data: bytes) -> int:
    """Write `data` after the first `size` bytes (what stands behind them was never published); return the new size."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        file.seek(size)
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def _read() -> dict[str, Any] | None:
    try:
        said = json.loads(storage.manifest().read_bytes())
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) and said.get("format") == FORMAT else None


def _write(stand: dict[str, Any]) -> None:
    target = storage.manifest()
    aside = target.with_name(".live.json")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w") as file:
        json.dump(stand, file)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(target)
