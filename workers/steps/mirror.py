"""The mirror itself: the copy brought into step with the source, after the guard; what goes lies in quarantine."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from portal.store import db
from schemas.evidence import MirrorEvidence
from schemas.mirror import GuardReport
from workers.engines import command, rsync
from workers.engines.errors import EngineError
from workers.engines.rsync_mirror import MAX_DELETE_PASSED
from workers.steps.mirror_guard import QUARANTINE, argv_of, count, dry_run, order_of, place_of, source_of
from workers.steps.pull import Every, progress_of
from workers.steps.work import Work, make_private

PROGRESS_SECONDS = 0.25
QUARANTINE_TIME = "%Y%m%dT%H%M%SZ"
QUARANTINE_NAME = re.compile(r"(\d{8}T\d{6}Z)-run-\d+")


def bring(work: Work) -> None:
    """Bring what is new, move what goes into the quarantine, and let no more go than the guard has seen. Raises
    EngineError('mirror.moved_meanwhile', 'vault.…') and those of ssh and rsync, Cancelled."""
    place = place_of(work)
    partial, quarantine = place.with_name("partial"), quarantine_of(work)
    make_private(partial)
    make_private(quarantine)
    run = _Bringing(work)
    try:
        run.go(argv_of(work, quarantine, _report(work).deletions))
    finally:
        if not any(quarantine.iterdir()):
            quarantine.rmdir()
    shutil.rmtree(partial)
    work.transferred_bytes = run.stats.get("transferred_bytes", 0)


def agree(work: Work) -> None:
    """Look a second time: what is not in step now has changed at the source since, or was left out by name."""
    again, _ = dry_run(work)
    remaining = again.changes + len(again.deletions)
    if remaining:
        work.warnings.append("mirror.moved_on")
        work.log(f"{remaining} entries are not in step: the source has moved on", "WARN")
    report, held, quarantine = _report(work), count(place_of(work)), quarantine_of(work)
    found = work.result or {}
    work.mirrored = MirrorEvidence(
        mirror_id=report.mirror_id, place=str(place_of(work)), entries=held.entries, total_bytes=held.total_bytes,
        changes=int(found.get("changes", 0)), deletions=report.deletions, transferred_bytes=work.transferred_bytes,
        remaining=remaining, quarantine=str(quarantine) if quarantine.exists() else "",
        quarantined_files=count(quarantine).files if quarantine.exists() else 0, report=report,
        passed=order_of(work).passed if found.get("passed") else "")  # fmt: skip
    work.result = {
        **found,
        "entries": held.entries,
        "total_bytes": held.total_bytes,
        "transferred_bytes": work.transferred_bytes,
        "quarantine": work.mirrored.quarantine,
        "quarantined_files": work.mirrored.quarantined_files,
        "remaining": remaining,
    }
    work.log(f"in step: {held.entries} entries, {held.total_bytes} bytes")


def quarantine_of(work: Work) -> Path:
    """Where what goes in this run is moved to, named for the day and the run."""
    folder = place_of(work).with_name(QUARANTINE)
    for known in folder.glob(f"*-run-{work.run_id}"):
        return known
    return folder / f"{db.now().strftime(QUARANTINE_TIME)}-run-{work.run_id}"


def _report(work: Work) -> GuardReport:
    if work.guard is None:
        raise ValueError("a mirror comes after its guard")
    return work.guard


class _Bringing:
    """One rsync and what it says."""

    def __init__(self, work: Work) -> None:
        self.work, self.top = work, str(place_of(work))
        self.stats: dict[str, int] = {}
        self.every = Every(PROGRESS_SECONDS, self._report)

    def go(self, argv: list[str]) -> None:
        left_out = self.work.left_out_count
        result = command.run(
            argv,
            on_output=self._output,
            on_error=self._complaint,
            should_stop=self.work.should_stop,
            idle_seconds=self.work.settings.idle_deadline_seconds,
        )
        if result.exit_code == MAX_DELETE_PASSED:
            raise EngineError(
                "mirror.moved_meanwhile",
                tool="rsync",
                tail=result.tail,
                permanent=False,
                path=source_of(self.work),
            )
        if error := rsync.error_of(result.exit_code, result.tail, source_of(self.work)):
            raise error
        if result.exit_code != 0 and self.work.left_out_count == left_out:
            self.work.leave_out(source_of(self.work))
        self.work.log(f"brought in {result.seconds:.1f} s: {self.stats}")

    def _output(self, line: bytes) -> None:
        if line.startswith(b" "):
            self.every.offer(line)
        elif found := rsync.parse_stats(line):
            self.stats[found[0]] = found[1]
        else:
            self.work.log(line.decode("utf-8", "backslashreplace"))

    def _complaint(self, line: bytes) -> None:
        text = line.decode("utf-8", "backslashreplace")
        self.work.log(text, "WARN")
        if name := rsync.parse_left_out(text):
            self.work.leave_out(name.replace(self.top, source_of(self.work), 1))

    def _report(self, line: bytes) -> None:
        if seen := rsync.parse_progress(line):
            self.work.report(progress_of(seen).model_copy(update={"phase": "mirror"}))
