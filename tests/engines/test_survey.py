from __future__ import annotations

import os
from pathlib import Path

import paramiko
import pytest

from tests.engines import trees
from workers.engines import survey
from workers.engines.errors import EngineError


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return trees.make(tmp_path / "srv tree's", "web") / "web"


def test_it_says_what_the_server_is(client: paramiko.SSHClient) -> None:
    found = survey.probe(client)
    assert found["kernel"].startswith("Linux")
    assert found["is_root"] is (os.geteuid() == 0)
    assert survey.rsync_version(f"rsync  version {found['rsync']}  protocol version 32") == found["rsync"]
    assert found["system"]


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("rsync  version 3.5.0  protocol version 32", "3.5.0"),
        ("rsync  version v3.4.1  protocol", "3.4.1"),
        ("openrsync: protocol version 29", ""),
        ("", ""),
    ],
)
def test_it_reads_rsyncs_version(line: str, version: str) -> None:
    assert survey.rsync_version(line) == version


def test_it_lists_a_folder_with_names_of_any_bytes(client: paramiko.SSHClient, tree: Path) -> None:
    entries, cut = survey.list_folder(client, str(tree))
    assert not cut
    assert len(entries) == len(trees.HOSTILE) + 5
    assert (entries[0].name, entries[0].kind, entries[0].usable) == ("deep", "folder", True)
    by_name = {entry.name: entry for entry in entries}
    assert by_name["$(touch spoilt)"].usable
    assert by_name["outside"].kind == "link"
    assert by_name["fifo"].kind == "other"
    assert by_name["-rf"].size_bytes == 3
    assert not by_name["new\\nline"].usable
    assert [entry.usable for entry in entries if "ff" in entry.name] == [False]


def test_it_cuts_a_long_list(
    client: paramiko.SSHClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "LISTING_MAX", 5)
    for number in range(8):
        (tmp_path / f"{number}").touch()
    entries, cut = survey.list_folder(client, str(tmp_path))
    assert (len(entries), cut) == (5, True)


def test_it_measures_a_folder(client: paramiko.SSHClient, tree: Path) -> None:
    found = survey.measure(client, str(tree))
    files = {(s.st_dev, s.st_ino): s for s in (p.lstat() for p in tree.rglob("*")) if is_file(s)}
    assert found.size_bytes == sum(info.st_size for info in files.values())
    assert found.file_count == sum(1 for _ in tree.rglob("*"))


def is_file(info: os.stat_result) -> bool:
    return (info.st_mode & 0o170000) == 0o100000


def test_it_sees_holes(client: paramiko.SSHClient, tmp_path: Path) -> None:
    with (tmp_path / "holes").open("wb") as file:
        file.truncate(10**9)
    found = survey.measure(client, str(tmp_path))
    assert found.size_bytes == 10**9
    assert found.disk_bytes < 10**6


def test_it_goes_through_no_link_since_that_would_widen_a_grant(
    client: paramiko.SSHClient, tree: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(tree)
    for path in (tmp_path / "link", tmp_path / "link" / "deep"):
        with pytest.raises(EngineError) as refusal:
            survey.check_folder(client, str(path))
        assert refusal.value.code == "source.moved"


@pytest.mark.parametrize("ask", [survey.check_folder, survey.list_folder, survey.measure])
def test_it_says_what_is_amiss_with_a_folder(client: paramiko.SSHClient, tmp_path: Path, ask) -> None:
    (tmp_path / "file").touch()
    for name, code in (("nowhere", "source.missing"), ("file", "source.not_folder")):
        with pytest.raises(EngineError) as caught:
            ask(client, str(tmp_path / name))
        assert (caught.value.code, caught.value.context["path"]) == (code, str(tmp_path / name))


def test_it_asks_the_shell_the_same_as_sftp(client: paramiko.SSHClient, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    for name in ("nowhere", "file", "empty"):
        path = str(tmp_path / name)
        assert survey._state_by_sftp(client, path) == survey._state_by_shell(client, path)


def test_it_finds_an_empty_folder_and_one_with_a_first_name_that_is_not_utf_8(
    client: paramiko.SSHClient, tmp_path: Path
) -> None:
    survey.check_folder(client, str(tmp_path))
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe"))).touch()
    survey.check_folder(client, str(tmp_path))
