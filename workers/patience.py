"""A database that is locked or restarted for a moment is waited for: a copy that was made is not lost over it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import structlog

from portal.store import db

PAUSE_SECONDS = 0.5
T = TypeVar("T")
log = structlog.get_logger(__name__)


def patiently(work: Callable[[], T], *, seconds: float) -> T:
    """Do a piece of database work in a connection of its own, again and again for at most `seconds`.

    `work` is one transaction, so a try that failed left nothing. Raises what the last try raised (db.Unavailable),
    and at once whatever else `work` raises.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            with db.connection():
                return work()
        except db.Unavailable as error:
            if time.monotonic() > deadline:
                raise
            log.warning("database.unavailable", error=str(error))
            time.sleep(PAUSE_SECONDS)
