"""What the target of a forwarded mirror is found to be, by the script that the other server is asked with."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from workers.steps.forward import READY_SCRIPT


def answer(folder: Path, filled: str = "") -> str:
    argv = ["sh", "-c", READY_SCRIPT, "sh", str(folder), f"{folder}.lumbung-1", filled]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """The folder below the place where a disk is mounted, or not."""
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk" / "situs"


def made(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


def test_it_makes_the_folder_and_its_marker_the_first_time(target: Path) -> None:
    assert answer(target) == "new"
    assert made(target) == ["situs", "situs.lumbung-1"]
    (target / "a").touch()
    assert (answer(target), answer(target, "filled")) == ("known", "known")


@pytest.mark.parametrize("folder", [False, True])
def test_it_makes_nothing_where_the_disk_of_a_filled_folder_is_away(target: Path, folder: bool) -> None:
    if folder:
        target.mkdir()
    assert answer(target, "filled") == "gone"
    assert made(target) == (["situs"] if folder else [])


def test_it_fills_what_was_emptied_again_when_the_marker_says_so(target: Path) -> None:
    answer(target)
    assert answer(target, "filled") == "gone"
    marker = target.with_name("situs.lumbung-1")
    marker.write_text("baru\n", encoding="ascii")
    assert answer(target, "filled") == "new"
    assert marker.read_text(encoding="ascii") == ""
    assert answer(target, "filled") == "gone"


def test_it_takes_what_lies_there_without_a_marker_for_somebodys(target: Path) -> None:
    target.mkdir()
    (target / "penting").touch()
    assert (answer(target), answer(target, "filled")) == ("taken", "taken")
