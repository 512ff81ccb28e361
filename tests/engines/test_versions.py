from __future__ import annotations

from pathlib import Path

import pytest

from workers.engines import command, versions
from workers.engines.errors import EngineError


def program(folder: Path, name: str, says: str) -> None:
    """A tool that counts how often it is asked."""
    path = folder / name
    path.write_text(f"#!/bin/sh\necho asked >> {folder}/asked\necho '{says}'\n", encoding="ascii")
    path.chmod(0o755)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in versions.QUESTIONS:
        program(folder, name, f"{name} 1.0")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def asked(tools: Path) -> int:
    return len((tools / "asked").read_text(encoding="ascii").splitlines())


def test_it_asks_each_tool_once(tools: Path, tmp_path: Path) -> None:
    found = versions.find(tmp_path / "versions.json")
    assert found == {"rsync": "rsync 1.0", "restic": "restic 1.0", "ssh": "ssh 1.0"}
    assert versions.find(tmp_path / "versions.json") == found
    assert asked(tools) == 3


def test_it_asks_again_when_a_tool_was_replaced(tools: Path, tmp_path: Path) -> None:
    versions.find(tmp_path / "versions.json")
    (tools / "rsync").unlink()
    program(tools, "rsync", "rsync 2.0")
    assert versions.find(tmp_path / "versions.json")["rsync"] == "rsync 2.0"


@pytest.mark.parametrize("note", ["", "{", "[]", '{"identity": 1}'])
def test_it_asks_again_when_its_note_is_damaged(tools: Path, tmp_path: Path, note: str) -> None:
    (tmp_path / "versions.json").write_text(note, encoding="ascii")
    assert versions.find(tmp_path / "versions.json")["ssh"] == "ssh 1.0"


def test_it_says_which_tool_is_missing(tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tools))
    (tools / "restic").unlink()
    with pytest.raises(EngineError) as caught:
        versions.find(tmp_path / "versions.json")
    assert (caught.value.code, caught.value.context["program"]) == ("command.missing", "restic")


def test_it_knows_the_tools_of_this_machine(tmp_path: Path) -> None:
    found = versions.find(tmp_path / "versions.json")
    assert found["rsync"].startswith("rsync")
    assert found["restic"].startswith("restic ")
    assert found["ssh"].startswith("OpenSSH_")
    assert command.run(["restic", "version"], idle_seconds=30).tail.splitlines()[0] == found["restic"]
