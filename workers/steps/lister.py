"""Writes the manifest in a thread, beside restic: both read a copy that nobody changes meanwhile."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from workers.engines import manifest
from workers.engines.errors import Cancelled, from_os
from workers.steps.latest import Latest
from workers.steps.work import Work, make_private


class Lister(threading.Thread):
    """The manifest of one run in the making. Checksums of what did not change since `last` are taken over."""

    def __init__(self, work: Work, last: Latest) -> None:
        super().__init__(name="manifest")
        make_private(work.evidence)
        self.work, self.last = work, last
        self.manifest, self.sums = work.evidence / "manifest.jsonl", work.evidence / "SHA256SUMS"
        self._stopped = threading.Event()
        self._totals: manifest.Totals | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        """Write; called by `start`."""
        try:
            self._totals = manifest.write(
                self.work.copy,
                self.work.roots(),
                manifest=self.manifest,
                sums=self.sums,
                previous=self._previous(),
                on_unreadable=self._unreadable,
                should_stop=lambda: self._stopped.is_set() or self.work.should_stop(),
            )
        except BaseException as error:  # noqa: BLE001  (handed to the thread that waits)
            self._error = error

    def give_up(self) -> None:
        """Stop writing: the snapshot failed."""
        self._stopped.set()
        self.join()

    def result(self) -> manifest.Totals:
        """Wait for the manifest. Raises Cancelled, EngineError('manifest.failed')."""
        self.join()
        if isinstance(self._error, Cancelled):
            raise Cancelled
        if isinstance(self._error, OSError):
            raise from_os(self._error, tool="manifest", otherwise="manifest.failed") from self._error
        if self._error is not None or self._totals is None:
            raise self._error or RuntimeError("the manifest was not written")
        return self._totals

    def _previous(self) -> Path | None:
        """The last manifest, if it still is the one that was sealed: its checksums pass for those of the files."""
        path = self.last.manifest
        if path and path.is_file() and manifest.digest_of(path) == self.last.manifest_sha256:
            return path
        return None

    def _unreadable(self, path: bytes) -> None:
        name = f"/{os.fsdecode(path)}".encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        self.work.leave_out(name)
        self.work.log(f"unreadable here: {name}", "WARN")
