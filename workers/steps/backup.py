"""The backup of folders: pull each into the copy, snapshot the copy, and list what the snapshot holds."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from schemas.evidence import SnapshotEvidence
from schemas.run import Progress, SourceSpec
from workers.engines import command, manifest, restic, rsync
from workers.engines.errors import Cancelled, EngineError
from workers.steps.work import Work, make_private

PROGRESS_SECONDS = 0.25


def pull(work: Work) -> None:
    """Bring every source into step with the server. Files that vanish or cannot be read make the run incomplete."""
    ssh_argv = work.ssh_argv()
    address = work.address()
    for source in work.spec.sources:
        target = work.copy / source.path.lstrip("/")
        make_private(target.parent)
        target.mkdir(exist_ok=True, mode=0o700)
        argv = rsync.pull_argv(
            ssh=ssh_argv,
            address=address,
            source=source.path,
            target=target,
            as_root=os.geteuid() == 0,
            timeout_seconds=int(work.settings.idle_deadline_seconds),
        )
        _pull(work, source, argv)


def _pull(work: Work, source: SourceSpec, argv: list[str]) -> None:
    stats: dict[str, int] = {}
    every = _Every(PROGRESS_SECONDS, lambda line: _report_pull(work, line))

    def output(line: bytes) -> None:
        if line.startswith(b" "):
            every.offer(line)
        elif found := rsync.parse_stats(line):
            stats[found[0]] = found[1]
        else:
            work.log(line.decode("utf-8", "backslashreplace"))

    def error(line: bytes) -> None:
        text = line.decode("utf-8", "backslashreplace")
        work.log(text, "WARN")
        if name := rsync.parse_left_out(text):
            work.leave_out(name)

    work.log(f"pull {source.path}")
    result = command.run(
        argv,
        on_output=output,
        on_error=error,
        should_stop=work.should_stop,
        idle_seconds=work.settings.idle_deadline_seconds * 2,
    )
    if result.exit_code in rsync.INCOMPLETE and not rsync.NO_SPACE.search(result.tail):
        if work.left_out_count == 0:
            work.leave_out(source.path)
    elif result.exit_code != 0:
        raise rsync.error_of(result.exit_code, result.tail)
    work.transferred_bytes += stats.get("transferred_bytes", 0)
    work.log(f"pulled {source.path} in {result.seconds:.1f} s: {stats}")


class _Every:
    """Passes a line on at most once in `seconds`: rsync tells its progress with every file."""

    def __init__(self, seconds: float, use: Callable[[bytes], None]) -> None:
        self._seconds, self._use, self._last = seconds, use, 0.0

    def offer(self, line: bytes) -> None:
        """Use the line if it is time."""
        now = time.monotonic()
        if now - self._last >= self._seconds:
            self._last = now
            self._use(line)


def _report_pull(work: Work, line: bytes) -> None:
    seen = rsync.parse_progress(line)
    if seen is None:
        work.log(line.decode("utf-8", "backslashreplace"))
    else:
        work.report(_progress(seen))


def _progress(seen: rsync.Progress) -> Progress:
    done = seen.files_total - seen.files_left if seen.files_total and seen.files_left is not None else 0
    total = int(seen.bytes_done * 100 / seen.percent) if seen.percent else None
    return Progress(
        phase="pull",
        percent=float(seen.percent),
        files_done=done,
        files_total=seen.files_total,
        bytes_done=seen.bytes_done,
        bytes_total=total,
        bytes_per_second=seen.bytes_per_second,
        eta_seconds=seen.eta_seconds,
    )


def snapshot(work: Work) -> None:
    """Snapshot the copy with restic while the manifest is written beside it, and note both as evidence."""
    repository = work.repository()
    if not repository.exists():
        make_private(repository.path)
        _restic(work, repository, restic.init_argv(), work.folder)
    lister = _Lister(work)
    lister.start()
    try:
        summary = _backup(work, repository)
    except BaseException:
        lister.give_up()
        raise
    totals = lister.result()
    snapshot_id = repository.long_id(str(summary["snapshot_id"]))
    work.snapshot = SnapshotEvidence(
        snapshot_id=snapshot_id, repository=str(repository.path), files=totals.files, folders=totals.folders,
        others=totals.others, total_bytes=totals.total_bytes, added_bytes=int(summary.get("data_added", 0)),
        transferred_bytes=work.transferred_bytes, manifest=str(lister.manifest), manifest_sha256=totals.sha256,
        sums=str(lister.sums))  # fmt: skip
    lister.remember()
    work.log(
        f"snapshot {snapshot_id}: {totals.files} files, {totals.total_bytes} bytes, manifest {totals.sha256}"
    )


def _backup(work: Work, repository: restic.Repository) -> dict[str, Any]:
    paths = [f"./{source.path.strip('/')}" for source in work.spec.sources]
    tags = [f"run-{work.run_id}", f"request-{work.spec.request_number}"]
    argv = restic.backup_argv(host=work.spec.server.name, tags=tags, paths=paths)
    summary: dict[str, Any] = {}

    def output(line: bytes) -> None:
        message = restic.parse_message(line)
        kind = (message or {}).get("message_type")
        if message is None:
            work.log(line.decode("utf-8", "backslashreplace"))
        elif kind == "status":
            work.report(_status(message))
        elif kind == "summary":
            summary.update(message)

    def error(line: bytes) -> None:
        message = restic.parse_message(line)
        if message and message.get("message_type") == "error":
            work.leave_out(str(message.get("item", "")))
        work.log(line.decode("utf-8", "backslashreplace"), "WARN")

    result = command.run(
        argv,
        cwd=work.copy,
        env=repository.environment(),
        on_output=output,
        on_error=error,
        should_stop=work.should_stop,
        idle_seconds=work.settings.idle_deadline_seconds,
    )
    if result.exit_code not in (0, 3) or "snapshot_id" not in summary:
        raise restic.error_of(result.exit_code, result.tail)
    if result.exit_code == 3 and work.left_out_count == 0:
        work.leave_out(str(work.copy))
    return summary


def _status(message: dict[str, Any]) -> Progress:
    done, total = int(message.get("bytes_done", 0)), message.get("total_bytes")
    elapsed = float(message.get("seconds_elapsed") or 0)
    return Progress(
        phase="snapshot",
        percent=round(float(message.get("percent_done", 0)) * 100, 1),
        files_done=int(message.get("files_done", 0)),
        files_total=message.get("total_files"),
        bytes_done=done,
        bytes_total=total,
        bytes_per_second=done / elapsed if elapsed else 0.0,
        eta_seconds=message.get("seconds_remaining"),
    )


def _restic(work: Work, repository: restic.Repository, argv: list[str], cwd: Path) -> None:
    result = command.run(
        argv,
        cwd=cwd,
        env=repository.environment(),
        should_stop=work.should_stop,
        idle_seconds=work.settings.idle_deadline_seconds,
    )
    if result.exit_code != 0:
        raise restic.error_of(result.exit_code, result.tail)


class _Lister(threading.Thread):
    """Writes the manifest while restic reads the same copy: both see files that nobody changes meanwhile."""

    def __init__(self, work: Work) -> None:
        super().__init__(name="manifest")
        make_private(work.evidence)
        self.work = work
        self.manifest, self.sums = work.evidence / "manifest.jsonl", work.evidence / "SHA256SUMS"
        self.latest = work.folder / "latest-manifest"
        self._stopped = threading.Event()
        self._totals: manifest.Totals | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        previous = Path(self.latest.read_text(encoding="utf-8")) if self.latest.exists() else None
        try:
            self._totals = manifest.write(
                self.work.copy,
                [source.path for source in self.work.spec.sources],
                manifest=self.manifest,
                sums=self.sums,
                previous=previous,
                should_stop=lambda: self._stopped.is_set() or self.work.should_stop(),
            )
        except BaseException as error:  # noqa: BLE001  (handed to the thread that waits)
            self._error = error

    def give_up(self) -> None:
        """Stop writing: the snapshot failed."""
        self._stopped.set()
        self.join()

    def result(self) -> manifest.Totals:
        """Wait for the manifest. Raises what the writing raised."""
        self.join()
        if isinstance(self._error, Cancelled):
            raise Cancelled
        if isinstance(self._error, OSError):
            raise EngineError("manifest.failed", tool="manifest", tail=str(self._error)) from self._error
        if self._error is not None or self._totals is None:
            raise self._error or RuntimeError("the manifest was not written")
        return self._totals

    def remember(self) -> None:
        """Let the next run take over the checksums of what does not change."""
        self.latest.write_text(str(self.manifest), encoding="utf-8")
