"""What is done to a chain afterwards is named: altered, missing, swapped, inserted, rewritten, cut off."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterwood.web.hall.audit.chain import (
    GENESIS,
    ChainedLine,
    LineNotReadable,
    line_from_json,
    line_to_json,
)
from shelterwood.web.hall.audit.checking import FaultKind, HeadFacts, find_faults


def chain_of(count: int) -> list[ChainedLine]:
    lines: list[ChainedLine] = []
    for seq in range(1, count + 1):
        line = ChainedLine(
            seq=seq,
            previous=lines[-1].digest if lines else GENESIS,
            action="case.decided",
            actor=f"person:{seq % 3}",
            object_ref=f"case:{seq}",
            codes={"decision": "listed", "ünïcode": "yes"},
            at=f"2026-11-24T09:00:{seq:02d}.000000Z",
        )
        lines.append(replace(line, digest=line.computed()))
    return lines


def head_of(lines: list[ChainedLine]) -> HeadFacts:
    return HeadFacts(seq=lines[-1].seq, digest=lines[-1].digest)


def rechained(lines: list[ChainedLine]) -> list[ChainedLine]:
    """Rewrite digests from the first line on, as somebody would who knows how they are made."""
    made: list[ChainedLine] = []
    for line in lines:
        linked = replace(line, previous=made[-1].digest if made else GENESIS)
        made.append(replace(linked, digest=linked.computed()))
    return made


def kinds(lines: list[ChainedLine], **about: object) -> list[tuple[FaultKind, int]]:
    return [(fault.kind, fault.seq) for fault in find_faults(lines, **about).faults]  # type: ignore[arg-type]


def test_an_untouched_chain_holds() -> None:
    lines = chain_of(9)

    finding = find_faults(lines, head=head_of(lines), signed=[head_of(lines[:4])])

    assert (finding.faults, finding.lines, finding.end) == ((), 9, head_of(lines))


def test_the_empty_chain_holds() -> None:
    assert find_faults([], head=HeadFacts()).faults == ()


@pytest.mark.parametrize(
    "change",
    [
        {"action": "case.seen"},
        {"actor": "person:7"},
        {"object_ref": "case:8"},
        {"codes": {}},
        {"at": "2026-11-24T09:00:05.000001Z"},
        {"personal": "a" * 64},
        {"previous": "b" * 64},
    ],
)
def test_an_altered_field_is_named(change: dict[str, object]) -> None:
    lines = chain_of(9)
    lines[4] = replace(lines[4], **change)  # type: ignore[arg-type]

    assert (FaultKind.ALTERED, 5) in kinds(lines, head=head_of(lines))


def test_an_altered_line_with_a_digest_made_to_fit_breaks_the_next() -> None:
    lines = chain_of(9)
    altered = replace(lines[4], actor="person:7")
    lines[4] = replace(altered, digest=altered.computed())

    assert kinds(lines, head=head_of(lines)) == [(FaultKind.REPLACED, 6)]


def test_missing_lines_are_named_from_the_first_of_them() -> None:
    lines = chain_of(9)

    assert kinds(lines[:3] + lines[5:], head=head_of(lines)) == [(FaultKind.MISSING, 4)]
    assert find_faults(lines[:3] + lines[5:]).faults[0].sentence == "Lines 4 to 5 are missing."
    assert find_faults(lines[1:]).faults[0].sentence == "Line 1 is missing."


def test_swapped_lines_are_named() -> None:
    lines = chain_of(9)
    swapped = [*lines[:3], lines[4], lines[3], *lines[5:]]

    assert (FaultKind.REORDERED, 4) in kinds(swapped)


def test_swapped_lines_that_were_numbered_anew_are_named() -> None:
    lines = chain_of(9)
    swapped = [*lines[:3], replace(lines[4], seq=4), replace(lines[3], seq=5), *lines[5:]]

    assert {(FaultKind.ALTERED, 4), (FaultKind.ALTERED, 5)} <= set(kinds(swapped))


def test_an_inserted_line_is_named() -> None:
    lines = chain_of(9)

    assert kinds([*lines[:5], lines[4], *lines[5:]]) == [(FaultKind.INSERTED, 5)]


def test_a_tail_that_was_cut_off_is_named_by_the_head_row() -> None:
    lines = chain_of(9)

    assert kinds(lines[:6], head=head_of(lines)) == [(FaultKind.CUT_OFF, 7)]


def test_a_tail_cut_off_together_with_the_head_row_is_named_by_a_signed_head() -> None:
    lines = chain_of(9)

    assert kinds(lines[:6], head=head_of(lines[:6]), signed=[head_of(lines)]) == [(FaultKind.CUT_OFF, 9)]


def test_a_chain_rewritten_whole_is_named_by_a_signed_head_only() -> None:
    lines = chain_of(9)
    forged = rechained([*lines[:4], replace(lines[4], actor="person:7"), *lines[5:]])

    assert kinds(forged, head=head_of(forged)) == []
    assert kinds(forged, head=head_of(forged), signed=[head_of(lines[:7])]) == [(FaultKind.SIGNED_HEAD_DISAGREES, 7)]


def test_a_head_row_that_names_another_digest_is_named() -> None:
    lines = chain_of(3)

    assert kinds(lines, head=HeadFacts(seq=3, digest="c" * 64)) == [(FaultKind.HEAD_DISAGREES, 3)]


@given(st.integers(0, 8), st.integers(0, 8), st.sampled_from(["drop", "double", "actor"]))
def test_no_single_change_goes_unnoticed(first: int, second: int, what: str) -> None:
    lines = chain_of(9)
    changed = list(lines)
    if what == "drop":
        del changed[first]
    elif what == "double":
        changed.insert(second, lines[first])
    else:
        changed[first] = replace(lines[first], actor="person:99")

    assert kinds(changed, head=head_of(lines))


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4), st.text(max_size=10))
def test_a_line_survives_being_exported(codes: dict[str, str], actor: str) -> None:
    line = replace(chain_of(1)[0], codes=codes, actor=actor)

    assert line_from_json(line_to_json(line)) == line


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"seq":"1"}', b"[" * 100_000])
def test_what_is_no_line_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(LineNotReadable, match="line"):
        line_from_json(data)
