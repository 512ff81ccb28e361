"""The snapshot of the copy by restic, while the manifest of the same copy is written beside it."""

from __future__ import annotations

from typing import Any

from schemas.evidence import SnapshotEvidence
from schemas.run import Progress
from workers.engines import command, manifest, restic
from workers.steps import latest, upkeep
from workers.steps.lister import Lister
from workers.steps.work import Work, make_private


def snapshot(work: Work) -> None:
    """Snapshot the copy and note snapshot and manifest as evidence. Raises EngineError, Cancelled."""
    before = latest.read(work.folder)
    lister = Lister(work, before)
    # Before restic, which is busy with one core for seconds when it makes or opens a repository.
    lister.start()
    try:
        repository = _ready(work)
        parent = before.snapshot_id if repository.has_snapshot(before.snapshot_id) else ""
        summary = _Backup(work).run(repository, parent)
        totals = lister.result()
    except BaseException:
        lister.give_up()
        raise
    snapshot_id = repository.long_id(str(summary["snapshot_id"]))
    work.snapshot = _evidence(work, repository, snapshot_id, summary, lister, totals)
    latest.write(work.folder, latest.Latest(snapshot_id, lister.manifest, totals.sha256))
    work.log(
        f"snapshot {snapshot_id}: {totals.files} files, {totals.total_bytes} bytes, manifest {totals.sha256}"
    )


def _ready(work: Work) -> restic.Repository:
    """The repository, made when the server has none, free of the locks of restics that were killed.

    This run holds the vault's own lock on it, so whatever lock lies there is nobody's.
    """
    repository = work.repository()
    if not repository.exists():
        make_private(repository.path)
        upkeep.call(work, repository, restic.init_argv())
    else:
        upkeep.unlock(work, repository)
    return repository


class _Backup:
    """One `restic backup` and what it says."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.summary: dict[str, Any] = {}
        self._seen: tuple[Any, ...] = ()

    def run(self, repository: restic.Repository, parent: str) -> dict[str, Any]:
        """Make the snapshot and return restic's summary. Raises EngineError, Cancelled."""
        work = self.work
        argv = restic.backup_argv(
            host=work.spec.server.name,
            tags=[f"run-{work.run_id}", f"request-{work.spec.request_number}"],
            paths=[f"./{path.strip('/')}" for path in work.roots()],
            parent=parent,
        )
        left_out = work.left_out_count
        result = command.run(
            argv,
            cwd=work.copy,
            env=repository.environment(),
            on_output=self._output,
            on_error=self._complaint,
            should_stop=work.should_stop,
            idle_seconds=work.settings.idle_deadline_seconds,
        )
        if result.exit_code not in (0, 3) or "snapshot_id" not in self.summary:
            raise restic.error_of(result.exit_code, result.tail)
        if result.exit_code == 3 and work.left_out_count == left_out:
            work.leave_out(str(work.copy))
        return self.summary

    def _output(self, line: bytes) -> bool:
        # restic repeats its status whether it gets on or not; only a change of it is a sign of life.
        message = restic.parse_message(line)
        kind = (message or {}).get("message_type")
        if message is None:
            self.work.log(line.decode("utf-8", "backslashreplace"))
        elif kind == "status":
            before, self._seen = self._seen, (message.get("files_done"), message.get("bytes_done"))
            self.work.report(progress_of(message))
            return before != self._seen
        elif kind == "summary":
            self.summary.update(message)
        return True

    def _complaint(self, line: bytes) -> None:
        message = restic.parse_message(line)
        if message and message.get("message_type") == "error":
            self.work.leave_out(str(message.get("item", "")))
        self.work.log(line.decode("utf-8", "backslashreplace"), "WARN")


def progress_of(message: dict[str, Any]) -> Progress:
    """A status message of restic as the run's page shows it."""
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


def _evidence(
    work: Work,
    repository: restic.Repository,
    snapshot_id: str,
    summary: dict[str, Any],
    lister: Lister,
    totals: manifest.Totals,
) -> SnapshotEvidence:
    return SnapshotEvidence(
        snapshot_id=snapshot_id,
        repository=str(repository.path),
        files=totals.files,
        folders=totals.folders,
        others=totals.others,
        total_bytes=totals.total_bytes,
        added_bytes=int(summary.get("data_added", 0)),
        transferred_bytes=work.transferred_bytes,
        manifest=str(lister.manifest),
        manifest_sha256=totals.sha256,
        sums=str(lister.sums),
    )
