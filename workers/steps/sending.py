"""An rsync towards a server: how it is run, and what it says."""

from __future__ import annotations

import os
from collections.abc import Sequence

from workers.engines import command, rsync
from workers.engines.command import LineHandler, Result
from workers.steps.pull import Every, progress_of
from workers.steps.work import Work

PROGRESS_SECONDS = 0.25


def send(work: Work, argv: Sequence[str], output: LineHandler) -> Result:
    """Run it to its end, its complaints in the log. Raises EngineError, Cancelled."""
    return command.run(
        argv,
        on_output=output,
        on_error=lambda line: work.log(line.decode("utf-8", "backslashreplace"), "WARN"),
        should_stop=work.should_stop,
        idle_seconds=work.settings.idle_deadline_seconds,
    )


def told(work: Work, phase: str) -> LineHandler:
    """What takes its output: progress goes to the page as that of `phase`, the rest into the log."""

    def report(line: bytes) -> None:
        if seen := rsync.parse_progress(line):
            work.report(progress_of(seen).model_copy(update={"phase": phase}))

    every = Every(PROGRESS_SECONDS, report)

    def output(line: bytes) -> None:
        if line.startswith(b" "):
            every.offer(line)
        else:
            work.log(line.decode("utf-8", "backslashreplace"))

    return output


def keeps_owners(there: Work) -> bool:
    """Whether owners, groups and what else only root may set goes along."""
    return os.geteuid() == 0 and there.spec.server.username == "root"
