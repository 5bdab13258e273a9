"""Names survive JSON and a terminal: nothing lost, nothing let through that could steer."""

from __future__ import annotations

import json
import os

from hypothesis import given
from hypothesis import strategies as st

from shelterwood.scanning.names import on_one_line, spell, unspell


def test_a_name_that_is_utf8_is_written_as_it_is() -> None:
    assert spell("Bücher\\2026/käse.png") == ("Bücher\\2026/käse.png", False)


def test_a_name_that_is_not_utf8_is_escaped_and_says_so() -> None:
    assert spell(os.fsdecode(b"a\\b\xff.png")) == ("a\\\\b\\xff.png", True)


@given(st.binary())
def test_every_name_comes_back_from_json_byte_for_byte(name: bytes) -> None:
    spelling = spell(os.fsdecode(name))

    read = json.loads(json.dumps(spelling.text, ensure_ascii=False).encode().decode())

    assert unspell(spelling._replace(text=read)) == name


@given(st.text(st.characters(codec=None, categories=None)))
def test_any_name_ends_up_on_one_harmless_line(name: str) -> None:
    shown = on_one_line(name)

    assert shown.isprintable()
    shown.encode()


def test_a_name_cannot_turn_the_reading_direction_or_clear_the_screen() -> None:
    assert on_one_line("gpj\u202e.exe\x1b[2J\n") == "gpj\\u202e.exe\\x1b[2J\\x0a"
