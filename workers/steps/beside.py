"""A database loaded beside what is there, counted, and exchanged for it: what restores and standby servers share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from schemas.database import Engine
from schemas.evidence import DumpEvidence, LoadEvidence
from workers.engines import database, mariadb_refill, postgresql_refill
from workers.engines.errors import EngineError
from workers.steps.load import differ
from workers.steps.work import Work

ROOMS: dict[Engine, Any] = {Engine.POSTGRESQL: postgresql_refill, Engine.MARIADB: mariadb_refill}
CHUNK = 1024 * 1024


def rows_told(lines: Iterable[bytes]) -> dict[str, int]:
    """The rows of each table, as the engines' scripts tell them."""
    told = [json.loads(line) for line in lines if line.startswith(b"{")]
    return {str(each["table"]): int(each["rows"]) for each in told if "rows" in each}


def judge(work: Work, dump: DumpEvidence, found: dict[str, int], seconds: float, *, where: str) -> None:
    """Note what was loaded and counted. Raises EngineError('load.differs') unless it is what was dumped."""
    differences = differ({count.table: count.rows for count in dump.tables}, found)
    work.loads.append(LoadEvidence(
        engine=dump.engine, database=dump.database, engine_version=dump.engine_version, tables=len(found),
        row_count=sum(found.values()), differences=tuple(differences), load_seconds=round(seconds, 3),
        count_seconds=0.0))  # fmt: skip
    for table, then, now in differences:
        work.log(f"{table}: {then} rows at the dump, {now} {where}", "ERROR")
    if differences:
        table, then, now = differences[0]
        raise EngineError("load.differs", tool="load", database=dump.database, table=table, count=len(differences),
                          then=max(then, 0), now=max(now, 0))  # fmt: skip
    work.log(f"loaded and counted: {len(found)} tables, {sum(found.values())} rows")


@contextmanager
def exchange(work: Work) -> Iterator[None]:
    """While names are exchanged, and after, when nobody knows whether that came to its end, `work.turning` says so:
    what the exchange works on is left alone then."""
    work.turning = True
    try:
        yield
    except EngineError as error:
        work.turning = error.exit_code in (None, database.LOST)
        raise
