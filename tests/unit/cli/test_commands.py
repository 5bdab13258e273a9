"""The other commands: hash, list, index, doctor, demo; and what every command does with an error."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from pathlib import Path

import pytest

import shelterwood
from shelterwood.cli import app, run
from shelterwood.cli.scan import form_of
from shelterwood.cli.volume import Encryption, encryption_of

LIST = "entry_id,kind,value\n"
PDQ = "8c629e779a663698b9a33866c026726c21a679f61eb6e1f8c79ba7e23c8299e0"


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"shelterwood {shelterwood.__version__}\n"


def test_hash_gives_digests_and_the_reason_where_there_is_no_picture(
    tmp_path: Path, cups: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "notes.txt").write_text("milk, sugar\n")

    code = run(["hash", str(cups / "cup0.png"), str(tmp_path / "notes.txt"), "--format", "jsonl", "--workers", "1"])

    picture, text = (json.loads(line) for line in capfdbinary.readouterr().out.splitlines())
    assert code == 0
    assert (picture["format"], picture["width"], picture["quality"]) == ("png", 400, 100)
    assert re.fullmatch("[0-9a-f]{64}", picture["pdq"])
    assert (text["pdq"], text["reason"]) == (None, "not_a_picture")
    assert text["sha256"] == hashlib.sha256(b"milk, sugar\n").hexdigest()


def test_a_list_is_imported_shown_compared_and_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, first, second = tmp_path / "a.swl", tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_text(f"{LIST}1,pdq,{PDQ}\n2,md5,no digest\n3,photodna,AAAA\n")
    second.write_text(f"{LIST}1,pdq,{PDQ}\n4,sha1,{'a' * 40}\n3,photodna,AAAA\n")
    take = ["list", "import", "--into", str(home), "--source", "me"]

    codes = [run([*take, str(first)]), run([*take, str(second)]), run(["list", "show", str(home)])]
    codes += [run(["list", "verify", str(home)]), run(["list", "diff", str(home)])]

    shown = capsys.readouterr().out
    assert codes == [0, 0, 0, 0, 0]
    assert "row 3" in shown, "what was skipped is said with its place"
    assert "photodna 1" in shown
    assert "version 2 is sound" in shown
    assert "came      me 4 sha1" in shown
    assert shown.rstrip().endswith("1 came, 0 went, 0 returned, 0 changed")


def test_a_damaged_list_is_an_error_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, file = tmp_path / "a.swl", tmp_path / "1.csv"
    file.write_text(f"{LIST}1,pdq,{PDQ}\n")
    run(["list", "import", "--into", str(home), "--source", "me", str(file)])
    entries = home / "versions" / "000001" / "entries.jsonl"
    entries.write_bytes(entries.read_bytes().replace(b"8c629e", b"8c629f"))

    code = run(["list", "verify", str(home)])

    assert code == 2
    assert "cannot be used as a list" in capsys.readouterr().err


def test_an_index_is_built_described_and_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, home = tmp_path / "1.csv", tmp_path / "index"
    file.write_text(f"{LIST}1,pdq,{PDQ}\n2,pdq,{PDQ[::-1]}\n3,md5,{'a' * 32}\n")

    codes = [run(["index", "build", str(file), "--into", str(home)])]
    codes += [run(["index", "info", str(home)]), run(["index", "verify", str(home)])]
    again = run(["index", "build", str(file), "--into", str(home)])

    shown = capsys.readouterr()
    assert codes == [0, 0, 0]
    assert "2 PDQ fingerprints" in shown.out
    assert re.search(r"fingerprints +2\n", shown.out)
    assert "Sound" in shown.out
    assert again == 2
    shutil.rmtree(home)


@pytest.mark.parametrize("radius", ["0", "31", "40"])
def test_the_bench_finds_what_it_planted(radius: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["index", "bench", "--size", "500", "--radius", radius]) == 0
    assert "100 of 100 found" in capsys.readouterr().out


def test_doctor_names_what_protects_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["doctor"])

    shown = capsys.readouterr().out
    assert code in {0, 2}
    assert (code == 2) == ("BAD" in shown)
    for topic in ("Python", "native code for fingerprints", "native code for searching", "volume"):
        assert topic in shown


def test_the_volume_of_a_dm_crypt_mapping_below_lvm_is_seen_as_encrypted(tmp_path: Path) -> None:
    device = tmp_path.stat().st_dev
    block = tmp_path / "blocks" / f"{os.major(device)}:{os.minor(device)}"
    (block / "slaves" / "dm-0" / "dm").mkdir(parents=True)
    mounts = tmp_path / "mounts"
    mounts.write_text("")

    before = encryption_of(tmp_path, blocks=tmp_path / "blocks", mounts=mounts)
    (block / "slaves" / "dm-0" / "dm" / "uuid").write_text("CRYPT-LUKS2-0123\n")
    after = encryption_of(tmp_path, blocks=tmp_path / "blocks", mounts=mounts)

    assert (before, after) == (Encryption.NOT_SEEN, Encryption.ENCRYPTED)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyboardInterrupt(), "Interrupted."),
        (PermissionError(13, "Permission denied", "/x"), "Permission denied: /x."),
        (ZeroDivisionError("oops"), "A defect of the program stopped the run (ZeroDivisionError: oops)."),
    ],
)
def test_any_error_ends_with_two_and_a_sentence_never_with_one(
    error: BaseException, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(app.command_line, "main", fail)

    assert run([]) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert "Traceback" not in shown


@pytest.mark.slow
def test_the_demo_finds_every_cup_and_says_that_nothing_is_real(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["demo", "--pictures", "5"])

    shown = capsys.readouterr().out
    folder = shown.rstrip().rpartition(" in ")[2]
    shutil.rmtree(folder)
    assert code == 0
    assert "pictures of coffee cups, drawn by this program" in shown
    assert len(re.findall(r" match +cup\d", shown)) == 11
    assert not re.search(r"shape\d+\.jpg +match", shown)


@pytest.mark.parametrize(
    ("name", "form"), [("found.jsonl", "jsonl"), ("FOUND.CSV", "csv"), ("found.txt", "text"), ("found", "text")]
)
def test_the_ending_of_the_output_file_chooses_the_format(name: str, form: str) -> None:
    assert form_of(Path(name)) == form
    assert form_of(None) == "text"
