"""Say on what a figure was measured: processor, its features, memory, kernel, versions, date, and how busy it was."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from importlib import metadata
from pathlib import Path

__all__ = ["describe", "memory_of_this_process"]

FEATURES = ("avx2", "avx512f", "avx512bw", "avx512_bitalg", "avx512_vpopcntdq", "sha_ni", "asimd")
PACKAGES = ("shelterwood", "numpy", "Pillow", "pdqhash", "faiss-cpu", "threatexchange", "usearch", "scikit-image")


def _field(text: str, name: str) -> str:
    found = re.search(rf"^{name}\s*:\s*(.*)$", text, re.MULTILINE)
    return found.group(1).strip() if found else "unknown"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def describe() -> dict[str, object]:
    """Return the facts a reader needs to judge a figure, ready for JSON."""
    cpu = Path("/proc/cpuinfo").read_text()
    flags = (_field(cpu, "flags") + " " + _field(cpu, "Features")).split()
    memory = int(_field(Path("/proc/meminfo").read_text(), "MemTotal").split()[0]) / 2**20
    return {
        "processor": f"{_field(cpu, 'model name')}, family {_field(cpu, 'cpu family')}, model {_field(cpu, 'model')}",
        "cores": os.cpu_count(),
        "features": [name for name in FEATURES if name in flags],
        "memory_gib": round(memory, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "versions": {package: _version(package) for package in PACKAGES},
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "load": round(os.getloadavg()[0], 2),
    }


def memory_of_this_process() -> dict[str, int]:
    """Return resident, proportional and anonymous bytes of this process, as the kernel counts them."""
    text = Path("/proc/self/smaps_rollup").read_text()
    return {
        "rss": int(_field(text, "Rss").split()[0]) * 1024,
        "pss": int(_field(text, "Pss").split()[0]) * 1024,
        "anonymous": int(_field(text, "Anonymous").split()[0]) * 1024,
    }
