"""The clock: every few seconds it ends silent runs, sends lost ones again, and lets postponed requests go on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from portal import config
from portal.config import Settings
from portal.operations import (
    audit_checks,
    disposition,
    emergencies,
    evaluation,
    mirror_results,
    mirror_runs,
    proof_runs,
    reminders,
    run_retries,
    schedule_retries,
    schedule_runs,
    second_copies,
    sweep,
    terminations,
    vault,
)
from portal.store import db
from portal.store.queries import mirrors, runs
from workers import postman, sealer
from workers.engines import folders
from workers.steps.mirror import QUARANTINE_NAME, QUARANTINE_TIME

log = structlog.get_logger(__name__)
BEAT_FILE = "clock.heartbeat"
POST_SECONDS = 20
"""How long a message that is being handed over is waited for at the end."""


def tick(settings: Settings, at: datetime, watch: sweep.Watch) -> None:
    """One round. What fails is logged and tried again in the next round; only a round that went well beats."""
    failed = False
    for name, work in (
        ("interrupted", lambda: sweep.interrupt_silent(watch, at=at, seconds=settings.lease_seconds)),
        ("requeued", lambda: sweep.requeue_lost(at, settings)),
        ("resumed", lambda: disposition.resume_postponed(at)),
        ("services_ended", lambda: terminations.end_due(at)),
        ("scheduled", lambda: schedule_runs.run_due(at, settings)),
        ("retried", lambda: schedule_retries.retry_failed(at, settings)),
        ("reminded", lambda: reminders.send_due(at)),
        ("runs_retried", lambda: run_retries.retry_failed(at, settings)),
        ("schedules_told", lambda: schedule_runs.tell_unstarted(at)),
        ("reviews_overdue", lambda: emergencies.raise_overdue(at, settings)),
        ("trail_broken", lambda: audit_checks.keep_up(at, settings)),
        ("room_measured", lambda: vault.measure_daily(at, settings)),
        ("months_counted", lambda: evaluation.keep_ended(at, settings)),
        ("second_copies", lambda: second_copies.start_due(at, settings)),
        ("second_late", lambda: second_copies.tell_late(at, settings)),
        ("checked", lambda: proof_runs.start_checks(at, settings)),
        ("proven", lambda: proof_runs.start_tests(at, settings)),
        ("proof_overdue", lambda: proof_runs.tell_overdue(at, settings)),
        ("restores_removed", lambda: remove_old_restores(settings, at)),
        ("safety_dumps_removed", lambda: remove_old_safety_dumps(settings, at)),
        ("mirrored", lambda: mirror_runs.run_due(at, settings)),
        ("lost_dumps_removed", lambda: remove_lost_dumps(settings)),
        ("quarantine_removed", lambda: remove_old_quarantine(settings, at)),
    ):
        try:
            with db.connection():
                done = work()
        except Exception as error:
            # Whatever it is, the other tasks and the next round must come: nobody else ends silent runs.
            log.exception("clock.task_failed", task=name, error=str(error))
            failed = True
            continue
        if done:
            log.info("clock.done", task=name, ids=done)
    if not failed:
        _beat(settings, at)


def remove_old_restores(settings: Settings, at: datetime) -> list[str]:
    """Remove what restore tests brought back more than `restore_keep_days` ago: it is the office's data in the clear,
    and the proof does not need it any more. Return the folders' names."""
    folders = (settings.var / "restore").glob("run-*")
    return _removed(folders, at - timedelta(days=settings.restore_keep_days))


def remove_old_safety_dumps(settings: Settings, at: datetime) -> list[str]:
    """Remove the dumps that were taken before databases were exchanged, after `safety_keep_days`."""
    folders = settings.vault_path.glob("*/safety/run-*")
    return _removed(folders, at - timedelta(days=settings.safety_keep_days))


def _removed(old: Iterable[Path], before: datetime) -> list[str]:
    """Remove the folders that nothing was changed in since `before`; their names."""
    limit, found = before.timestamp(), sorted(old)
    live = {f"run-{run_id}" for run_id, *_ in runs.leases()}
    return [
        folder.name
        for folder in found
        if folder.name not in live and folder.lstat().st_ctime < limit and _remove(folder)
    ]


def _remove(folder: Path) -> bool:
    """Remove a folder; whether it is gone. What stays is logged."""
    complaint = folders.remove(folder)
    if complaint:
        log.error("clock.not_removed", folder=str(folder), error=complaint)
    return not complaint


def remove_lost_dumps(settings: Settings) -> list[str]:
    """Remove the dumps of mirrors whose run is no more: a worker that was killed left a database in the clear."""
    # First what is there, then who lives: whoever made a folder that is seen was at work before the leases are read.
    found = sorted(settings.vault_path.glob("*/mirror/*/dump-*"))
    live = {f"dump-{run_id}" for run_id, *_ in runs.leases()}
    return [folder.name for folder in found if folder.name not in live and _remove(folder)]


def remove_old_quarantine(settings: Settings, at: datetime) -> list[str]:
    """Remove what mirrors have let go and kept for as many days as their rules say. Return the folders' names."""
    days, removed = mirrors.quarantine_days(), []
    for folder in sorted(settings.vault_path.glob("*/mirror/*/quarantine/*")):
        named, mirror_id = QUARANTINE_NAME.fullmatch(folder.name), folder.parts[-3]
        if named is None or folder.is_symlink() or not mirror_id.isdecimal() or int(mirror_id) not in days:
            continue
        began = datetime.strptime(named[1], QUARANTINE_TIME).replace(tzinfo=UTC)
        if at - began > timedelta(days=days[int(mirror_id)]) and _remove(folder):
            mirror_results.quarantine_removed(int(mirror_id), str(folder), at)
            removed.append(folder.name)
    return removed


def _beat(settings: Settings, at: datetime) -> None:
    try:
        beat_file(settings).write_text(at.isoformat(), encoding="ascii")
    except OSError as error:
        log.warning("clock.no_heartbeat", error=str(error))


def beat_file(settings: Settings) -> Path:
    """Where the clock notes its last round, for `/healthz`."""
    return settings.var / BEAT_FILE


def main() -> None:
    """Tick until a signal asks to stop."""
    settings = config.load()
    settings.ensure_folders()
    db.connect(settings.database_url)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    watch = sweep.Watch()
    # Apart from the round: a mail server that does not answer must not keep silent runs from being ended.
    post = threading.Thread(target=postman.keep, args=(settings, stopped), name="postman", daemon=True)
    post.start()
    # Apart from it too: printing takes a moment, and a letter of many pages several.
    threading.Thread(target=sealer.keep, args=(settings, stopped), name="sealer", daemon=True).start()
    while not stopped.is_set():
        tick(settings, db.now(), watch)
        stopped.wait(settings.sweep_seconds)
    post.join(POST_SECONDS)


if __name__ == "__main__":
    main()
