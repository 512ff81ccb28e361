"""The restore test of dumps: each is loaded into a scratch server of its own engine and its rows are counted."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from schemas import database as names
from schemas.database import Engine
from schemas.evidence import DumpEvidence, LoadEvidence
from schemas.run import Progress
from workers.engines import scratch, scratch_mariadb, scratch_postgresql
from workers.engines.errors import EngineError
from workers.engines.scratch import Scratch
from workers.steps.dump import LIST_FILE
from workers.steps.work import Work

RESERVE_BYTES = 512 * 1024 * 1024
ABSENT = -1
SERVERS: dict[str, Any] = {
    Engine.POSTGRESQL.value: scratch_postgresql.server,
    Engine.MARIADB.value: scratch_mariadb.server,
}


def load(work: Work) -> None:
    """Load every dump of the snapshot. Raises EngineError('load.…', 'scratch.…', 'restore.no_space'), Cancelled.

    The list of dumps came back with the snapshot, and `compare` has found it as the sealed manifest has it.
    """
    if work.restored is None:
        raise ValueError("load comes after restore")
    top = work.restored
    listed = json.loads((top / names.FOLDER.strip("/") / LIST_FILE).read_text(encoding="utf-8"))
    made = [DumpEvidence.model_validate(each) for each in listed]
    databases = [each for each in made if each.database]
    _check_complete(work, databases)
    for engine in sorted({each.engine for each in databases}):
        accounts = [top / each.file for each in made if each.engine == engine and not each.database]
        mine = [each for each in databases if each.engine == engine]
        with (
            scratch.folder(work.settings.scratch, max(map(_needed, mine))) as folder,
            SERVERS[engine](
                folder, idle_seconds=work.settings.engine_quiet_seconds, should_stop=work.should_stop
            ) as server,
        ):
            if engine == Engine.POSTGRESQL.value and accounts:
                scratch_postgresql.load_accounts(server, accounts[0])
            for each in mine:
                _prove(work, server, top, each)
    _judge(work)


def _needed(dump: DumpEvidence) -> int:
    return 2 * dump.database_bytes + RESERVE_BYTES


def _check_complete(work: Work, made: list[DumpEvidence]) -> None:
    """Raises EngineError('load.absent') when the snapshot lacks a dump that its run was to make."""
    there = {f"{each.engine}:{each.database}" for each in made}
    for path in work.spec.paths("database"):
        if path not in there:
            raise EngineError("load.absent", tool="load", database=path)


def _prove(work: Work, server: Scratch, top: Path, dump: DumpEvidence) -> None:
    """Load one dump, count, and note what differs."""
    work.report(Progress(phase="load", files_done=len(work.loads), bytes_total=dump.size_bytes))
    work.log(f"load {dump.engine}:{dump.database} into a scratch {server.engine} {server.version}")
    began = time.monotonic()
    path = top / dump.file
    try:
        if dump.engine == Engine.POSTGRESQL.value:
            scratch_postgresql.load(server, path, version=dump.engine_version, encoding=dump.encoding)
        else:
            scratch_mariadb.load(server, path, version=dump.engine_version)
        loaded = time.monotonic()
        found = _counter(dump, server)()
    except EngineError as error:
        error.context.setdefault("database", dump.database)
        error.context.setdefault("needed", _needed(dump))
        raise
    differences = differ({count.table: count.rows for count in dump.tables}, found)
    proof = LoadEvidence(
        engine=dump.engine, database=dump.database, engine_version=server.version, tables=len(found),
        row_count=sum(found.values()), differences=tuple(differences), load_seconds=round(loaded - began, 3),
        count_seconds=round(time.monotonic() - loaded, 3))  # fmt: skip
    work.loads.append(proof)
    for table, then, now in differences:
        work.log(f"{dump.database}: {table}: {then} rows at the dump, {now} loaded", "ERROR")
    work.log(f"loaded {dump.database}: {len(found)} tables, {len(differences)} differences")


def _counter(dump: DumpEvidence, server: Scratch) -> Callable[[], dict[str, int]]:
    if dump.engine == Engine.POSTGRESQL.value:
        return lambda: scratch_postgresql.count(server)
    return lambda: scratch_mariadb.count(server, dump.database)


def differ(then: dict[str, int], now: dict[str, int]) -> list[tuple[str, int, int]]:
    """The tables whose rows are not the same, by name."""
    names_of_all = sorted(then.keys() | now.keys())
    pairs = ((name, then.get(name, ABSENT), now.get(name, ABSENT)) for name in names_of_all)
    return [pair for pair in pairs if pair[1] != pair[2]]


def _judge(work: Work) -> None:
    """Raises EngineError('load.differs') naming the first table whose rows are not those of the dump."""
    wrong = [load for load in work.loads if load.differences]
    if wrong:
        table, then, now = wrong[0].differences[0]
        count = sum(len(load.differences) for load in wrong)
        raise EngineError("load.differs", tool="load", database=wrong[0].database, table=table, count=count,
                          then=max(then, 0), now=max(now, 0))  # fmt: skip
