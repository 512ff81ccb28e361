"""What every step on a whole repository needs: the vault held, stale locks gone, restic's words in the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from schemas.run import Progress
from workers.engines import command, restic, second, versions
from workers.engines.errors import EngineError
from workers.steps import vaults
from workers.steps.work import Work, make_private

UNLOCK_SECONDS = 30


def opened(work: Work) -> restic.Repository:
    """The server's repository, held for this run alone, so whatever lock lies in it is nobody's and is removed.

    Raises EngineError('restic.no_repository', 'vault.busy').
    """
    make_private(work.folder)
    work.hold_vault()
    work.tools |= versions.find(work.cache() / "versions.json")
    repository = work.repository()
    if not vaults.exists(repository, work.should_stop):
        raise EngineError("restic.no_repository", tool="restic")
    unlock(work, repository)
    return repository


def unlock(work: Work, repository: restic.Repository) -> None:
    """Remove the locks of restics that were killed."""
    if vaults.has_locks(repository, work.should_stop):
        work.log("remove stale locks", "WARN")
        call(work, repository, restic.unlock_argv())


def leave_unlocked(repository: restic.Repository) -> None:
    """After a restic that was made to end: a signal that comes between its lock and its noting of it leaves the lock.
    Not stopped by the cancelling that this follows; what cannot be removed now the next run removes."""
    if vaults.has_locks(repository):
        command.run(
            repository.argv(restic.unlock_argv()), env=repository.environment(), idle_seconds=UNLOCK_SECONDS
        )


def call(work: Work, repository: restic.Repository, argv: Sequence[str], **more: object) -> None:
    """Run restic to a good end. Raises EngineError, Cancelled."""
    result = run(work, repository, argv, **more)  # type: ignore[arg-type]
    if result.exit_code != 0:
        raise restic.error_of(result.exit_code, result.tail)


def run(
    work: Work,
    repository: restic.Repository | second.Second,
    argv: Sequence[str],
    *,
    phase: str = "",
    counted: Sequence[str] = (),
    on_error: Callable[[str], None] = lambda _line: None,
    env: Mapping[str, str] | None = None,
) -> command.Result:
    """Run restic with its output in the log; lines that count one of `counted` tell how far `phase` is."""
    seen = [""]

    def output(line: bytes) -> bool:
        text = line.decode("utf-8", "backslashreplace")
        done = restic.parse_done(text)
        if done is None:
            work.log(text)
            return True
        if done[1] in counted:
            work.report(Progress(phase=phase, percent=round(done[0], 1)))
        # restic repeats its progress whether it gets on or not; only a change of it is a sign of life.
        news = text.split("]", 1)[1]
        before, seen[0] = seen[0], news
        return before != news

    def complaint(line: bytes) -> None:
        text = line.decode("utf-8", "backslashreplace")
        work.log(text, "WARN")
        on_error(text)

    return command.run(
        repository.argv(argv),
        cwd=work.folder,
        env={**repository.environment(), **(env or {})},
        on_output=output,
        on_error=complaint,
        should_stop=work.should_stop,
        idle_seconds=work.settings.idle_deadline_seconds,
    )
