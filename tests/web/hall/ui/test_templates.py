"""The inventory of templates: each compiles, has a title, and holds nothing that the content policy would block."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

SOURCE = Path(__file__).parents[4] / "src" / "shelterwood" / "web"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
PARTS = {
    "bar.html",
    "clock.html",
    "facts.html",
    "field.html",
    "forecast.html",
    "form.html",
    "look_again.html",
    "steps.html",
    "use_passkey.html",
}


def label(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("path", TEMPLATES, ids=label)
def test_a_template_compiles(path: Path) -> None:
    assert get_template(label(path))


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.name not in PARTS], ids=label)
def test_a_page_has_a_title_and_one_first_heading(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert re.search(r"\{% block title %\}.*\S.*\{% endblock %\}", text) or "{% block title %}{% endblock %} ·" in text
    if path.name != "base.html":
        branches = text.count("{% else %}") if text.count("<h1>") > 1 else 0
        assert 1 <= text.count("<h1>") <= 1 + branches


@pytest.mark.parametrize("path", TEMPLATES, ids=label)
def test_nothing_in_a_template_is_inline_or_foreign(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"\son[a-z]+\s*=", text), "an event handler"
    assert not re.search(r"<style|\sstyle\s*=", text), "an inline style"
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "an inline script"
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", text), "something from elsewhere"


@pytest.mark.parametrize("path", TEMPLATES, ids=label)
def test_a_form_that_posts_carries_its_token(path: Path) -> None:
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(encoding="utf-8"), flags=re.DOTALL):
        assert "{% csrf_token %}" in form


@pytest.mark.parametrize("path", TEMPLATES, ids=label)
def test_a_template_uses_only_its_own_apps_templates_or_the_common_ones(path: Path) -> None:
    for used in re.findall(r"\{% (?:include|extends) \"([^\"]+)\"", path.read_text(encoding="utf-8")):
        assert used.split("/")[0] in {path.parent.name, "ui"}
