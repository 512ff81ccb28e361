"""The one function that the queue may call: `execute(run_id)`. The database decides everything else."""

from __future__ import annotations

import os
import socket

import structlog

from portal import config
from portal.config import Settings
from portal.operations import leases
from portal.operations.leases import Lease, LeaseLost
from portal.store import db
from workers import carrier, ending
from workers.engines import command
from workers.heartbeat import Heartbeat
from workers.journal import Journal
from workers.steps import contents

log = structlog.get_logger(__name__)


def execute(run_id: int) -> None:
    """Claim the run and carry it out. A run that is taken, ended or unknown is left alone, so that a second delivery
    does nothing. Raises TypeError for anything but an integer."""
    if type(run_id) is not int:
        raise TypeError("a run's id is an integer")
    command.die_with_parent()
    settings = config.load()
    db.connect(settings.database_url)
    carry_out(run_id, settings)


def carry_out(run_id: int, settings: Settings) -> bool:
    """Claim the run and do it in this process; return whether it was claimed."""
    owner = f"{socket.gethostname()}:{os.getpid()}"
    with db.connection():
        lease = leases.claim(
            run_id, owner, at=db.now(), seconds=settings.lease_seconds, at_once=settings.vault_runs
        )
    if lease is None:
        log.info("run.not_claimed", run=run_id)
        return False
    _work(lease, settings)
    return True


def _work(lease: Lease, settings: Settings) -> None:
    journal = Journal(settings.var / "log" / f"run-{lease.run_id}.log")
    try:
        with Heartbeat(lease, on_beat=journal.flush) as heartbeat:
            ended = carrier.carry(lease, settings, journal, heartbeat)
            # Still with a pulse: the last write waits for a database that is locked.
            ending.write(lease, ended, journal)
        contents.after_backup(ended.work, settings)
    except LeaseLost:
        log.warning("run.lease_lost", run=lease.run_id)
    finally:
        journal.close()
