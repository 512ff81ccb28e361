"""The commands around a backup, as the grant has sealed them: before it on the server, and after it whatever became of
it. No shell reads them, and none runs longer than it may."""

from __future__ import annotations

import shlex

from schemas import commands
from workers.engines import command
from workers.engines.database import LOST, error_of
from workers.engines.errors import EngineError
from workers.steps.work import Work

TIMED_OUT = (124, 137)
PATIENCE_SECONDS = 60


def before(work: Work) -> None:
    """Run the commands before, one after the other. From here on those after it run, however the backup ends.

    Raises EngineError('commands.before_failed', 'commands.timeout', 'ssh.…'), Cancelled."""
    work.owed = lambda: _pay(work)
    for line in work.spec.before:
        _run(work, line, "commands.before_failed")


def after(work: Work) -> None:
    """Run the commands after it. One that fails leaves the backup incomplete, and the others run all the same."""
    work.settle()


def _pay(work: Work) -> None:
    """Run all commands after, also when the run was cancelled: what was stopped before is to go on."""
    for line in work.spec.after:
        try:
            _run(work, line, "commands.after_failed", stoppable=False)
        except EngineError as error:
            work.log(f"{error}: {error.tail}", "ERROR")
            work.after_failed = work.after_failed or line


def _run(work: Work, line: str, code: str, *, stoppable: bool = True) -> None:
    seconds = work.settings.command_seconds
    words = ["timeout", "--kill-after=10", str(seconds), *commands.words_of(line)]
    work.log(f"on the server: {line}")

    def tell(said: bytes) -> None:
        work.log(f"| {said.decode('utf-8', 'backslashreplace')}")

    result = command.run(
        [*work.ssh_argv(), "--", work.address(), shlex.join(words)],
        on_output=tell,
        on_error=tell,
        should_stop=work.should_stop if stoppable else lambda: False,
        idle_seconds=seconds + PATIENCE_SECONDS,
    )
    if result.exit_code == LOST:
        raise error_of(result.exit_code, result.tail, engine="ssh")
    if result.exit_code in TIMED_OUT:
        code = "commands.timeout" if stoppable else code
    if result.exit_code != 0:
        raise EngineError(code, tool="ssh", exit_code=result.exit_code, tail=result.tail, command=line,
                          seconds=seconds)  # fmt: skip
