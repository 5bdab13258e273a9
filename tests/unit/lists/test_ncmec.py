"""Pages of NCMEC hash sharing v2: every fingerprint, every deletion, and XML made to hurt. All values are synthetic."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from shelterwood.lists import (
    ClassLabel,
    Delivery,
    Entry,
    Format,
    IndicatorList,
    ListFileNotReadable,
    MediaType,
    Provenance,
    Reason,
    Skipped,
    SourceNotNamed,
    Withdrawal,
    format_of,
    read_entries,
    read_rows,
)
from shelterwood.lists.bounded import LARGEST_ITEM
from shelterwood.lists.ncmec_rows import NAMESPACE, read_ncmec
from shelterwood.lists.rows import Defaults

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MD5, SHA1, PDQ = "ab" * 16, "cd" * 20, "12" * 32
WHEN = datetime(2026, 1, 1, tzinfo=UTC)
PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def page(*items: str, prolog: str = PROLOG, namespace: str = NAMESPACE) -> str:
    body = "".join(items)
    return f'{prolog}<queryResult xmlns="{namespace}"><images count="1" maxTimestamp="x">{body}</images></queryResult>'


def item(
    fingerprints: str = f"<md5>{MD5}</md5>",
    *,
    tag: str = "image",
    entry_id: str = "e1",
    timestamp: str = "2026-01-01T00:00:00Z",
    label: str = "<classification>A1</classification>",
) -> str:
    inside = f"{label}<fingerprints>{fingerprints}</fingerprints>" if "deleted" not in tag else ""
    member = '<member id="42">A member</member>'
    return f"<{tag}>{member}<timestamp>{timestamp}</timestamp><id>{entry_id}</id>{inside}</{tag}>"


def read(path: Path) -> list[Entry | Withdrawal | Skipped]:
    return list(read_entries(path, source="unit"))


def test_an_item_gives_an_entry_for_each_fingerprint(list_file: Callable[..., Path]) -> None:
    path = list_file(
        page(
            item(
                f"<md5>{MD5.upper()}</md5><sha1>{SHA1}</sha1><pdna>1,2,3</pdna><pdq> {PDQ}\n</pdq>"
                f"<netclean>nc</netclean><!-- a comment --><brandNew>xyz</brandNew><md5>{MD5}</md5>"
            ),
            item(f"<md5>{MD5}</md5>", tag="video", entry_id="e2", label=""),
        )
    )

    found = read(path)

    label = ClassLabel(scheme="ncmec-hash-sharing-v2", label="A1")
    image = Provenance(media=MediaType.IMAGE, recorded_at=WHEN)
    kinds = [("md5", MD5), ("sha1", SHA1), ("photodna", "1,2,3"), ("pdq", PDQ), ("netclean", "nc"), ("brandnew", "xyz")]
    assert found == [
        Entry(source="unit", entry_id="42/e1", owner="42", kind=k, value=v, label=label, provenance=image)
        for k, v in kinds
    ] + [
        Entry(
            source="unit", entry_id="42/e2", owner="42", kind="md5", value=MD5,
            provenance=Provenance(media=MediaType.VIDEO, recorded_at=WHEN),
        )
    ]  # fmt: skip
    assert format_of(path) is Format.NCMEC


@pytest.mark.parametrize("tag", ["deletedImage", "deletedVideo"])
def test_a_deletion_takes_the_whole_item_back(list_file: Callable[..., Path], tag: str) -> None:
    assert read(list_file(page(item(tag=tag)))) == [
        Withdrawal(source="unit", entry_id="42/e1", owner="42", withdrawn_at=WHEN)
    ]


def test_pages_may_come_in_any_order(list_file: Callable[..., Path], tmp_path: Path, now: datetime) -> None:
    first = list_file(page(item(timestamp="2026-01-01T00:00:00Z"), item(entry_id="e2")), "1.xml")
    second = list_file(page(item(tag="deletedImage", timestamp="2026-02-01T00:00:00Z")), "2.xml")

    for name, pages in (("a", [first, second]), ("b", [second, first])):
        IndicatorList.create(tmp_path / name, read_rows(pages, source="unit"), now=now, delivery=Delivery.ITEMS)

    a, b = IndicatorList.open(tmp_path / "a"), IndicatorList.open(tmp_path / "b")
    assert a.digest == b.digest
    assert [a.entry(match.row).entry_id for match in a.look_up_digests(md5=MD5, at=now)] == ["42/e2"]


def test_a_newer_version_of_an_item_speaks_for_all_its_fingerprints(
    list_file: Callable[..., Path], tmp_path: Path, now: datetime
) -> None:
    old = item(f"<md5>{MD5}</md5><sha1>{SHA1}</sha1>")
    new = item(f"<md5>{MD5}</md5>", timestamp="2026-02-01T00:00:00Z", label="<classification>B2</classification>")
    pages = [list_file(page(old), "1.xml"), list_file(page(new), "2.xml")]
    IndicatorList.create(tmp_path / "at once", read_rows(pages, source="unit"), now=now, delivery=Delivery.ITEMS)
    IndicatorList.create(tmp_path / "later", read_rows(pages[0], source="unit"), now=now, delivery=Delivery.ITEMS)
    report = IndicatorList.update(
        tmp_path / "later", read_rows(pages[1], source="unit"), now=now, delivery=Delivery.ITEMS
    )

    for name in ("at once", "later"):
        opened = IndicatorList.open(tmp_path / name)
        (match,) = opened.look_up_digests(md5=MD5, sha1=SHA1, at=now)
        assert opened.entry(match.row).label == ClassLabel(scheme="ncmec-hash-sharing-v2", label="B2")
    assert (report.went, report.outcomes) == (1, {"changed": 1})


def test_large_fingerprints_given_as_links_are_counted_as_not_carried(list_file: Callable[..., Path]) -> None:
    link = '<tmk-pdqf rel="related" href="/v2/x"/>'

    skipped, entry = read(list_file(page(item(f"{link}<md5>{MD5}</md5>"))))

    assert isinstance(skipped, Skipped)
    assert (skipped.reason, skipped.detail) == (Reason.NOT_CARRIED, "tmk-pdqf")
    assert isinstance(entry, Entry)


BAD_ITEMS = {
    "wrong length": (item("<md5>abc</md5>"), Reason.VALUE_NOT_VALID),
    "empty value": (item("<md5/>"), Reason.NO_FINGERPRINT),
    "no fingerprint": (item(""), Reason.NO_FINGERPRINT),
    "empty file": (item("<md5>d41d8cd98f00b204e9800998ecf8427e</md5>"), Reason.EMPTY_FILE),
    "no zone": (item(timestamp="2026-01-01T00:00:00"), Reason.TIME_NOT_VALID),
    "no id": (item(entry_id=""), Reason.FIELD_MISSING),
    "deletion without zone": (item(tag="deletedImage", timestamp="2026-01-01T00:00:00"), Reason.WITHDRAWAL_LOST),
    "deletion without id": (item(tag="deletedImage", entry_id=""), Reason.WITHDRAWAL_LOST),
    "deletion of a vast id": (item(tag="deletedImage", entry_id="e" * 300), Reason.WITHDRAWAL_LOST),
    "control character": (item("<netclean>a&#x85;b</netclean>"), Reason.FIELD_NOT_VALID),
    "kind of another alphabet": (item("<é>x</é>"), Reason.FIELD_NOT_VALID),
}


@pytest.mark.parametrize("name", BAD_ITEMS)
def test_a_bad_item_in_the_middle_loses_only_itself(list_file: Callable[..., Path], name: str) -> None:
    bad, reason = BAD_ITEMS[name]

    found = list(read_rows(list_file(page(item(entry_id="before"), bad, item(entry_id="after"))), source="unit"))

    assert [r.row if not isinstance(r, Skipped) else (r.row, r.reason) for r in found] == [1, (2, reason), 3]


LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
HOSTILE = {
    "billion laughs": page(item("<md5>&c;</md5>"), prolog=LAUGHS),
    "laughs in an attribute": page(item().replace('id="42"', 'id="&c;"'), prolog=LAUGHS),
    "external entity": page(item("<md5>&e;</md5>"), prolog=EXTERNAL),
    "external document type": page(item(), prolog='<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "late document type": page(item(), prolog=f"<!-- {'x' * 100_000} -->{LAUGHS}"),
    "depth": page("<a>" * 100_000),
    "cut off": page(item(), item())[:-40],
    "two roots": page(item()) + page(item()),
    "not closed": page("<image>"),
    "another namespace": page(item(), namespace="https://example.org/"),
    "another root": f'<images xmlns="{NAMESPACE}">{item()}</images>',
    "undefined entity": page(item("<md5>&nothing;</md5>")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_broken_page_is_refused_as_a_whole(list_file: Callable[..., Path], name: str) -> None:
    with pytest.raises(ListFileNotReadable) as caught:
        list(read_entries(list_file(HOSTILE[name]), source="unit", format="ncmec"))

    assert "root:" not in caught.value.explain()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-7", "cp037"])
def test_another_encoding_cannot_hide_a_document_type(list_file: Callable[..., Path], encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{LAUGHS}'

    with pytest.raises(ListFileNotReadable):
        list(read_entries(list_file(page(item(), prolog=declared).encode(encoding)), source="unit", format="ncmec"))


class Endless(io.RawIOBase):
    """A page that begins, and then repeats one piece without end."""

    def __init__(self, start: str, piece: bytes) -> None:
        self._start = start.encode()
        self._piece = piece
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        data, self._start = self._start or self._piece * max(1, size // len(self._piece)), b""
        self.given += len(data)
        return data


@pytest.mark.parametrize("piece", [b"a", b"<md5>x</md5>", b"<!-- x -->", b"<x></x>", b" "])
def test_an_item_that_claims_a_gigabyte_is_refused_early(piece: bytes) -> None:
    endless = Endless(f'<queryResult xmlns="{NAMESPACE}"><images count="1000000000"><image><fingerprints>', piece)

    with pytest.raises(ListFileNotReadable):
        list(read_ncmec(endless, file="f", defaults=Defaults(source="unit")))  # type: ignore[arg-type]

    assert endless.given <= LARGEST_ITEM + (1 << 20)


def test_the_source_must_be_named(list_file: Callable[..., Path]) -> None:
    with pytest.raises(SourceNotNamed):
        list(read_entries(list_file(page(item()))))


def test_how_far_a_broken_page_was_sound_is_said(list_file: Callable[..., Path], tmp_path: Path, now: datetime) -> None:
    path = list_file(page(*(item(entry_id=f"e{n}") for n in range(3)))[:-5])

    with pytest.raises(ListFileNotReadable, match="cut off") as caught:
        IndicatorList.create(tmp_path / "a.swl", read_rows(path, source="unit"), now=now)

    assert "3 rows before that were sound; none was kept" in caught.value.explain()
    assert not (tmp_path / "a.swl").exists()
