"""The pulse of a run: a thread that renews its lease, carries its progress, and hears of a cancellation."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

from portal.operations import leases
from portal.operations.leases import Lease, LeaseLost
from portal.store import db
from schemas.run import Progress

PULSE_SECONDS = 1.0


class Heartbeat(threading.Thread):
    """Beats once a second until `stop`. `cancelled` and `lost` say why the run should stop.

    A database that cannot be written for a while (locked, restarted) is borne until the lease would have run out.
    """

    def __init__(self, lease: Lease, pulse_seconds: float = PULSE_SECONDS) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._lease, self._pulse = lease, pulse_seconds
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
        """Beat; called by `start`."""
        deadline = db.now().timestamp() + self._lease.seconds
        while not self._ended.wait(self._pulse):
            try:
                with db.connection():
                    if leases.renew(self._lease, at=db.now(), progress=self._taken()):
                        self.cancelled.set()
                deadline = db.now().timestamp() + self._lease.seconds
            except LeaseLost:
                self.lost.set()
                return
            except db.Unavailable:
                if db.now().timestamp() > deadline:
                    self.lost.set()
                    return

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
