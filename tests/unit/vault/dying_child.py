"""A process of its own that seals or purges and is killed (SIGKILL) at a named step; run by test_dying.py.

`python dying_child.py ROOT STEP seal` or `python dying_child.py ROOT STEP purge NAME...`
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from shelterwood.vault import DirectoryStore, Due, FileMasterKey, ObjectId, PurgeReason, Vault

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def main(root: Path, step: str, verb: str, *names: str) -> None:
    def die(reached: str) -> None:
        if reached == step:
            os.kill(os.getpid(), signal.SIGKILL)

    data = root / "data"
    vault = Vault.mount(
        store=DirectoryStore(root=data / "objects"),
        keys=root / "keys",
        master=FileMasterKey(bytes(range(32))),
        records=data / "records",
        now=NOW,
        step=die,
    )
    if verb == "seal":
        vault.seal([b"sealed by a child"], media_type="image/png", actor="key:1", now=NOW)
    else:
        due = [Due(object_id=ObjectId(name), reason=PurgeReason.CLOCK_ENDED) for name in names]
        vault.purge(due, actor="system:keeper", now=NOW)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
