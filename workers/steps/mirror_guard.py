"""The guard of a mirror: a dry run first, and a stop for a person before anything goes that should not."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from portal.sop import mirror_guard
from portal.sop.mirror_guard import Facts
from schemas.mirror import GuardReport, Limits, MirrorSpec
from workers.engines import command, rsync, ssh, survey, versions
from workers.engines.errors import EngineError
from workers.engines.rsync_mirror import DryRun, mirror_argv
from workers.steps.work import Work, make_private, write_whole

if TYPE_CHECKING:
    import paramiko

LIST_FILE = "deletions.txt"
QUARANTINE = "quarantine"
RESERVE_BYTES = 64 * 1024 * 1024


def look(work: Work) -> None:
    """Find out what the run would do, and stop unless that is within the mirror's limits or a person let exactly this
    pass. Raises EngineError('mirror.…', 'source.…', 'vault.…') and those of ssh and rsync, Cancelled."""
    order, path = order_of(work), source_of(work)
    _refuse_lost(work)
    make_private(place_of(work))
    work.hold_vault()
    work.share_connection()
    work.tools |= versions.find(work.cache() / "versions.json")
    with ssh.connect(work.target()) as client:
        survey.check_folder(client, path)
        mount = survey.mount(client, path)
        seen = _sentinel_seen(work, client, path, order.sentinel)
    dry, needed = dry_run(work)
    held = count(place_of(work))
    facts = Facts(
        source_files=dry.source_files or 0,
        copy_files=held.files,
        copy_entries=held.entries,
        deletions=len(dry.deletions),
        sentinel_seen=seen,
        mount_before=order.mount,
        mount_now=mount,
    )
    work.log(
        f"dry run: {dry.changes} to bring or change, {len(dry.deletions)} of {held.entries} to delete; {mount!r}"
    )
    work.guard = _report(work, dry, facts, order.limits)
    _decide(work, facts, order)
    _check_room(work, needed)


def _refuse_lost(work: Work) -> None:
    """A copy that was in step and is gone with its quarantine is on a disk that is not mounted: what is brought anew
    would hide it. Raises EngineError('mirror.lost')."""
    place = place_of(work)
    held = place.with_name(QUARANTINE).is_dir() or (place.is_dir() and any(place.iterdir()))
    if work.spec.vault_known and not held:
        raise EngineError("mirror.lost", tool="vault", path=str(place))


def _report(work: Work, dry: DryRun, facts: Facts, limits: Limits) -> GuardReport:
    """What was found, with the exact list beside it for whoever has to look."""
    digest = write_whole(work.evidence / LIST_FILE, dry.listed())
    report = GuardReport(
        mirror_id=order_of(work).mirror_id,
        reasons=mirror_guard.decide(facts, limits),
        deletions=facts.deletions,
        entries=facts.copy_entries,
        deletions_sha256=digest,
        mount=facts.mount_now,
    )
    work.result = {
        "report": report.model_dump(mode="json"),
        "digest": report.digest(),
        "changes": dry.changes,
        "share": mirror_guard.share(facts.deletions, facts.copy_entries),
        "passed": False,
        "mount_before": facts.mount_before.model_dump(mode="json") if facts.mount_before else None,
    }
    return report


def _decide(work: Work, facts: Facts, order: MirrorSpec) -> None:
    report = work.guard
    if report is None or not report.reasons:
        work.log("guard: pass")
        return
    for reason in report.reasons:
        work.log(f"guard: {reason}", "WARN")
    if order.passed and order.passed == report.digest():
        work.log(f"guard: exactly this was let pass once ({order.passed})", "WARN")
        work.result = {**(work.result or {}), "passed": True}
        return
    raise EngineError(
        f"mirror.{report.reasons[0]}",
        tool="guard",
        path=source_of(work),
        count=facts.deletions,
        entries=facts.copy_entries,
        share=mirror_guard.share(facts.deletions, facts.copy_entries),
        most=order.limits.count,
        most_share=order.limits.share,
        sentinel=order.sentinel,
    )


def _sentinel_seen(work: Work, client: paramiko.SSHClient, path: str, name: str) -> bool:
    if not name:
        return True
    seen = survey.is_file(client, f"{path}/{name}")
    work.log(f"sentinel {name}: {'found' if seen else 'missing'}")
    return seen


def dry_run(work: Work) -> tuple[DryRun, int]:
    """What rsync would do now, and the bytes that it would bring."""
    seen, stats = DryRun(), dict[str, int]()

    def output(line: bytes) -> None:
        seen.take(line)
        if found := rsync.parse_stats(line):
            stats[found[0]] = found[1]

    result = command.run(
        argv_of(work),
        on_output=output,
        on_error=lambda line: work.log(line.decode("utf-8", "backslashreplace"), "WARN"),
        should_stop=work.should_stop,
        idle_seconds=work.settings.idle_deadline_seconds,
    )
    if error := rsync.error_of(result.exit_code, result.tail, source_of(work)):
        raise error
    if seen.source_files is None:
        raise EngineError("rsync.failed", tool="rsync", exit_code=result.exit_code, tail=result.tail)
    return seen, stats.get("transferred_bytes", 0)


def argv_of(work: Work, quarantine: Path | None = None, most_deletions: int = 0) -> list[str]:
    """The dry run, or with a quarantine the run itself: the same but for that."""
    return mirror_argv(
        ssh=work.ssh_argv(),
        address=work.address(),
        source=source_of(work),
        target=place_of(work),
        partial=place_of(work).with_name("partial"),
        as_root=os.geteuid() == 0,
        timeout_seconds=int(work.settings.idle_deadline_seconds),
        exact_times=rsync.keeps_exact_times(place_of(work).parent),
        quarantine=quarantine,
        most_deletions=most_deletions,
    )


def order_of(work: Work) -> MirrorSpec:
    """The mirror that the run is for."""
    if work.spec.mirror is None:
        raise ValueError("an order without a mirror")
    return work.spec.mirror


def source_of(work: Work) -> str:
    """The folder of the server."""
    return work.spec.paths("folder")[0].rstrip("/")


def place_of(work: Work) -> Path:
    """The folder that is kept in step, in the mirror's own room beside the server's other things in the vault."""
    return work.folder / "mirror" / str(order_of(work).mirror_id) / "copy"


@dataclass(slots=True)
class Held:
    """What a folder holds: all entries below it, those that are no folders, and the bytes of its files."""

    entries: int = 0
    files: int = 0
    total_bytes: int = 0


def count(folder: Path) -> Held:
    """Count what lies below a folder. What may not be looked into counts as one file: it is not nothing."""
    held, waiting = Held(), [os.fsencode(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    held.entries += 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                        continue
                    held.files += 1
                    if entry.is_file(follow_symlinks=False):
                        held.total_bytes += entry.stat(follow_symlinks=False).st_size
        except PermissionError:
            held.files += 1
    return held


def _check_room(work: Work, needed: int) -> None:
    """What is brought stands beside what it takes the place of. Raises EngineError('vault.no_space')."""
    info = os.statvfs(work.folder)
    free, wanted = info.f_bavail * info.f_frsize, needed + RESERVE_BYTES
    if free < wanted:
        raise EngineError("vault.no_space", tool="vault", permanent=False, free=free, needed=wanted)
