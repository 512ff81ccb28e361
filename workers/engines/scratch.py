"""A scratch server of an engine: made for one restore test on a private socket, and gone with it.

A dump is code from another machine. So nothing of it runs as root, nor as an account that another database here would
know: as `nobody` when the worker is root, and no command of the client is obeyed while it is loaded.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers.engines import command
from workers.engines.errors import Cancelled, EngineError

ACCOUNT = "nobody"
START_SECONDS = 120
ENDLESS = 10 * 365 * 86400
ROOT = "lumbung_scratch"
"""The superuser of a scratch PostgreSQL: no role of a dump is called so."""


@dataclass
class Scratch:
    """A running scratch server: `folder` holds its data and its socket, `programs` where its tools are."""

    engine: str
    folder: Path
    version: str
    idle_seconds: float
    should_stop: Callable[[], bool]

    def call(
        self, argv: list[str | Path], *, given: Path | bytes | None = None, cwd: Path | None = None
    ) -> tuple[int, list[bytes], str]:
        """Run a program as the scratch server's account: exit code, lines, complaints."""
        lines: list[bytes] = []
        if isinstance(given, Path):
            with given.open("rb") as file:
                result = self._run(argv, lines, file, cwd)
        else:
            result = self._run(argv, lines, given, cwd)
        return result.exit_code, lines, result.tail

    def _run(
        self, argv: list[str | Path], lines: list[bytes], given: object, cwd: Path | None
    ) -> command.Result:
        return command.run(
            unprivileged(argv),
            env={"HOME": str(self.folder)},
            cwd=cwd or self.folder,
            given=given,  # type: ignore[arg-type]
            on_output=lines.append,
            should_stop=self.should_stop,
            idle_seconds=self.idle_seconds,
        )

    def must(
        self, argv: list[str | Path], code: str, *, given: Path | bytes | None = None, cwd: Path | None = None
    ) -> list[bytes]:
        """The lines of a program that has to end well. Raises EngineError(`code`), or one that says what this machine
        lacks: 'restore.no_space', 'scratch.failed', 'scratch.missing_part'; Cancelled."""
        exit_code, lines, tail = self.call(argv, given=given, cwd=cwd)
        if exit_code == 0:
            return lines
        found, part = fault_of(exit_code, tail)
        context: dict[str, Any] = {"part": part} if part else {}
        if found == "restore.no_space":
            context["free"] = shutil.disk_usage(self.folder).free
        raise EngineError(found or code, tool=self.engine, exit_code=exit_code, tail=tail, permanent=not found,
                          **context)  # fmt: skip


_SAID = re.compile(
    r"^(?:ERROR|FATAL|PANIC|server closed|connection to server|pg_restore: error:|psql:.*(?:error|ERROR|FATAL):)"
)
"""How the lines begin that a program says itself; others may repeat what a dump holds."""
_FULL = r"No space left on device|Disk full|Disk quota exceeded|is full$|[Ee]rr(?:code|no): ?\"?28\b"
_AWAY = (
    r"server closed the connection|terminating connection|connection to server .*(?:failed|was lost)"
    r"|could not connect to server|the database system is |gone away|Lost connection|ERROR 20(?:02|03|06|13) "
    r"|out of (?:shared )?memory|Cannot allocate memory|Too many open files"
)
_MISSING = (
    r"extension \"([^\"]+)\" (?:is not available|has no installation script)"
    r"|extension control file \"(?:[^\"]*/)?([^\"/]+)\.control\""
    r"|could not (?:access file|load library) \"([^\"]+)\"|could not create locale \"([^\"]+)\""
    r"|Unknown (?:collation|character set|storage engine):? '([^']+)'|Plugin '([^']+)' is not loaded"
)
_OF_THIS_MACHINE = (
    (_FULL, "restore.no_space"),
    (_AWAY, "scratch.failed"),
    (_MISSING, "scratch.missing_part"),
)


def fault_of(exit_code: int, tail: str) -> tuple[str, str]:
    """The code of what this machine lacked when a program of a scratch server failed, and the name of the part where
    one is missing; two empty texts when it says nothing of the kind: then what was loaded is at fault."""
    if exit_code < 0:  # a signal: nobody told it to end, so the machine was short of something
        return "scratch.failed", ""
    for line in tail.splitlines():
        if not _SAID.match(line):
            continue
        for pattern, code in _OF_THIS_MACHINE:
            if found := re.search(pattern, line):
                return code, next(filter(None, found.groups()), "")
    return "", ""


def unprivileged(argv: list[str | Path]) -> list[str | Path]:
    """`argv` as nobody when this is root; changing who one is drops the order to die with the parent, so it is given
    again."""
    if os.geteuid() != 0:
        return argv
    account = pwd.getpwnam(ACCOUNT)
    switch = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", "--"]
    return [*switch, "setpriv", "--pdeathsig", "KILL", "--", *argv]


@contextmanager
def folder(base: Path | None, needed: int) -> Iterator[Path]:
    """A private folder of the scratch account, removed whatever happens. Raises EngineError('restore.no_space')."""
    made = Path(tempfile.mkdtemp(prefix="lumbung-scratch-", dir=base))
    try:
        if os.geteuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            os.chown(made, account.pw_uid, account.pw_gid)
        free = shutil.disk_usage(made).free
        if free < needed:
            raise EngineError("restore.no_space", tool="scratch", permanent=False, free=free, needed=needed)
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def find(name: str, *places: str) -> Path:
    """A server's program, the newest where there are several. Raises EngineError('scratch.missing')."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"]))
    installed = [path for place in places for path in Path("/").glob(f"{place.lstrip('/')}/{name}")]
    newest = max(
        installed, key=lambda path: [int(part) for part in re.findall(r"\d+", str(path))], default=None
    )
    if newest is None and found is None:
        raise EngineError("scratch.missing", tool=name, program=name)
    return newest or Path(str(found))


@contextmanager
def serving(argv: list[str | Path], scratch: Scratch, ready: list[str | Path]) -> Iterator[None]:
    """Keep the server running for the block, and end it whatever happens there.

    Raises EngineError('scratch.failed') when it does not answer `ready`, Cancelled.
    """
    ended, said = threading.Event(), list[bytes]()
    failure: list[BaseException] = []

    def keep() -> None:
        try:
            result = command.run(
                unprivileged(argv), cwd=scratch.folder, env={"HOME": str(scratch.folder)}, on_output=said.append,
                on_error=said.append, should_stop=ended.is_set, idle_seconds=ENDLESS)  # fmt: skip
            failure.append(EngineError("scratch.failed", tool=scratch.engine, tail=result.tail))
        except Cancelled:
            pass  # it was told to end, and has
        except EngineError as error:
            failure.append(error)

    thread = threading.Thread(target=keep, name="scratch", daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + START_SECONDS
        while scratch.call(ready)[0] != 0:
            if failure or time.monotonic() > deadline:
                tail = b"\n".join(said[-20:]).decode("utf-8", "backslashreplace")
                raise EngineError("scratch.failed", tool=scratch.engine, tail=tail)
            time.sleep(0.2)
        yield
    finally:
        ended.set()
        with suppress(RuntimeError):
            thread.join()
