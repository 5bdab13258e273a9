"""The index directory: changes seen at once by every process, one writer, and nothing lost or silently missed."""

from __future__ import annotations

import os
import stat
import struct
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shelterwood.index import (
    HammingIndex,
    IndexDamaged,
    IndexDiskFull,
    IndexLocked,
    IndexReadOnly,
    InvalidFingerprints,
    NotAnIndex,
    SegmentOutOfService,
    _reference,
)


def random_codes(seed: int, rows: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (rows, 32), dtype=np.uint8)


def numbers(first: int, count: int) -> np.ndarray:
    return np.arange(first, first + count, dtype=np.int64)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "index"
    HammingIndex.build(random_codes(1, 2000), threads=1).save(path)
    return path


def found_ids(index: HammingIndex, codes: np.ndarray, radius: int = 0) -> set[int]:
    return set(index.search(codes, radius).id.tolist())


def file_named(path: Path, pattern: str) -> Path:
    (only,) = path.glob(pattern)
    return only


def test_files_are_private_and_none_is_left_over(saved: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) for p in saved.iterdir()} == {0o600}
    assert sorted(p.name.split("-")[0] for p in saved.iterdir()) == ["delta", "lock", "manifest", "rows"]


def test_a_change_is_seen_by_the_next_search_of_another_opened_index(saved: Path) -> None:
    extra = random_codes(2, 3)
    with HammingIndex.open(saved, writable=True) as writer, HammingIndex.open(saved) as reader:
        writer.add(extra, numbers(9000, 3), change_number=7)
        assert found_ids(reader, extra) == {9000, 9001, 9002}
        assert writer.discard([9001, 5], change_number=8) == 2
        assert found_ids(reader, extra) == {9000, 9002}
        assert found_ids(reader, random_codes(1, 6)) == {0, 1, 2, 3, 4}
        assert reader.info().change_number == 8
        assert len(reader) == 2001


def test_a_change_is_seen_by_another_process(saved: Path) -> None:
    extra = random_codes(3, 2)
    script = (
        "import sys, numpy as np; from shelterwood.index import HammingIndex\n"
        "index = HammingIndex.open(sys.argv[1])\n"
        "for line in sys.stdin:\n"
        "    code = np.frombuffer(bytes.fromhex(line.strip()), dtype=np.uint8).reshape(1, 32)\n"
        "    print(index.search(code, 0).id.tolist(), flush=True)\n"
    )
    command = [sys.executable, "-c", script, str(saved)]
    with (
        HammingIndex.open(saved, writable=True) as writer,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other,
    ):
        assert other.stdin
        assert other.stdout

        def ask(code: np.ndarray) -> str:
            print(code.tobytes().hex(), file=other.stdin, flush=True)
            return other.stdout.readline().strip()

        assert ask(extra[0]) == "[]"
        writer.add(extra, numbers(77, 2))
        assert ask(extra[0]) == "[77]"
        writer.merge(everything=True)
        writer.discard([77])
        assert (ask(extra[0]), ask(extra[1])) == ("[]", "[78]")
        other.stdin.close()


def test_a_reader_follows_merges_and_saves_over_its_index(saved: Path) -> None:
    extra = random_codes(4, 3000)
    with HammingIndex.open(saved) as reader:
        with HammingIndex.open(saved, writable=True) as writer:
            writer.add(extra, numbers(5000, 3000), change_number=3)
            writer.discard(numbers(0, 700))
            writer.merge()
            assert (writer.info().additions, writer.info().change_number) == (0, 3)
            assert found_ids(reader, extra[:5]) == set(range(5000, 5005))
            assert len(reader) == 4300
        HammingIndex.build(extra[:10], numbers(1, 10), threads=1).save(saved)
        assert len(reader) == 10
        assert found_ids(reader, extra[:20]) == set(range(1, 11))


