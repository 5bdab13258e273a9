"""Docs are checked against reality: links lead somewhere, examples give what they say."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_within_the_docs_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)

    missing = [t for t in targets if not re.match(r"[a-z]+:", t) and not (page.parent / t).exists()]

    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_python_examples_give_what_they_say(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    examples = doctest.DocTestParser().get_doctest(_python_blocks(page), {}, relative(page), str(page), 0)

    failures = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples).failed

    assert failures == 0


def _python_blocks(page: Path) -> str:
    return "\n".join(re.findall(r"```(?:python|pycon)\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL))


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_a_page_opens_with_a_title(page: Path) -> None:
    assert page.read_text(encoding="utf-8").startswith("# ")
