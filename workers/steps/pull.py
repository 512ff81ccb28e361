"""The pull: every source of the server brought into step with its copy in the vault, by rsync over OpenSSH."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable

from schemas.run import Progress
from workers.engines import command, rsync
from workers.engines.errors import EngineError
from workers.steps.emptied import look_again
from workers.steps.places import prepare_target
from workers.steps.work import Work, make_private

PROGRESS_SECONDS = 0.25


def pull(work: Work) -> None:
    """Bring every source into step with the server. Files that vanish or cannot be read make the run incomplete.
    Raises EngineError('pull.empty_source', 'source.…', 'rsync.…', 'vault.…'), Cancelled."""
    look_again(work)
    ssh_argv, address = work.ssh_argv(), work.address()
    partial = work.folder / "partial"
    make_private(partial)
    try:
        for path in work.sources():
            argv = rsync.pull_argv(
                ssh=ssh_argv,
                address=address,
                source=path,
                target=prepare_target(work.copy, path),
                partial=partial,
                as_root=os.geteuid() == 0,
                timeout_seconds=int(work.settings.idle_deadline_seconds),
                sparse=path not in work.without_holes,
                bandwidth_kib=work.spec.bandwidth_kib,
            )
            _Pull(work, path).run(argv)
    except EngineError as error:
        if error.code == "vault.full":
            shutil.rmtree(partial)  # the room is worth more than the beginning of a file
        raise
    # What is left is the beginning of a file that is no more.
    shutil.rmtree(partial)


class _Pull:
    """One rsync and what it says."""

    def __init__(self, work: Work, path: str) -> None:
        self.work, self.path = work, path
        self.stats: dict[str, int] = {}
        self.every = Every(PROGRESS_SECONDS, self._report)

    def run(self, argv: list[str]) -> None:
        """Pull, and note what was left out. Raises EngineError, Cancelled."""
        left_out = self.work.left_out_count
        self.work.log(f"pull {self.path}")
        result = command.run(
            argv,
            on_output=self._output,
            on_error=self._complaint,
            should_stop=self.work.should_stop,
            idle_seconds=self.work.settings.idle_deadline_seconds,
        )
        if error := rsync.error_of(result.exit_code, result.tail, self.path):
            raise error
        if result.exit_code != 0 and self.work.left_out_count == left_out:
            self.work.leave_out(self.path)
        self.work.transferred_bytes += self.stats.get("transferred_bytes", 0)
        self.work.log(f"pulled {self.path} in {result.seconds:.1f} s: {self.stats}")

    def _output(self, line: bytes) -> None:
        if line.startswith(rsync.FILE_LINE):
            self.work.log(line.decode("utf-8", "backslashreplace"))
        elif line.startswith(b" "):
            self.every.offer(line)
        elif found := rsync.parse_stats(line):
            self.stats[found[0]] = found[1]
        else:
            self.work.log(line.decode("utf-8", "backslashreplace"))

    def _complaint(self, line: bytes) -> None:
        text = line.decode("utf-8", "backslashreplace")
        self.work.log(text, "WARN")
        if name := rsync.parse_left_out(text):
            self.work.leave_out(name)

    def _report(self, line: bytes) -> None:
        if seen := rsync.parse_progress(line):
            self.work.report(progress_of(seen))


def progress_of(seen: rsync.Progress) -> Progress:
    """Progress of rsync as the run's page shows it."""
    done = seen.files_total - seen.files_left if seen.files_total and seen.files_left is not None else 0
    return Progress(
        phase="pull",
        percent=float(seen.percent),
        files_done=done,
        files_total=seen.files_total,
        bytes_done=seen.bytes_done,
        bytes_total=int(seen.bytes_done * 100 / seen.percent) if seen.percent else None,
        bytes_per_second=seen.bytes_per_second,
        eta_seconds=seen.eta_seconds,
    )


class Every:
    """Passes a line on at most once in `seconds`: rsync tells its progress with every file."""

    def __init__(self, seconds: float, use: Callable[[bytes], None]) -> None:
        self._seconds, self._use, self._last = seconds, use, 0.0

    def offer(self, line: bytes) -> None:
        """Use the line if it is time."""
        now = time.monotonic()
        if now - self._last >= self._seconds:
            self._last = now
            self._use(line)
