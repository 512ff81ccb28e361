"""A scratch PostgreSQL: a dump loaded into it, and its rows counted as they were at the dump."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from workers.engines import postgresql, scratch
from workers.engines.errors import EngineError
from workers.engines.scratch import ROOT, Scratch

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
NAME = "scratch"
FAST = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "listen_addresses=",
    "max_wal_size=1GB",
)


@contextmanager
def server(folder: Path, *, idle_seconds: float, should_stop: Callable[[], bool]) -> Iterator[Scratch]:
    """Make and start one in `folder`. Raises EngineError('scratch.…'), Cancelled."""
    program = scratch.find("postgres", *PLACES)
    made = Scratch(postgresql.ENGINE, folder, "", idle_seconds, should_stop)
    data = folder / "data"
    made.must([program.with_name("initdb"), "-D", data, "-U", ROOT, "--auth=trust", "-E", "UTF8", "--locale=C",
                 "--no-sync"], "scratch.failed")  # fmt: skip
    options = [part for option in (*FAST, f"unix_socket_directories={folder}") for part in ("-c", option)]
    ready = psql(made, "postgres", "-c", "SHOW server_version")
    with scratch.serving([program, "-D", data, *options], made, ready):
        made.version = b"".join(made.must(ready, "scratch.failed")).decode().strip()
        yield made


def psql(made: Scratch, name: str, *words: str) -> list[str | Path]:
    """The client: asks for no password and reads no settings of an account."""
    return ["psql", "-XqAtw", "-h", made.folder, "-U", ROOT, "-d", postgresql.conninfo(name), *words]


def load_accounts(made: Scratch, path: Path) -> None:
    """Roles of the dump's server, for what is granted to them. What cannot be here (a tablespace's place) is no
    fault: what matters is found when the database itself is loaded."""
    made.call(psql(made, "postgres"), given=path)


def load(made: Scratch, path: Path, *, version: str, encoding: str) -> None:
    """Load a dump into a fresh database. Raises EngineError('scratch.…', 'restore.no_space',
    'load.failed'), Cancelled."""
    if _major(version) > _major(made.version):
        raise EngineError("scratch.old", tool=made.engine, needed=version, found=made.version)
    if not re.fullmatch(r"[A-Za-z0-9_]+", encoding or "UTF8"):
        raise EngineError("load.failed", tool=made.engine, tail=f"encoding {encoding!r}", database="")
    make = f"DROP DATABASE IF EXISTS {NAME}; CREATE DATABASE {NAME} TEMPLATE template0 ENCODING '{encoding or 'UTF8'}'"
    made.must(psql(made, "postgres", "-v", "ON_ERROR_STOP=1"), "scratch.failed", given=make.encode())
    made.must(["pg_restore", "-w", "-h", made.folder, "-U", ROOT, "-d", NAME, "--exit-on-error", "--no-owner",
                 "--no-tablespaces", "--no-publications", "--no-subscriptions"], "load.failed", given=path)  # fmt: skip


def count(made: Scratch) -> dict[str, int]:
    """The rows of each table. Raises EngineError('load.failed')."""
    sql = f"SET row_security = off;{postgresql.COUNT_SQL}"
    lines = made.must(psql(made, NAME, "-v", "ON_ERROR_STOP=1"), "load.failed", given=sql.encode())
    found = [json.loads(line) for line in lines]
    return {str(each["table"]): int(each["rows"]) for each in found if "table" in each}


def _major(version: str) -> int:
    found = re.match(r"\d+", version)
    return int(found.group()) if found else 0
