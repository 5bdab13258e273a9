"""An import killed at any moment leaves the list as it was or as it should be, and the next import works."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# A process of its own without threads forks one child a moment; an audit hook kills the child at its nth touch of a
# file (open, rename, remove, mkdir ...).
DRIVER = textwrap.dedent("""
    import itertools, os, signal, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from shelterwood.lists import Delivery, Entry, IndicatorList, ListNotReadable

    base, now = Path(sys.argv[1]), datetime(2026, 6, 1, tzinfo=UTC)

    def rows(word):
        kinds = {"md5": "ab" * 16, "sha1": "cd" * 20, "sha256": "ef" * 32, "pdq": "0f" * 32}
        return [Entry(source="src", entry_id=word, kind=k, value=v) for k, v in kinds.items()]

    def killed_at(moment, work):
        child = os.fork()
        if child == 0:
            touches = itertools.count()
            def hook(event, args):
                if event.startswith(("open", "os.", "shutil.")) and next(touches) == moment:
                    os.kill(os.getpid(), signal.SIGKILL)
            sys.addaudithook(hook)
            work()
            os._exit(0)
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])

    def is_sound(path, versions):
        with IndicatorList.open(path) as opened:
            opened.verify()
            found = opened.look_up_digests(md5="ab" * 16, at=now)
            assert opened.version in versions and len(found) == 1, (opened.version, found)

    moments = 0
    for moment in itertools.count():
        path = base / f"create-{moment}.swl"
        if not killed_at(moment, lambda: IndicatorList.create(path, rows("new"), now=now)):
            break
        moments += 1
        try:
            is_sound(path, {1})
        except ListNotReadable:
            IndicatorList.create(path, rows("new"), now=now)
            is_sound(path, {1})
    for moment in itertools.count():
        path = base / f"update-{moment}.swl"
        IndicatorList.create(path, rows("old"), now=now)
        update = lambda: IndicatorList.update(path, rows("new"), now=now, delivery=Delivery.WHOLE)
        if not killed_at(moment, update):
            break
        moments += 1
        is_sound(path, {1, 2})
        update()
        is_sound(path, {2, 3})
        left = [part.name for part in (path / "versions").iterdir()]
        assert all(name.isdecimal() for name in left), left
    print(moments)
""")  # fmt: skip


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_the_old_list_or_the_new_one(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", DRIVER, tmp_path], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 50
