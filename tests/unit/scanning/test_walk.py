"""The walk: every file once, in a fixed order, nothing opened that is not a file, nothing outside the sources."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from shelterwood.scanning.outcomes import WhyNot
from shelterwood.scanning.walk import Found, Position, SourceNotFound, Unread, check_sources, walk


def names(root: Path, **options: object) -> list[str]:
    return [os.path.relpath(item.path, root) for item in walk([str(root)], **options)]  # type: ignore[arg-type]


def reasons(root: Path) -> dict[str, WhyNot]:
    return {Path(item.path).name: item.reason for item in walk([str(root)]) if isinstance(item, Unread)}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ["b/2", "b/1", "a", "c", "b/d/e", "b.txt"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def test_files_come_depth_first_sorted_by_the_bytes_of_their_names(tree: Path) -> None:
    (tree / os.fsdecode(b"\xff")).write_text("")

    assert names(tree) == ["a", "b/1", "b/2", "b/d/e", "b.txt", "c", "\udcff"]


def test_the_walk_goes_on_from_every_position_without_double_or_missing_files(tree: Path) -> None:
    everything = list(walk([str(tree), str(tree / "a")]))

    for done, item in enumerate(everything, start=1):
        assert list(walk([str(tree), str(tree / "a")], after=item.position)) == everything[done:]


def test_the_walk_goes_on_when_the_last_file_is_gone(tree: Path) -> None:
    (tree / "b/2").unlink()

    assert names(tree, after=Position(0, (b"b", b"2"))) == ["b/d/e", "b.txt", "c"]


def test_what_belongs_to_the_scan_is_left_out(tree: Path) -> None:
    assert "c" not in names(tree, leave_out=frozenset({str((tree / "c").resolve())}))


def test_links_are_never_followed_and_each_says_where_it_leads(tree: Path) -> None:
    (tree / "in").symlink_to(tree / "a")
    (tree / "folder").symlink_to(tree / "b", target_is_directory=True)
    (tree / "out").symlink_to("/usr", target_is_directory=True)
    (tree / "broken").symlink_to(tree / "nothing")
    (tree / "loop").symlink_to(tree / "loop")

    found = reasons(tree)

    assert found == {
        "in": WhyNot.LINK,
        "folder": WhyNot.LINK,
        "out": WhyNot.LINK_OUT,
        "broken": WhyNot.BROKEN_LINK,
        "loop": WhyNot.BROKEN_LINK,
    }


def test_a_link_that_the_person_named_is_followed(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    link = tmp_path_factory.mktemp("elsewhere") / "link"
    link.symlink_to(tree, target_is_directory=True)

    assert names(link) == names(tree)


def test_sockets_and_pipes_are_named_and_not_opened(tree: Path) -> None:
    os.mkfifo(tree / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tree / "socket"))

    assert reasons(tree) == {"pipe": WhyNot.NOT_A_FILE, "socket": WhyNot.NOT_A_FILE}


def test_a_tree_deeper_than_the_recursion_limit_is_walked(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(os.open("leaf", os.O_CREAT, dir_fd=here))
    os.close(here)

    (item,) = walk([str(tmp_path)])

    assert isinstance(item, Found)
    # pytest clears its folders with a recursion of its own, which this tree would break.
    subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)


def test_a_source_that_is_not_there_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound, match="There is no file or folder named"):
        check_sources([str(tmp_path), str(tmp_path / "missing")])
