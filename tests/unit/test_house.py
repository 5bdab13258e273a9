"""The house rules that a linter cannot see: reasons, lengths, public names, and drawings that must stay true.

The limits are those of CONTRIBUTING.md, "How code looks here".
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import statistics
import subprocess
import tomllib
from collections import Counter
from pathlib import Path

import pytest

import shelterwood
from shelterwood import errors

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "shelterwood"
MODULES = sorted(SOURCE.rglob("*.py"))
PYTHON = sorted([*MODULES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")])
NATIVE = sorted(p for p in (ROOT / "native").rglob("*") if p.suffix in {".cpp", ".hpp", ".h"})
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}

MOST_LINES_PER_FILE = 400
MEDIAN_LINES_PER_FUNCTION = 9
P90_LINES_PER_FUNCTION = 30


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PYTHON, ids=relative)
def test_every_module_says_why_it_exists(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

    assert docstring, f"{relative(path)} has no module docstring"
    assert len(docstring.split()) >= 5, f"{relative(path)} says too little about itself"


@pytest.mark.parametrize("path", [*PYTHON, *NATIVE], ids=relative)
def test_no_file_is_too_long_to_read_at_once(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())

    assert lines <= MOST_LINES_PER_FILE, f"{relative(path)} has {lines} lines"


def test_functions_are_small() -> None:
    lengths = [
        _body_lines(node)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    assert statistics.median(lengths) <= MEDIAN_LINES_PER_FUNCTION
    assert statistics.quantiles(lengths, n=10)[-1] <= P90_LINES_PER_FUNCTION


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring: documentation never counts against it."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", PYTHON, ids=relative)
def test_no_folder_or_file_has_a_name_that_says_nothing(path: Path) -> None:
    assert not VAGUE_NAMES & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}


def _packages() -> list[str]:
    found = pkgutil.walk_packages(shelterwood.__path__, "shelterwood.")
    return sorted(m.name for m in found if m.ispkg and not m.name.startswith("shelterwood._"))


@pytest.mark.parametrize("name", _packages())
def test_a_package_exports_exactly_its_public_names(name: str) -> None:
    package = importlib.import_module(name)
    public = {
        key
        for key, value in vars(package).items()
        if not key.startswith("_") and key != "annotations" and not _is_own_submodule(name, value)
    }

    exported = set(getattr(package, "__all__", ()))

    assert {key for key in exported if not _is_own_submodule(name, getattr(package, key))} == public


def _is_own_submodule(package: str, value: object) -> bool:
    return type(value).__name__ == "module" and getattr(value, "__name__", "").startswith(f"{package}.")


def test_the_error_tree_is_drawn_as_it_is() -> None:
    for module in pkgutil.walk_packages(shelterwood.__path__, "shelterwood."):
        if not module.name.endswith(("__main__", "_ext")):
            importlib.import_module(module.name)

    drawn = re.findall(r"^( {4,})(\w+)$", errors.__doc__ or "", flags=re.MULTILINE)

    assert [(len(indent) // 4 - 1, name) for indent, name in drawn] == list(_walk_tree(errors.ShelterwoodError, 0))


def _walk_tree(cls: type, depth: int) -> list[tuple[int, str]]:
    tree = [(depth, cls.__name__)]
    for child in sorted(cls.__subclasses__(), key=lambda c: c.__name__):
        if child.__module__.startswith("shelterwood."):
            tree += _walk_tree(child, depth + 1)
    return tree


def test_every_runtime_dependency_has_a_reason_in_the_docs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    reasons = (ROOT / "docs" / "decisions" / "0001-dependencies.md").read_text(encoding="utf-8").lower()

    for requirement in project["dependencies"]:
        name = re.match(r"[\w.-]+", requirement)
        assert name
        assert f"`{name.group().lower()}`" in reasons, f"{requirement} is not explained"


def test_no_two_test_files_share_a_name() -> None:
    names = Counter(path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py")

    assert [name for name, count in names.items() if count > 1] == []


def test_ci_calls_bin_test_and_nothing_else() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in script if line and not line.startswith("#")]

    assert commands == ["set -euo pipefail", 'exec "$(dirname "$0")/../bin/test"']


def test_every_decision_is_listed_in_the_architecture() -> None:
    architecture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    for decision in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        assert f"decisions/{decision.name}" in architecture, f"{decision.name} is not linked"


def test_every_folder_of_the_source_stands_in_the_architecture() -> None:
    architecture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    for folder in sorted(p.name for p in SOURCE.iterdir() if p.is_dir() and not p.name.startswith("__")):
        assert f"`{folder}/`" in architecture, f"{folder} is not in docs/architecture.md"


def test_scripts_are_sound_shell() -> None:
    for script in [*(ROOT / "bin").iterdir(), ROOT / ".ci" / "run", *(ROOT / "benchmarks").glob("*.sh")]:
        done = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
