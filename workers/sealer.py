"""The sealer: freezes the records of removals that have ended, and makes the files of papers that were signed and not
opened yet. The clock keeps it going."""

from __future__ import annotations

import threading

import structlog

from portal.config import Settings
from portal.operations import disposal, issued
from portal.store import db

log = structlog.get_logger(__name__)


def keep(settings: Settings, stopped: threading.Event) -> None:
    """Make rounds until `stopped`; whatever breaks one, the next one comes."""
    while not stopped.wait(settings.sweep_seconds):
        try:
            with db.connection():
                disposal.issue_waiting(settings)
                done = issued.seal_waiting(settings)
        except Exception as error:
            log.exception("sealer.round_failed", error=str(error))
        else:
            if done:
                log.info("sealer.sealed", papers=done)
