from __future__ import annotations

from workers.steps.keeper import progress_of


def test_it_reports_a_status_as_progress() -> None:
    progress = progress_of({"message_type": "status", "seconds_elapsed": 4, "seconds_remaining": 6,
                            "percent_done": 0.4, "total_files": 10, "files_done": 3, "total_bytes": 1000,
                            "bytes_done": 400})  # fmt: skip
    assert (progress.phase, progress.percent, progress.files_done, progress.files_total) == (
        "snapshot",
        40.0,
        3,
        10,
    )
    assert (progress.bytes_done, progress.bytes_total, progress.bytes_per_second) == (400, 1000, 100.0)
    assert progress.eta_seconds == 6


def test_it_reports_a_first_status_that_knows_nothing_yet() -> None:
    progress = progress_of({"message_type": "status", "percent_done": 0})
    assert (progress.bytes_per_second, progress.bytes_total, progress.eta_seconds) == (0.0, None, None)
