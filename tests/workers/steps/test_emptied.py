from __future__ import annotations

import os
from pathlib import Path

import pytest

from workers.steps.emptied import holds_file


def test_it_sees_no_file_in_folders_alone(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert not holds_file(tmp_path)


@pytest.mark.parametrize("name", [b"file", b"bad\xff", b"fifo"])
def test_it_sees_the_first_that_is_no_folder(tmp_path: Path, name: bytes) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    path = os.fsencode(tmp_path) + b"/a/b/" + name
    os.mkfifo(path) if name == b"fifo" else os.mknod(path)
    assert holds_file(tmp_path)


def test_it_takes_a_link_to_a_folder_for_no_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/")
    assert holds_file(tmp_path)


def test_it_sees_nothing_where_nothing_is(tmp_path: Path) -> None:
    assert not holds_file(tmp_path / "missing")


def test_it_takes_what_it_may_not_read_for_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_path: bytes) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "scandir", refused)
    assert holds_file(tmp_path)
