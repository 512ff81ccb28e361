from __future__ import annotations

from pathlib import Path

import pytest

from workers.engines import rsync
from workers.steps.places import prepare_target
from workers.steps.pull import progress_of


def test_it_makes_the_way_to_a_folder_private(tmp_path: Path) -> None:
    target = prepare_target(tmp_path, "/srv/web")
    assert target == tmp_path / "srv" / "web"
    assert target.stat().st_mode & 0o777 == 0o700
    assert prepare_target(tmp_path, "/srv/web") == target


@pytest.mark.parametrize("planted", ["srv", "srv/web"])
def test_it_walks_through_no_planted_link(tmp_path: Path, planted: str) -> None:
    outside, copy = tmp_path / "outside", tmp_path / "copy"
    (outside / "web").mkdir(parents=True)
    (copy / planted).parent.mkdir(parents=True, exist_ok=True)
    (copy / planted).symlink_to(outside)
    target = prepare_target(copy, "/srv/web")
    assert target.resolve() == (copy / "srv" / "web").resolve()
    assert target.resolve().is_relative_to(copy.resolve())
    assert outside.is_dir()


def test_it_makes_room_where_a_file_was(tmp_path: Path) -> None:
    (tmp_path / "srv").write_text("once a file", encoding="ascii")
    assert prepare_target(tmp_path, "/srv/web").is_dir()


def test_it_reports_progress_with_totals() -> None:
    progress = progress_of(rsync.Progress(500, 50, 100.0, 5, 10, 40))
    assert (progress.phase, progress.percent, progress.bytes_done, progress.bytes_total) == (
        "pull",
        50.0,
        500,
        1000,
    )
    assert (progress.files_done, progress.files_total, progress.eta_seconds) == (30, 40, 5)


def test_it_reports_no_total_that_nobody_knows() -> None:
    progress = progress_of(rsync.Progress(0, 0, 0.0, 0))
    assert (progress.bytes_total, progress.files_total, progress.files_done) == (None, None, 0)