def test_a_merge_leaves_a_much_larger_segment_alone(saved: Path) -> None:
    large = file_named(saved, "rows-*")
    with HammingIndex.open(saved, writable=True) as writer:
        writer.add(random_codes(5, 100), numbers(3000, 100))
        writer.discard([1, 2])
        writer.merge()
        assert large.exists()
        assert writer.info().tombstones == 2
        writer.merge(everything=True)
        assert not large.exists()
        assert (writer.info().segments, writer.info().tombstones, len(writer)) == (1, 0, 2098)


def test_there_is_one_writer(saved: Path) -> None:
    with HammingIndex.open(saved, writable=True), pytest.raises(IndexLocked, match="another writer"):
        HammingIndex.open(saved, writable=True)
    HammingIndex.open(saved, writable=True).close()


def test_a_reader_and_a_forked_child_cannot_change_the_index(saved: Path) -> None:
    with HammingIndex.open(saved) as reader, pytest.raises(IndexReadOnly):
        reader.add(random_codes(1, 1), numbers(1, 1))
    script = (
        "import os, sys, numpy as np; from shelterwood.index import HammingIndex, IndexReadOnly\n"
        "writer = HammingIndex.open(sys.argv[1], writable=True)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    try: writer.discard(np.array([1]))\n"
        "    except IndexReadOnly: os._exit(33)\n"
        "    os._exit(1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    assert subprocess.run([sys.executable, "-c", script, saved], check=False).returncode == 33


def test_what_is_not_an_index_is_said_to_be_none(tmp_path: Path, saved: Path) -> None:
    with pytest.raises(NotAnIndex, match="does not exist") as caught:
        HammingIndex.open(tmp_path / "nothing")
    assert "save" in caught.value.explain()
    (tmp_path / "manifest").write_bytes(b"something else, and long enough to be a manifest. " * 3)
    with pytest.raises(NotAnIndex):
        HammingIndex.open(tmp_path, writable=True)
    index = HammingIndex.open(saved)
    index.close()
    index.close()
    with pytest.raises(NotAnIndex, match="closed"):
        index.search(random_codes(1, 1))


@pytest.mark.parametrize("pattern", ["manifest", "rows-*", "delta-*"])
def test_a_damaged_or_missing_file_is_refused(saved: Path, pattern: str) -> None:
    victim = file_named(saved, pattern)
    content = bytearray(victim.read_bytes())
    content[17] ^= 1
    victim.write_bytes(content)
    with pytest.raises(IndexDamaged):
        HammingIndex.open(saved)
    victim.write_bytes(content[: len(content) // 2])
    with pytest.raises(IndexDamaged):
        HammingIndex.open(saved)


def damage_payload(saved: Path) -> None:
    segment = file_named(saved, "rows-*")
    with segment.open("r+b") as file:
        file.seek(segment.stat().st_size // 2)
        file.write(b"\xff" * 64)


def test_a_bad_block_takes_the_index_out_of_service_everywhere(saved: Path) -> None:
    damage_payload(saved)
    with HammingIndex.open(saved, writable=True) as writer, HammingIndex.open(saved) as reader:
        reader.search(random_codes(1, 1))
        assert not writer.verify().sound
        for index in (writer, reader, HammingIndex.open(saved)):
            with pytest.raises(SegmentOutOfService, match="out of service"):
                index.search(random_codes(1, 1))
        assert reader.info().out_of_service
    HammingIndex.build(random_codes(1, 5), threads=1).save(saved)
    assert len(HammingIndex.open(saved).search(random_codes(1, 5), 0).id) == 5


def test_a_damaged_log_is_refused_until_it_is_repaired(saved: Path) -> None:
    with HammingIndex.open(saved, writable=True) as writer:
        for change in range(1, 6):
            writer.add(random_codes(change + 50, 1), numbers(100 + change, 1), change_number=change)
    log = file_named(saved, "delta-*")
    with log.open("r+b") as file:
        file.seek(4096 + 3 * 56 + 30)
        file.write(b"\xff\xfe")
    for writable in (False, True):
        with pytest.raises(IndexDamaged, match="Record 3"):
            HammingIndex.open(saved, writable=writable)
    assert HammingIndex.repair(saved) == 3
    assert len(HammingIndex.open(saved)) == 2003


def test_a_torn_tail_is_ignored_and_cut(saved: Path) -> None:
    log = file_named(saved, "delta-*")
    with log.open("ab") as file:
        file.write(b"half a record")
    assert len(HammingIndex.open(saved)) == 2000
    assert log.stat().st_size == 4096 + 13
    with HammingIndex.open(saved, writable=True) as writer:
        assert log.stat().st_size == 4096
        writer.add(random_codes(8, 1), numbers(1, 1))
    assert len(HammingIndex.open(saved)) == 2001


def test_a_writer_removes_what_a_dead_one_left(saved: Path) -> None:
    for name in ("rows-99.seg", "dead-98.bits", "delta-97.log", "manifest.new"):
        (saved / name).write_bytes(b"rest")
    (saved / "notes.txt").write_text("not ours")
    HammingIndex.open(saved, writable=True).close()
    assert not list(saved.glob("*9*"))
    assert (saved / "notes.txt").exists()


def test_a_full_disk_loses_nothing(saved: Path) -> None:
    script = (
        "import resource, sys, numpy as np; from shelterwood.index import HammingIndex, IndexDiskFull\n"
        "writer = HammingIndex.open(sys.argv[1], writable=True)\n"
        "codes = np.random.default_rng(1).integers(0, 256, (3000, 32), dtype=np.uint8)\n"
        "writer.add(codes[:1], np.array([5000]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "refused = 0\n"
        "for step in (lambda: writer.add(codes, np.arange(6000, 9000)), lambda: writer.merge(everything=True)):\n"
        "    try: step()\n"
        "    except IndexDiskFull as full: refused += 'File too large' in str(full)\n"
        "writer.add(codes[1:2], np.array([5001]))\n"
        "sys.exit(refused * 10 + len(writer) - 2000)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, saved], check=False).returncode == 22
    with HammingIndex.open(saved) as index:
        assert len(index) == 2002
        assert index.verify().sound
    assert len(list(saved.glob("rows-*"))) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_disk_without_space_is_said_to_be_full(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], check=False).returncode != 0:
        pytest.skip("this machine does not allow mounting")
    try:
        HammingIndex.build(random_codes(1, 500), threads=1).save(small / "index")
        with pytest.raises(IndexDiskFull, match="No space left"):
            HammingIndex.build(random_codes(1, 30_000), threads=1).save(small / "index")
        assert len(HammingIndex.open(small / "index")) == 500
    finally:
        subprocess.run(["umount", "-l", small], check=True)


def test_searches_run_beside_changes_and_merges(saved: Path) -> None:
    base, extra = random_codes(1, 200), random_codes(6, 400)
    wrong: list[str] = []
    done = threading.Event()

    def look(index: HammingIndex) -> None:
        while not done.is_set():
            if found_ids(index, base) != set(range(200)):
                wrong.append("a row that was never changed was missed")

    with HammingIndex.open(saved, writable=True) as writer, HammingIndex.open(saved) as reader:
        lookers = [threading.Thread(target=look, args=(index,)) for index in (writer, reader)]
        for thread in lookers:
            thread.start()
        for i in range(400):
            writer.add(extra[i : i + 1], numbers(4000 + i, 1))
            if i % 100 == 99:
                writer.merge(everything=i > 200)
        done.set()
        for thread in lookers:
            thread.join()
        assert len(reader) == 2400
    assert not wrong


@pytest.mark.parametrize(
    ("codes", "ids", "complaint"),
    [
        (np.zeros((2, 31), np.uint8), numbers(0, 2), r"uint8\[n, 32\]"),
        (np.zeros((2, 32), np.int8), numbers(0, 2), r"uint8\[n, 32\]"),
        (np.zeros(32, np.uint8), numbers(0, 1), r"uint8\[n, 32\]"),
        (np.zeros((4, 32), np.uint8)[::2], numbers(0, 2), "C-contiguous"),
        (np.zeros((2, 32), np.uint8), numbers(0, 3), "differ in length"),
        (np.zeros((2, 32), np.uint8), np.zeros(2, np.int32), r"int64\[n\]"),
        (np.zeros((2, 32), np.uint8), np.zeros(2), r"int64\[n\]"),
        ([[0] * 32], numbers(0, 1), "C-contiguous"),
    ],
)
def test_a_wrong_argument_is_named(codes: np.ndarray, ids: np.ndarray, complaint: str) -> None:
    index = HammingIndex.build(np.zeros((1, 32), np.uint8))
    with pytest.raises(InvalidFingerprints, match=complaint):
        index.add(codes, ids)


@pytest.mark.parametrize("radius", [-1, 257])
def test_a_radius_out_of_range_is_refused(radius: int) -> None:
    with pytest.raises(InvalidFingerprints, match="0 to 256"):
        HammingIndex.build(np.zeros((1, 32), np.uint8)).search(np.zeros((1, 32), np.uint8), radius)


def test_the_counter_is_where_the_format_says(saved: Path) -> None:
    with HammingIndex.open(saved, writable=True) as writer:
        writer.add(random_codes(9, 3), numbers(1, 3))
    assert struct.unpack_from("<Q", file_named(saved, "delta-*").read_bytes(), 64) == (3,)


class Life(RuleBasedStateMachine):
    """Any order of changes, merges, saves and openings leaves writer and reader equal to a plain list."""

    @initialize(rows=st.sampled_from([0, 1, 900, 1500]), tmp=st.uuids())
    def start(self, rows: int, tmp: object) -> None:
        self.path = Path(os.environ.get("PYTEST_TMP", "/tmp")) / f"shelterwood-life-{tmp}"  # noqa: S108
        self.rng = np.random.default_rng(rows)
        self.pool = random_codes(rows, 40)
        self.codes, self.ids = self.draw(rows), self.rng.integers(0, 300, rows)
        HammingIndex.build(self.codes, self.ids, threads=1).save(self.path)
        self.writer, self.reader = HammingIndex.open(self.path, writable=True), HammingIndex.open(self.path)

    def draw(self, rows: int) -> np.ndarray:
        codes = self.pool[self.rng.integers(0, len(self.pool), rows)]
        codes[:, -2:] ^= self.rng.integers(0, 256, (rows, 2), dtype=np.uint8)
        return codes

    @rule(rows=st.sampled_from([1, 2, 50, 1100]))
    def add(self, rows: int) -> None:
        codes, ids = self.draw(rows), self.rng.integers(0, 300, rows)
        self.writer.add(codes, ids)
        self.codes, self.ids = np.concatenate([self.codes, codes]), np.concatenate([self.ids, ids])

    @rule(ids=st.lists(st.integers(0, 310), max_size=20))
    def discard(self, ids: list[int]) -> None:
        gone = np.isin(self.ids, ids)
        assert self.writer.discard(np.array(ids, dtype=np.int64)) == gone.sum()
        self.codes, self.ids = self.codes[~gone], self.ids[~gone]

    @rule(everything=st.booleans())
    def merge(self, everything: bool) -> None:  # noqa: FBT001  (drawn by hypothesis)
        self.writer.merge(everything=everything, threads=1)

    @rule()
    def reopen(self) -> None:
        self.writer.close()
        self.writer, self.reader = HammingIndex.open(self.path, writable=True), HammingIndex.open(self.path)

    @precondition(lambda self: hasattr(self, "writer"))
    @invariant()
    def all_agree(self) -> None:
        queries = self.draw(4)
        for radius in (4, 31, 40):
            expected = _reference.search(self.codes, self.ids, queries, radius)
            for index in (self.writer, self.reader):
                for ours, theirs in zip(index.search(queries, radius), expected, strict=True):
                    np.testing.assert_array_equal(ours, theirs)
        assert len(self.reader) == len(self.ids)

    def teardown(self) -> None:
        if hasattr(self, "writer"):
            self.writer.close()
            self.reader.close()
            for file in self.path.iterdir():
                file.unlink()
            self.path.rmdir()


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
