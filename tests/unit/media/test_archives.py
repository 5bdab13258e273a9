"""Archives: every member has its content or a reason, whatever the archive tries."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from media_samples import saved, scene

from shelterwood.media import (
    ArchiveFormat,
    ArchiveLimits,
    ArchiveNotOpenable,
    ArchiveReader,
    MediaBusy,
    Member,
    NotReadable,
    Reason,
    archive_format,
    walk_in_process,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SMALL = ArchiveLimits(member_bytes=1 << 20, ratio_floor=1 << 16)


@pytest.fixture(scope="module")
def reader() -> Iterator[ArchiveReader]:
    with ArchiveReader(SMALL) as opened:
        yield opened


def zipped(members: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(members: dict[str, bytes], suffix: str = "") -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=f"w:{suffix}") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def reasons(members: list[Member]) -> dict[str, Reason]:
    return {m.label: m.content.reason for m in members if isinstance(m.content, NotReadable)}


def contents(members: list[Member]) -> dict[str, bytes]:
    return {m.label: m.content for m in members if isinstance(m.content, bytes)}


MEMBERS = {"a.jpg": saved(scene(), "JPEG"), "folder/b.txt": b"words", "empty": b"", "n\u00e4me": b"x"}
ARCHIVES = {
    "zip stored": zipped(MEMBERS, zipfile.ZIP_STORED),
    "zip deflate": zipped(MEMBERS),
    "zip bzip2": zipped(MEMBERS, zipfile.ZIP_BZIP2),
    "zip lzma": zipped(MEMBERS, zipfile.ZIP_LZMA),
    "tar": tarred(MEMBERS),
    "tar.gz": tarred(MEMBERS, "gz"),
    "tar.bz2": tarred(MEMBERS, "bz2"),
    "tar.xz": tarred(MEMBERS, "xz"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_the_child_hands_over_every_member(reader: ArchiveReader, name: str) -> None:
    assert contents(list(reader.walk(ARCHIVES[name]))) == MEMBERS


def test_an_archive_on_disk_is_read_by_its_descriptor(reader: ArchiveReader, tmp_path: Path) -> None:
    path = tmp_path / "some.zip"
    path.write_bytes(ARCHIVES["zip deflate"])

    with path.open("rb") as file:
        file.seek(7)
        members = list(reader.walk(file.fileno()))
        place = file.tell()

    assert contents(members) == MEMBERS
    assert place == 7


def test_a_descriptor_that_is_no_file_is_an_error(reader: ArchiveReader) -> None:
    with pytest.raises(ArchiveNotOpenable, match="cannot be opened"):
        list(reader.walk(99_999))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_file_that_is_no_tar_is_one_member(reader: ArchiveReader, pack: object) -> None:
    assert callable(pack)

    members = list(reader.walk(pack(MEMBERS["a.jpg"])))

    assert contents(members) == {"content": MEMBERS["a.jpg"]}


def test_archives_inside_archives_are_handed_over_and_walked(reader: ArchiveReader) -> None:
    inner = tarred({"deep.txt": b"here"}, "gz")

    members = list(reader.walk(zipped({"in.tgz": inner, "after": b"2"})))

    assert contents(members) == {"in.tgz": inner, "in.tgz/deep.txt": b"here", "after": b"2"}
    assert [m.depth for m in members] == [1, 2, 1]


def test_nesting_ends_at_the_limit_with_a_reason() -> None:
    data = b"core"
    for level in range(6):
        data = zipped({f"{level}.zip" if level else "core.txt": data})

    members = list(walk_in_process(data, limits=SMALL))

    assert len(contents(members)) == SMALL.depth
    assert list(reasons(members).values()) == [Reason.TOO_DEEP]


ESCAPING = ["../../etc/passwd", "/etc/passwd", "a/../../b", "C:\\windows\\x", "..", "line\nbreak"]


@pytest.mark.parametrize("make", [zipped, tarred])
def test_names_that_climb_out_are_labels_and_nothing_is_written(
    reader: ArchiveReader, make: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert callable(make)

    members = list(reader.walk(make(dict.fromkeys(ESCAPING, b"content"))))

    assert len(contents(members)) == len(ESCAPING)
    assert "../../etc/passwd" in contents(members)
    assert list(tmp_path.iterdir()) == []


def test_a_tar_name_that_is_no_text_survives_the_journey(reader: ArchiveReader) -> None:
    members = list(reader.walk(tarred({"caf\udce9": b"1"})))

    assert [os.fsencode(m.label) for m in members] == [b"caf\xe9"]


def test_a_very_long_name_is_cut(reader: ArchiveReader) -> None:
    members = list(reader.walk(tarred({"x" * 20_000: b"1"})))

    assert len(members) == 1
    assert members[0].content == b"1"
    assert len(members[0].label) <= 4096


def test_links_and_special_files_are_named_and_never_followed(reader: ArchiveReader) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for name, kind in [("sym", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("pipe", tarfile.FIFOTYPE)]:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)

    found = reasons(list(reader.walk(data.getvalue())))

    assert found == {"sym": Reason.LINK, "hard": Reason.LINK, "pipe": Reason.SPECIAL_FILE}


def test_a_symbolic_link_in_a_zip_is_named(reader: ArchiveReader) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        info = zipfile.ZipInfo("sym")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")

    assert reasons(list(reader.walk(data.getvalue()))) == {"sym": Reason.LINK}


def test_an_encrypted_member_has_its_reason_and_the_others_are_read(reader: ArchiveReader) -> None:
    data = bytearray(zipped({"secret": b"1234", "open": b"5678"}, zipfile.ZIP_STORED))
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the flag in the first entry of the directory

    members = list(reader.walk(bytes(data)))

    assert reasons(members) == {"secret": Reason.ENCRYPTED}
    assert contents(members) == {"open": b"5678"}


def test_a_damaged_member_has_its_reason_and_the_others_are_read(reader: ArchiveReader) -> None:
    data = zipped({"bad": b"1234", "good": b"5678"}, zipfile.ZIP_STORED).replace(b"1234", b"12x4")

    members = list(reader.walk(data))

    assert reasons(members) == {"bad": Reason.DAMAGED}
    assert contents(members) == {"good": b"5678"}


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_cut_archive_ends_with_a_reason(reader: ArchiveReader, name: str) -> None:
    data = ARCHIVES[name]

    members = list(reader.walk(data[: len(data) // 2]))

    assert isinstance(members[-1].content, NotReadable)
    assert members[-1].content.reason in {Reason.TRUNCATED, Reason.DAMAGED}


def test_bytes_that_are_no_archive_are_one_refusal(reader: ArchiveReader) -> None:
    assert reasons(list(reader.walk(b"words"))) == {"": Reason.UNKNOWN_FORMAT}
    assert reasons(list(reader.walk(b""))) == {"": Reason.EMPTY}
    assert reasons(list(reader.walk(b"Rar!\x1a\x07\x01\x00"))) == {"": Reason.UNSUPPORTED_FORMAT}


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    limits = ArchiveLimits(member_bytes=1 << 23, ratio_floor=1 << 16, ratio=100)

    members = list(walk_in_process(zipped({"bomb": bytes(1 << 23), "small": b"1"}), limits=limits))

    assert reasons(members) == {"bomb": Reason.BOMB}
    assert contents(members) == {"small": b"1"}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_stream_that_swells_too_much_is_stopped(pack: object) -> None:
    assert callable(pack)
    limits = ArchiveLimits(member_bytes=1 << 23, ratio_floor=1 << 16, ratio=100)

    members = list(walk_in_process(pack(bytes(1 << 23)), limits=limits))

    assert set(reasons(members).values()) == {Reason.BOMB}
    assert not contents(members)


def test_a_size_that_lies_does_not_matter() -> None:
    data = bytearray(zipped({"liar": bytes(2 << 20)}))
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)  # ten bytes, says the directory

    members = list(walk_in_process(bytes(data), limits=SMALL))

    assert reasons(members) == {"liar": Reason.DAMAGED}


def test_a_member_above_the_limit_has_its_reason_and_the_next_is_read(reader: ArchiveReader) -> None:
    members = list(reader.walk(tarred({"large": os.urandom((1 << 20) + 1), "small": b"1"})))

    assert reasons(members) == {"large": Reason.TOO_MANY_BYTES}
    assert contents(members) == {"small": b"1"}


def test_the_number_of_members_and_all_their_bytes_are_limited() -> None:
    data = zipped({str(n): bytes([n]) * 100 for n in range(50)})

    many = list(walk_in_process(data, limits=ArchiveLimits(members=20, member_bytes=1000)))
    large = list(walk_in_process(data, limits=ArchiveLimits(total_bytes=2000, member_bytes=1000)))

    assert (len(contents(many)), reasons(many)) == (20, {"": Reason.TOO_MANY_MEMBERS})
    assert (len(contents(large)), reasons(large)) == (20, {"": Reason.TOO_MANY_BYTES})


def test_a_walk_left_early_leaves_a_reader_that_works(reader: ArchiveReader) -> None:
    walk = reader.walk(ARCHIVES["tar"])
    first = next(walk)
    with pytest.raises(MediaBusy):
        next(reader.walk(ARCHIVES["zip deflate"]))
    walk.close()  # type: ignore[attr-defined]

    assert first.content == MEMBERS["a.jpg"]
    assert contents(list(reader.walk(ARCHIVES["zip deflate"]))) == MEMBERS


def test_a_child_that_dies_in_the_middle_is_one_refusal_for_the_rest(reader: ArchiveReader) -> None:
    walk = reader.walk(ARCHIVES["tar"])
    next(walk)
    os.kill(reader._host.child().pid, 9)

    rest = list(walk)

    assert reasons(rest) == {"": Reason.CRASHED}
    assert contents(list(reader.walk(ARCHIVES["tar"]))) == MEMBERS


def test_the_content_decides_what_is_an_archive() -> None:
    kinds = {name: archive_format(data) for name, data in ARCHIVES.items()}

    assert kinds["zip deflate"] is ArchiveFormat.ZIP
    assert kinds["tar"] is ArchiveFormat.TAR
    assert kinds["tar.gz"] is ArchiveFormat.GZIP
    assert archive_format(b"x" * 600) is None
    assert archive_format(bytes(600)) is None
