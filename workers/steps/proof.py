"""The restore test: bring a snapshot back into a fresh private folder and hold it against its manifest."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from schemas.evidence import RestoreEvidence
from schemas.run import Progress, RunKind
from workers.engines import command, comparison, manifest, restic
from workers.engines.errors import EngineError
from workers.steps.work import Work, make_private

REPORT_SECONDS = 0.5


def restore(work: Work) -> None:
    """Restore the snapshot below `var/restore/run-<id>`, which must not exist yet: restic follows symbolic links that
    lie in its way. Raises EngineError, also when the manifest is not the one that was sealed."""
    listed = Path(work.spec.manifest_path)
    check_manifest(work, listed)
    work.restored = target = fresh_folder(work)
    repository, total = work.repository(), expected(listed, _within(work)).total_bytes
    check_room(target, total)
    began, free = time.monotonic(), shutil.disk_usage(target).free

    def tick() -> None:
        done = min(max(free - shutil.disk_usage(target).free, 0), total)
        seconds = time.monotonic() - began
        work.report(
            Progress(
                phase="restore",
                percent=round(99.0 * done / total, 1) if total else 0.0,
                bytes_done=done,
                bytes_total=total,
                bytes_per_second=done / seconds if seconds else 0.0,
                eta_seconds=int((total - done) * seconds / done) if done else None,
            )
        )

    result = command.run(
        repository.argv(
            restic.restore_argv(work.spec.snapshot_id, target, _only(work)), cached=not _is_test(work)
        ),
        env=repository.environment(),
        on_output=lambda line: work.log(line.decode("utf-8", "backslashreplace")),
        on_error=lambda line: work.log(line.decode("utf-8", "backslashreplace"), "WARN"),
        should_stop=work.should_stop,
        idle_seconds=work.settings.idle_deadline_seconds,
        on_tick=tick,
    )
    work.restore_seconds = result.seconds
    if result.exit_code != 0:
        raise failure(restic.error_of(result.exit_code, result.tail), target, total)
    work.log(f"restored {work.spec.snapshot_id} into {target} in {result.seconds:.1f} s")


def compare(work: Work) -> None:
    """Compare every entry. Raises EngineError('proof.differs') naming the first differences."""
    if work.restored is None:
        raise ValueError("compare comes after restore")
    listed = Path(work.spec.manifest_path)
    within = _within(work)
    began, total = time.monotonic(), expected(listed, within).total_bytes
    reported = [0.0]

    def progress(found: comparison.Comparison) -> None:
        if time.monotonic() - reported[0] < REPORT_SECONDS:
            return
        reported[0] = time.monotonic()
        speed = found.compared_bytes / max(reported[0] - began, 0.001)
        work.report(
            Progress(
                phase="compare",
                percent=round(100.0 * found.compared_bytes / total, 1) if total else 0.0,
                files_done=found.files,
                bytes_done=found.compared_bytes,
                bytes_total=total,
                bytes_per_second=speed,
                eta_seconds=int((total - found.compared_bytes) / speed) if speed else None,
            )
        )

    found = comparison.compare(
        listed,
        work.restored,
        sources=work.roots() if within is None else (os.fsdecode(within),),
        within=within,
        owners=os.geteuid() == 0,
        should_stop=work.should_stop,
        on_progress=progress,
    )
    work.proof = RestoreEvidence(
        snapshot_id=work.spec.snapshot_id, restored=str(work.restored), entries=found.entries, files=found.files,
        compared_bytes=found.compared_bytes, difference_count=found.difference_count,
        differences=tuple(found.differences), owners_compared=os.geteuid() == 0,
        restore_seconds=round(work.restore_seconds, 3), compare_seconds=round(time.monotonic() - began, 3),
        manifest_sha256=work.spec.manifest_sha256)  # fmt: skip
    conclude(work, found)


def is_untouched(work: Work) -> bool:
    """Whether the copy lies as it did when it was listed, by inodes and change times. Raises Cancelled."""
    within = _within(work)
    return comparison.is_untouched(
        Path(work.spec.manifest_path),
        work.copy,
        sources=work.roots() if within is None else (os.fsdecode(within),),
        within=within,
        owners=os.geteuid() == 0,
        should_stop=work.should_stop,
    )


def conclude(work: Work, found: comparison.Comparison) -> None:
    """Tell what a comparison found. Raises EngineError('proof.differs') for any difference."""
    work.log(
        f"compared {found.entries} entries, {found.compared_bytes} bytes: {found.difference_count} differences"
    )
    for path, what in found.differences:
        work.log(f"{what}: {path}", "ERROR")
    if found.difference_count:
        raise EngineError(
            "proof.differs", tool="compare", count=found.difference_count, first=found.differences[0][0]
        )


def fresh_folder(work: Work) -> Path:
    """The run's own folder below `var/restore`, which must not exist yet. Raises EngineError."""
    target = work.settings.var / "restore" / f"run-{work.run_id}"
    make_private(target.parent)
    try:
        target.mkdir(mode=0o700)
    except FileExistsError as error:
        raise EngineError("restore.target_exists", tool="restore", path=str(target)) from error
    return target


def _is_test(work: Work) -> bool:
    """Whether the run is to prove what the repository itself can give."""
    return work.spec.kind is RunKind.RESTORE_TEST


def _within(work: Work) -> bytes | None:
    """The entry that a restore for people is about; a restore test brings back everything."""
    return work.spec.restore.place.raw() if work.spec.restore else None


def _only(work: Work) -> list[str]:
    within = _within(work)
    return [] if within is None else restic.include_argv(within)


def check_manifest(work: Work, listed: Path) -> None:
    """Raises EngineError unless the manifest is there and the one that was sealed."""
    if not listed.is_file():
        raise EngineError("proof.manifest_missing", tool="compare", path=str(listed))
    if manifest.digest_of(listed) != work.spec.manifest_sha256:
        raise EngineError("proof.manifest_changed", tool="compare", path=str(listed))


def failure(error: EngineError, target: Path, needed: int) -> EngineError:
    """A restore writes to the restore folder, so a full disk is that one and not the vault's."""
    if error.code != "vault.full":
        return error
    return EngineError(
        "restore.no_space",
        tool="restic",
        exit_code=error.exit_code,
        tail=error.tail,
        permanent=False,
        free=shutil.disk_usage(target).free,
        needed=needed,
    )


@dataclass
class Expected:
    """What the manifest says of the entry that is brought back: the record of its top, files and bytes; hard links are
    one file on the disk, but as many in an archive (`archive_bytes`)."""

    top: manifest.Record | None = None
    files: int = 0
    total_bytes: int = 0
    archive_bytes: int = 0


def expected(listed: Path, within: bytes | None) -> Expected:
    """Add up the part of a manifest that is brought back."""
    seen, sums = set(), Expected()
    for record in manifest.read(listed) if within is None else manifest.part(listed, within):
        sums.top = sums.top or record
        size, group = record.get("size", 0), record.get("link_group")
        sums.files += record["kind"] == "file"
        sums.archive_bytes += size
        if group is None or group not in seen:
            seen.add(group)
            sums.total_bytes += size
    return sums


def check_room(target: Path, needed: int) -> None:
    """Raises EngineError('restore.no_space') when the disk of `target` has not so much room."""
    free = shutil.disk_usage(target).free
    if free < needed:
        raise EngineError("restore.no_space", tool="restore", permanent=False, free=free, needed=needed)
