"""What a stranger installs: the wheel must hold the compiled core and the types, and nothing that only we need."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_environment(tmp_path: Path) -> None:
    wheel = _build_wheel(tmp_path)
    names = zipfile.ZipFile(wheel).namelist()

    assert any(n.startswith("shelterwood/_native/_ext.") and n.endswith(".so") for n in names)
    assert "shelterwood/py.typed" in names
    assert "shelterwood/policy/data/legal_references.json" in names
    assert any(n.startswith("shelterwood/web/hall/") and n.endswith(".html") for n in names)
    assert not [n for n in names if n.startswith(("tests/", "benchmarks/", "native/"))]

    unpacked = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(unpacked)
    done = subprocess.run(
        [sys.executable, "-P", "-c", _FIRST_LOOK_UP],
        env={"PYTHONPATH": str(unpacked), "PATH": "/usr/bin:/bin"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(unpacked), "7", "0"]


_FIRST_LOOK_UP = """
import sys
sys.meta_path = [f for f in sys.meta_path if "editable" not in type(f).__module__.lower()]
from pathlib import Path
import numpy as np
import shelterwood
from shelterwood.index import HammingIndex
codes = np.arange(32, dtype=np.uint8)[None]
_, ids, distances = HammingIndex.build(codes, np.array([7])).search(codes)
print(Path(shelterwood.__file__).parents[1], ids[0], distances[0])
"""


def _build_wheel(folder: Path) -> Path:
    """Build it where `bin/setup` built: what was compiled of these sources, with these flags, is linked again."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            folder,
            ROOT,
        ],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("shelterwood-*.whl")
    return wheel
