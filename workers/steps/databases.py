"""Databases of a server: reaching an engine there, and asking what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from types import ModuleType
from typing import Any, BinaryIO

from schemas.database import AccessSpec, Engine, Method, default_access
from workers.engines import command, database, mariadb, pipes, postgresql
from workers.engines.errors import EngineError
from workers.steps.work import Work

TOOLS: dict[Engine, Any] = {Engine.POSTGRESQL: postgresql, Engine.MARIADB: mariadb}
OF_THE_ENGINE = ("database.", "dump.")
"""Failures that say something of one engine; any other is of the server, and ends the question."""


def discover(work: Work) -> None:
    """What each engine of the server holds, or why it does not say. Raises EngineError for any other fault."""
    work.result = {"engines": [_listing(work, engine) for engine in Engine]}


def _listing(work: Work, engine: Engine) -> dict[str, Any]:
    tools, access = tools_of(engine), access_of(work, engine)
    output: list[bytes] = []
    try:
        argv = tools.list_argv(work.ssh_argv(), work.address(), access)
        call(work, argv, access, on_output=output)
        found = tools.parse_list(b"\n".join(output))
    except EngineError as error:
        if not error.code.startswith(OF_THE_ENGINE):
            raise
        work.log(f"{engine}: {error}: {error.tail}", "WARN")
        return {"engine": engine.value, "code": error.code, "databases": []}
    work.log(f"{engine} {found['version']}: {len(found['databases'])} databases")
    return {"engine": engine.value, "code": "", **found}


def tools_of(engine: Engine) -> ModuleType:
    """The room that knows the engine."""
    found: ModuleType = TOOLS[engine]
    return found


def access_of(work: Work, engine: Engine) -> AccessSpec:
    """The way to an engine that the run's order names, or the one that needs no setting."""
    chosen = (access for access in work.spec.accesses if access.engine is engine)
    return next(chosen, default_access(engine))


def secret_of(work: Work, access: AccessSpec) -> bytes:
    """What the engine's client reads the password from; empty where none is needed. Raises PortalError."""
    if access.method is not Method.PASSWORD:
        return b""
    text: str = tools_of(access.engine).secret(access, work.password_of(access.engine.value))
    return text.encode()


def call(
    work: Work,
    argv: list[str],
    access: AccessSpec,
    *,
    name: str = "",
    into: BinaryIO | None = None,
    on_output: list[bytes] | None = None,
    on_tick: Callable[[], None] = lambda: None,
    rest: Iterable[bytes] = (),
    patient: bool = False,
) -> database.Side:
    """Run a remote script to its end and return what it said on the side. The password goes by its standard input, and
    `rest` after it, for a script that was told how long the password is. A `patient` call bears an engine that says
    nothing for hours while it makes an index or counts; a link that is dead ends it all the same (ServerAliveInterval).

    Raises EngineError('database.…', 'ssh.…'), Cancelled.
    """
    side = database.Side()

    def complain(line: bytes) -> None:
        if text := side.take(line):
            work.log(text, "WARN")

    with pipes.fed(chain([secret_of(work, access)], rest)) as given:
        result = command.run(
            argv,
            given=given,
            into=into,
            on_output=on_output.append if on_output is not None else None,
            on_error=complain,
            on_tick=on_tick,
            should_stop=work.should_stop,
            idle_seconds=work.settings.engine_quiet_seconds
            if patient
            else work.settings.idle_deadline_seconds,
        )
    if result.exit_code != 0:
        raise database.error_of(result.exit_code, side.tail, engine=access.engine.value, database=name)
    return side
