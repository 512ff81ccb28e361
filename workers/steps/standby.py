"""A database kept on a standby server: dumped, loaded beside the old one there, counted, and only then given its name.
The standby is never half-loaded, and what it had before stays under another name until the next good run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from portal.store import db
from schemas import database as names
from schemas.database import AccessSpec, DatabaseName, Engine
from schemas.evidence import DumpEvidence, StandbyEvidence
from schemas.mirror import MirrorSpec
from workers.engines import database, mariadb_refill, versions
from workers.engines.errors import Cancelled, EngineError
from workers.steps import beside, databases, standing
from workers.steps.beside import CHUNK, ROOMS
from workers.steps.databases import access_of, secret_of
from workers.steps.dump import ENDINGS, dump_to
from workers.steps.standing import Standing
from workers.steps.work import Work, make_private

LOADING, KEPT = "lumbung_cermin_", "lumbung_lama_"
"""How the names begin of what is being loaded, and of what a good run has put aside."""


def take(work: Work) -> None:
    """Dump the database into a folder of the run's own. Raises EngineError('mirror.empty_database', 'dump.…',
    'database.…', 'ssh.…'), Cancelled."""
    work.tools |= versions.find(work.cache() / "versions.json")
    wanted, folder = _wanted(work), _folder(work) / f"dump-{work.run_id}"
    make_private(folder)
    work.hold_vault()
    # The office's data in the clear: it goes with the run, however that ends.
    work.hold(lambda: work.discard(folder))
    file = database.file_name(wanted.name, ENDINGS[wanted.engine])
    made = dump_to(work, access_of(work, wanted.engine), wanted, folder, file)
    work.dumps.append(made)
    work.restored = folder
    if made.row_count == 0 and (_order(work).rows_before or 0) > 0:
        raise EngineError(
            "mirror.empty_database", tool="dump", database=wanted.path, count=_order(work).rows_before
        )


def stand_by(work: Work) -> None:
    """Load it on the standby beside what is there, and count. Raises EngineError('mirror.…', 'load.differs',
    'database.…', 'ssh.…'), Cancelled."""
    there, dump = _there(work), work.dumps[-1]
    access = access_of(there, _wanted(work).engine)
    room, lines, began = ROOMS[access.engine], list[bytes](), db.now()
    found = _untouched(work, there, access) if _order(work).target_name in _names(there, access) else None
    work.hold(lambda: _drop(work, _family(work, LOADING)))
    terms: dict[str, Any] = {"secret_bytes": len(secret_of(there, access)), "temporary": _name(work, LOADING),
                             "family": _family(work, LOADING), "marks": True}  # fmt: skip
    if access.engine is Engine.POSTGRESQL:
        terms |= {
            "encoding": dump.encoding,
            "like": _order(work).target_name,
            "settings_too": True,
            "owners": False,
        }
    work.log(f"load {dump.file} on {there.spec.server.name} as {_name(work, LOADING)}")
    argv = room.fill_argv(there.ssh_argv(), there.address(), access, **terms)
    databases.call(there, argv, access, on_output=lines, rest=_content(work, dump), patient=True)
    seconds = (db.now() - began).total_seconds()
    beside.judge(work, dump, beside.rows_told(lines), seconds, where="on the standby")
    # Before the exchange: whether that came to its end is not known to whoever loses the link, or its life, meanwhile.
    standing.write(_folder(work), [*([found] if found else []), _told(room, lines)])


def turn(work: Work) -> None:
    """Give what was loaded its name. Once begun it is carried to its end, whatever is asked meanwhile."""
    if work.should_stop():
        raise Cancelled
    order, load = _order(work), work.loads[-1]
    there = replace(_there(work), should_stop=lambda: False)
    access = access_of(there, _wanted(work).engine)
    kept = _name(work, KEPT) if order.target_name in _names(there, access) else ""
    argv = ROOMS[access.engine].swap_argv(
        there.ssh_argv(), there.address(), access, secret_bytes=len(secret_of(there, access)),
        temporary=_name(work, LOADING), name=order.target_name, kept=kept)  # fmt: skip
    # The events of a MariaDB would begin to work on the standby too: they are left to the server that lives.
    with beside.exchange(work):
        databases.call(there, argv, access, patient=True)
    standing.write(_folder(work), standing.read(_folder(work))[-1:])
    if kept:  # what earlier good runs had put aside; what this one has stays
        _drop(work, _family(work, KEPT), keep=kept)
    dump, place = work.dumps[-1], f"{there.spec.server.name}:{order.target_name}"
    work.standby = StandbyEvidence(
        mirror_id=order.mirror_id, place=place, tables=load.tables, row_count=load.row_count,
        dump_sha256=dump.sha256, kept_as=kept)  # fmt: skip
    work.result = {"place": place, "tables": load.tables, "rows": load.row_count, "kept_as": kept,
                   "total_bytes": dump.database_bytes or dump.size_bytes}  # fmt: skip
    work.log(f"{place} is in step" + (f"; what was there is called {kept} now" if kept else ""))


def _untouched(work: Work, there: Work, access: AccessSpec) -> Standing:
    """What stands there, when it is what the last good run left or a later one whose end was never recorded: work that
    was done there while the other server was away is not put aside unseen.

    Raises EngineError('mirror.name_taken', 'mirror.standby_changed', 'mirror.standby_written')."""
    order, lines, room = _order(work), list[bytes](), ROOMS[access.engine]
    context: dict[str, Any] = {"tool": access.engine.value, "database": order.target_name,
                               "standby": there.spec.server.name}  # fmt: skip
    known = standing.read(_folder(work))
    if order.rows_before is None and not known:
        raise EngineError("mirror.name_taken", **context)
    argv = room.state_argv(there.ssh_argv(), there.address(), access, order.target_name)
    databases.call(there, argv, access, on_output=lines, patient=True)
    now = _told(room, lines)
    if any(not standing.changes(each, now) for each in known):
        return now
    if order.rows_before is None:
        raise EngineError("mirror.name_taken", **context)
    nearest = min(known, key=lambda each: len(standing.changes(each, now)), default=None)
    then = nearest.rows if nearest else order.rows_before
    if then != now.rows:
        raise EngineError("mirror.standby_changed", **context, then=then, now=now.rows)
    if nearest:
        changed = standing.changes(nearest, now)
        raise EngineError("mirror.standby_written", **context, table=changed[0], count=len(changed))
    return now  # brought before anything more than the sum was written down


def _told(room: Any, lines: list[bytes]) -> Standing:
    version, tables = room.state_of(lines)
    return Standing(version=version, tables=tables)


def _folder(work: Work) -> Path:
    return work.folder / "mirror" / str(_order(work).mirror_id)


def _order(work: Work) -> MirrorSpec:
    if work.spec.mirror is None:
        raise ValueError("an order without a mirror")
    return work.spec.mirror


def _wanted(work: Work) -> DatabaseName:
    return names.parse(work.spec.paths("database")[0])


def _there(work: Work) -> Work:
    """The work at the standby, with the ways to its engines."""
    return replace(work.at_target(accesses=work.spec.target_accesses), password_of=work.password_there)


def _family(work: Work, beginning: str) -> str:
    """How the names begin that the runs of this one mirror give; only one of them is under way at a time."""
    return f"{beginning}{_order(work).mirror_id}_"


def _name(work: Work, beginning: str) -> str:
    return f"{_family(work, beginning)}{work.run_id}"


def _names(there: Work, access: AccessSpec) -> set[str]:
    lines: list[bytes] = []
    argv = ROOMS[access.engine].names_argv(there.ssh_argv(), there.address(), access)
    databases.call(there, argv, access, on_output=lines)
    return {str(json.loads(line)["name"]) for line in lines}


def _drop(work: Work, family: str, keep: str = "") -> None:
    """Drop what earlier runs of this mirror left under such a name, but `keep`; where the standby cannot be reached,
    the next run does it. Nothing else is ever dropped, and nothing while an exchange may still be under way."""
    if work.turning and not keep:
        return
    there = replace(_there(work), should_stop=lambda: False)
    access = access_of(there, _wanted(work).engine)
    try:
        databases.call(
            there,
            ROOMS[access.engine].drop_argv(there.ssh_argv(), there.address(), access, family, keep),
            access,
        )
    except Exception as error:  # noqa: BLE001  (the run has an ending of its own)
        work.log(f"{family}… may still be on the standby: {error}", "WARN")


def _content(work: Work, dump: DumpEvidence) -> Iterable[bytes]:
    path = (work.restored or Path()) / dump.file
    if dump.engine == Engine.POSTGRESQL:
        return _parts(path)
    return mariadb_refill.Dump(_lines(path), dump.database, _name(work, LOADING))


def _parts(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            yield part


def _lines(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        yield from file
