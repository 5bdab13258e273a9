"""`shelterwood scan` end to end: what it finds, what it says it did not check, and its exit codes."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from shelterwood.cli import run
from shelterwood.cli.demo_pictures import CHANGES, cup, shapes

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import CommandLine

Rows = dict[str, dict[str, Any]]


def rows_of(output: bytes, folder: Path) -> Rows:
    rows = [json.loads(line) for line in output.splitlines()]
    named = {row["path"].removeprefix(f"{folder}/"): row for row in rows}
    assert len(named) == len(rows), "a row stands there twice"
    return named


def small(number: int) -> Image.Image:
    return cup(number).resize((400, 300))


def jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.slow
def test_every_ordinary_change_is_found_and_no_other_picture(
    tmp_path: Path, cups_list: Path, shelterwood: CommandLine
) -> None:
    for number, (suffix, change) in enumerate(CHANGES.values()):
        (tmp_path / f"copy{number}{suffix}").write_bytes(change(cup(number % 3)))
    for number in range(10):
        (tmp_path / f"other{number}.jpg").write_bytes(jpeg(shapes(number).resize((400, 300))))

    done = shelterwood("scan", tmp_path, "--list", cups_list, "--format", "jsonl")

    assert done.returncode == 1, done.stderr
    rows = rows_of(done.stdout, tmp_path)
    assert {name for name, row in rows.items() if row["outcome"] == "match"} == {
        name for name in rows if name.startswith("copy")
    }
    assert {row["outcome"] for name, row in rows.items() if name.startswith("other")} == {"no_match"}
    turned = rows["copy2.jpg"]["matches"][0]
    assert turned["list"] == "cups"
    assert (turned["entry"], turned["algorithm"], turned["orientation"]) == ("cup2.png", "pdq", "rotate270")
    assert turned["distance"] <= turned["radius"] == 31


def test_a_folder_without_listed_pictures_ends_with_zero_and_an_honest_summary(
    tmp_path: Path, cups_list: Path, shelterwood: CommandLine
) -> None:
    (tmp_path / "other.jpg").write_bytes(jpeg(shapes(1).resize((300, 200))))
    (tmp_path / "notes.txt").write_text("milk, sugar")

    done = shelterwood("scan", tmp_path, "--list", cups_list, "--workers", 1)

    assert done.returncode == 0
    assert b"notes.txt: not scanned: exact only: not a picture" in done.stdout
    summary = done.stderr.decode()
    assert summary.startswith("2 files;")
    for line in ("0  match", "1  no match", "1  not scanned", "Of 3 listed items, 3 can be matched perceptually"):
        assert line in summary
    assert "other.jpg" not in summary


def bad_input(folder: Path) -> None:
    """Put one of everything hostile into a folder."""
    whole = jpeg(small(0))
    (folder / "truncated.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "exact.jpg").write_bytes(whole)
    (folder / "wrong-suffix.txt").write_bytes(whole)
    (folder / "empty.jpg").write_bytes(b"")
    Image.new("RGB", (1, 1), "red").save(folder / "pixel.png")
    Image.new("RGB", (300, 300), "red").save(folder / "flat.png")
    Image.new("1", (30_000, 30_000)).save(folder / "huge.png")
    (folder / "video.mp4").write_bytes(b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(100))
    (folder / "damaged.zip").write_bytes(b"PK\x03\x04" + bytes(100))
    (folder / "broken-link").symlink_to(folder / "nothing")
    (folder / "link-out").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket"))
    (folder / os.fsdecode(b"caf\xe9.jpg")).write_bytes(whole)
    (folder / "line\nbreak\x1b[2J.jpg").write_bytes(whole)
    (folder / "nested.zip").write_bytes(zipped(**{"../../escape.jpg": whole, "in.zip": zipped(a=zipped(b=b"x"))}))
    deep = b"x"
    for _ in range(6):
        deep = zipped(deeper=deep)
    (folder / "too-deep.zip").write_bytes(deep)


@pytest.mark.slow
def test_bad_input_costs_one_row_each_and_the_scan_goes_on(
    tmp_path: Path, cups_list: Path, shelterwood: CommandLine
) -> None:
    bad_input(tmp_path)

    done = shelterwood("scan", tmp_path, "--list", cups_list, "--format", "jsonl")

    assert done.returncode == 1, done.stderr
    rows = rows_of(done.stdout, tmp_path)
    reasons = {name: row["reason"] for name, row in rows.items() if row["outcome"] == "not_scanned"}
    assert reasons == {
        "truncated.jpg": "truncated",
        "empty.jpg": "empty",
        "pixel.png": "too_little_detail",
        "flat.png": "too_little_detail",
        "huge.png": "too_many_pixels",
        "video.mp4": "unsupported_format",
        "damaged.zip": rows["damaged.zip"]["reason"],
        "broken-link": "broken_link",
        "link-out": "link_out",
        "pipe": "not_a_file",
        "socket": "not_a_file",
        "nested.zip!/in.zip!/a!/b": "not_a_picture",
        "too-deep.zip!/deeper!/deeper!/deeper!/deeper": "too_deep",
    }
    matched = {name for name, row in rows.items() if row["outcome"] == "match"}
    assert matched == {
        "exact.jpg",
        "wrong-suffix.txt",
        "caf\\xe9.jpg",
        "line\nbreak\x1b[2J.jpg",
        "nested.zip!/../../escape.jpg",
    }
    assert rows["caf\\xe9.jpg"]["path_escaped"] is True
    assert rows["truncated.jpg"]["md5"] is not None
    assert rows["flat.png"]["checked"]["pdq"] == "low_quality"
    assert rows["flat.png"]["quality"] == 0
    assert f"{len(rows)} files" in done.stderr.decode()


def test_text_output_is_one_harmless_line_a_file(tmp_path: Path, cups_list: Path, shelterwood: CommandLine) -> None:
    (tmp_path / "line\nbreak\x1b[2J.jpg").write_bytes(jpeg(small(0)))

    done = shelterwood("scan", tmp_path, "--list", cups_list, "--workers", 1)

    (line,) = done.stdout.splitlines()
    assert b"line\\x0abreak\\x1b[2J.jpg: match: entry cup0.png of list cups" in line


@pytest.mark.slow
def test_standard_input_and_archives_of_every_kind_are_scanned(
    tmp_path: Path, cups_list: Path, shelterwood: CommandLine
) -> None:
    for name, mode in {"a.tar": "w", "b.tar.gz": "w:gz", "c.tar.xz": "w:xz"}.items():
        with tarfile.open(tmp_path / name, mode) as archive:  # type: ignore[call-overload]
            member = tarfile.TarInfo("cup.jpg")
            content = jpeg(small(1))
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))

    done = shelterwood("scan", tmp_path, "-", "--list", cups_list, "--format", "jsonl", given=jpeg(small(2)))

    rows = rows_of(done.stdout, tmp_path)
    assert rows["-"]["matches"][0]["entry"] == "cup2.png"
    for name in ("a.tar", "b.tar.gz", "c.tar.xz"):
        assert rows[f"{name}!/cup.jpg"]["matches"][0]["entry"] == "cup1.png"
        assert rows[f"{name}!/cup.jpg"]["container"] == str(tmp_path / name)
        assert rows[name]["outcome"] == "no_match"
        assert rows[name]["checked"]["pdq"] == "in_members"


@pytest.mark.slow
def test_an_animation_is_found_by_one_of_its_frames(tmp_path: Path, cups_list: Path, shelterwood: CommandLine) -> None:
    frames = [shapes(1).resize((400, 300)), Image.new("RGB", (400, 300)), small(1)]
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:], lossless=True)

    done = shelterwood("scan", tmp_path, "--list", cups_list, "--format", "jsonl", "--workers", 1)

    (row,) = rows_of(done.stdout, tmp_path).values()
    assert (row["matches"][0]["entry"], row["matches"][0]["frame"]) == ("cup1.png", 2)
    assert [frame["quality"] >= 50 for frame in row["frames"]] == [True, False, True]
    assert row["checked"]["pdq"] is True


@pytest.mark.slow
def test_an_endless_animation_is_cut_and_says_so(tmp_path: Path, cups_list: Path, shelterwood: CommandLine) -> None:
    texture = np.random.default_rng(3).integers(0, 255, (40, 40), dtype=np.uint8)
    frames = [Image.fromarray(np.roll(texture, step, axis=1)) for step in range(300)]
    frames[0].save(tmp_path / "long.gif", save_all=True, append_images=frames[1:], loop=0)

    done = shelterwood("scan", tmp_path, "--list", cups_list, "--format", "jsonl", "--workers", 1)

    (row,) = rows_of(done.stdout, tmp_path).values()
    assert (row["outcome"], row["reason"]) == ("not_scanned", "too_many_frames")
    assert row["checked"]["pdq"] == "first_frames_only"
    assert row["detail"] == "the first 256 frames were checked"


# Root may read everything: give up the two capabilities that allow it, then become the command.
POWERLESS = """
import ctypes, os, sys
libc = ctypes.CDLL(None)
for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
os.execv(sys.executable, [sys.executable, "-m", "shelterwood", *sys.argv[1:]])
"""


@pytest.mark.slow
def test_what_may_not_be_read_or_listed_is_a_row(tmp_path: Path, cups_list: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(jpeg(small(0)))
    (tmp_path / "secret.jpg").chmod(0)
    (tmp_path / "closed").mkdir(mode=0)
    arguments = ["scan", tmp_path, "--list", cups_list, "--format", "jsonl", "--workers", "1"]

    done = subprocess.run([sys.executable, "-c", POWERLESS, *arguments], capture_output=True, check=False)

    rows = rows_of(done.stdout, tmp_path)
    assert done.returncode == 0, done.stderr
    assert {name: row["reason"] for name, row in rows.items()} == {
        "secret.jpg": "permission_denied",
        "closed": "folder_not_listed",
    }
    assert {row["outcome"] for row in rows.values()} == {"not_scanned"}
    assert rows["secret.jpg"]["checked"]["md5"] == "not_read: permission_denied"


@pytest.mark.slow
def test_csv_has_a_line_for_every_match(tmp_path: Path, cups: Path, cups_list: Path, shelterwood: CommandLine) -> None:
    shutil.copy(cups / "cup0.png", tmp_path)

    done = shelterwood("scan", tmp_path, "--list", cups_list, "--format", "csv", "--workers", 1)

    heading, *lines = done.stdout.decode().splitlines()
    assert heading.startswith("path,path_escaped,container,outcome")
    found = [dict(zip(heading.split(","), line.split(","), strict=True)) for line in lines]
    assert [row["algorithm"] for row in found] == ["md5", "sha1", "sha256", "pdq"]
    assert {row["entry"] for row in found} == {"cup0.png"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["scan", "/nowhere", "--list", "LIST"], "There is no file or folder named /nowhere."),
        (["scan", "FOLDER", "--list", "/nowhere.csv"], "does not exist"),
        (["scan", "FOLDER"], "Missing option '--list'"),
        (["scan", "FOLDER", "--list", "LIST", "--radius", "300"], "is not in the range"),
        (["scan", "FOLDER", "--list", "LIST", "--list", "LIST"], "Two of the lists are named cups."),
        (["scan", "FOLDER", "--list", "LIST", "--output", "/nowhere/rows"], "cannot be opened"),
        (["scan", "FOLDER", "--list", "BLIND"], "None of the lists holds a live entry that can be matched here"),
        (["scan", "FOLDER", "--list", "NOLIST"], "is of no known list format"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_code_two(
    tmp_path: Path, cups_list: Path, arguments: list[str], sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    blind, no_list = tmp_path / "blind.csv", tmp_path / "no-list"
    blind.write_text("entry_id,kind,value\n1,photodna,AAAA\n")
    no_list.write_text("just words\n")
    stands_for = {"FOLDER": tmp_path, "LIST": cups_list, "BLIND": blind, "NOLIST": no_list}

    code = run([str(stands_for.get(argument, argument)) for argument in arguments])

    output, errors = capfd.readouterr()
    assert code == 2
    assert sentence in errors
    assert "Traceback" not in errors
    assert output == ""
