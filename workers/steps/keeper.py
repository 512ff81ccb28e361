"""One `restic backup`, begun while the data still come: opening a repository takes restic the better part of a second
(its key is derived anew each time) and making one takes seconds, so that is done beside the pull.

restic reads the file of names to leave out after it has opened the repository and before it looks at the first folder.
That file is a pipe here, empty, and ends when the copy is whole. A restic that read it earlier would only wait earlier.
"""

from __future__ import annotations

import contextlib
import os
import threading
from typing import Any

from schemas.run import Progress
from workers.engines import command, restic
from workers.engines.errors import Cancelled, EngineError
from workers.steps import latest, upkeep, vaults
from workers.steps.work import Work, make_private


class Keeper(threading.Thread):
    """Makes the repository ready and restic wait in it, from `start` to `begin`; `result` is restic's summary."""

    def __init__(self, work: Work, parent: str) -> None:
        super().__init__(name="keeper")
        self.work, self.parent = work, parent
        self.repository = work.repository()
        self._summary: dict[str, Any] = {}
        self._seen: tuple[Any, ...] = ()
        self._error: BaseException | None = None
        self._begun, self._given_up = threading.Event(), threading.Event()
        self._waits_at, self._gate = os.pipe()

    def run(self) -> None:
        """Make ready, wait, snapshot; called by `start`."""
        try:
            self._make_ready()
            self._keep()
        except BaseException as error:  # noqa: BLE001  (handed to the thread that waits)
            self._error = error
            with contextlib.suppress(EngineError, OSError):
                upkeep.leave_unlocked(self.repository)
        finally:
            os.close(self._waits_at)

    def begin(self) -> None:
        """The copy is whole: let restic look at it."""
        if not self._begun.is_set():
            self._begun.set()
            os.close(self._gate)

    def give_up(self) -> None:
        """End it, whatever it does; once it has ended well this does nothing. The gate stays shut until it is gone: a
        restic let loose on half a copy might be quicker than its end."""
        self._given_up.set()
        self.join()
        self.begin()

    def result(self) -> dict[str, Any]:
        """Begin, wait for the snapshot and return restic's summary. Raises EngineError, Cancelled."""
        self.begin()
        self.join()
        if self._error is not None:
            raise self._error
        return self._summary

    @property
    def made(self) -> str:
        """The id of the snapshot that restic has told of, as short as its version tells it; empty before."""
        return str(self._summary.get("snapshot_id", ""))

    def _make_ready(self) -> None:
        """The repository, made when the server has none, free of the locks of restics that were killed.

        This run holds the vault's own lock on it, so whatever lock lies there is nobody's.
        """
        if vaults.exists(self.repository, self._should_stop):
            upkeep.unlock(self.work, self.repository)
        elif self.work.spec.vault_known or latest.read(self.work.folder).snapshot_id:
            raise vaults.lost(self.repository)
        else:
            if not self.repository.location:
                make_private(self.repository.path)
            upkeep.call(self.work, self.repository, restic.init_argv())

    def _keep(self) -> None:
        work = self.work
        if self._should_stop():
            raise Cancelled
        argv = restic.backup_argv(
            host=work.spec.server.name,
            tags=[f"run-{work.run_id}", work.spec.authority],
            paths=[f"./{path.strip('/')}" for path in work.roots()],
            parent=self.parent,
            wait=True,
        )
        left_out = work.left_out_count
        with os.fdopen(os.dup(self._waits_at), "rb") as waits_at:
            result = command.run(
                self.repository.argv(argv),
                cwd=work.copy,
                env=self.repository.environment(),
                on_output=self._output,
                on_error=self._complaint,
                should_stop=self._should_stop,
                idle_seconds=work.settings.idle_deadline_seconds,
                given=waits_at,
                waiting=lambda: not self._begun.is_set(),
            )
        if result.exit_code not in (0, 3) or "snapshot_id" not in self._summary:
            raise restic.error_of(result.exit_code, result.tail)
        if result.exit_code == 3 and work.left_out_count == left_out:
            work.leave_out(str(work.copy))

    def _should_stop(self) -> bool:
        return self._given_up.is_set() or self.work.should_stop()

    def _output(self, line: bytes) -> bool:
        # restic repeats its status whether it gets on or not; only a change of it is a sign of life.
        message = restic.parse_message(line)
        kind = (message or {}).get("message_type")
        if message is None:
            self.work.log(line.decode("utf-8", "backslashreplace"))
        elif kind == "status":
            before, self._seen = self._seen, (message.get("files_done"), message.get("bytes_done"))
            if self._begun.is_set():
                self.work.report(progress_of(message))
            return before != self._seen
        elif kind == "summary":
            self._summary.update(message)
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
