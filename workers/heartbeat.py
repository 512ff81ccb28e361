"""The pulse of a run: a thread that renews its lease, carries its progress, and hears of a cancellation."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog

from portal.operations import leases
from portal.operations.leases import Lease, LeaseLost
from portal.store import db
from schemas.run import Progress

PULSE_SECONDS = 1.0
log = structlog.get_logger(__name__)


class Heartbeat(threading.Thread):
    """Beats once a second until `stop`. `cancelled` and `lost` say why the run should stop.

    A database that cannot be written for a while (locked, restarted) is borne until the lease would have run out.
    """

    def __init__(
        self,
        lease: Lease,
        *,
        on_beat: Callable[[], None] = lambda: None,
        pulse_seconds: float = PULSE_SECONDS,
    ) -> None:
        """Given the run's lease; `on_beat` is called with every beat, from this thread."""
        super().__init__(name="heartbeat", daemon=True)
        self._lease, self._on_beat, self._pulse = lease, on_beat, pulse_seconds
        self._progress: Progress | None = None
        self._ended = threading.Event()
        self.cancelled = threading.Event()
        self.lost = threading.Event()

    def should_stop(self) -> bool:
        """Whether the run is to stop now."""
        return self.cancelled.is_set() or self.lost.is_set()

    def report(self, progress: Progress) -> None:
        """Keep the newest progress for the next beat."""
        self._progress = progress

    def run(self) -> None:
        """Beat; called by `start`. A beat that breaks for a reason nobody foresaw is as good as a lost lease: the run
        must not go on unwatched."""
        # The wall clock may jump; how long nothing was renewed is measured by one that does not.
        renewed = time.monotonic()
        while not self._ended.wait(self._pulse):
            try:
                self._on_beat()
                self._renew()
                renewed = time.monotonic()
            except db.Unavailable:
                if time.monotonic() - renewed > self._lease.seconds:
                    self.lost.set()
                    return
            except LeaseLost:
                self.lost.set()
                return
            except Exception:
                self.lost.set()
                log.exception("heartbeat.broken", run=self._lease.run_id)
                return

    def _renew(self) -> None:
        with db.connection():
            if leases.renew(self._lease, at=db.now(), progress=self._taken()):
                self.cancelled.set()

    def stop(self) -> None:
        """End the beat; it does not touch the run after this returns."""
        self._ended.set()
        self.join()

    def _taken(self) -> dict[str, Any] | None:
        progress, self._progress = self._progress, None
        return progress.model_dump(mode="json") if progress else None

    def __enter__(self) -> Heartbeat:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(RuntimeError):
            self.stop()
