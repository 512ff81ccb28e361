"""A database brought back: its dump out of the vault, loaded into a database beside, counted, and only then given its
name. What has that name already is dumped first and kept under another one; nothing is ever dropped but what this made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from portal.store import db
from schemas import database as names
from schemas.database import AccessSpec, DatabaseName, Engine
from schemas.evidence import DumpEvidence, HandoverEvidence
from schemas.restore import Mode
from schemas.run import Progress
from workers.engines import command, comparison, mariadb_refill, restic
from workers.engines.errors import Cancelled, EngineError
from workers.steps import beside, databases, proof
from workers.steps.beside import CHUNK, ROOMS
from workers.steps.databases import access_of, secret_of
from workers.steps.download import order_of
from workers.steps.dump import LIST_FILE, dump_to, file_of
from workers.steps.work import Work, make_private

FAMILY = "lumbung_pulih_"
SAFETY = "safety"


def fetch(work: Work) -> None:
    """Bring the dump and the list of dumps back, and hold both against the sealed manifest. Raises EngineError."""
    wanted, listed = _wanted(work), Path(work.spec.manifest_path)
    proof.check_manifest(work, listed)
    _check_name(work)
    work.restored = target = proof.fresh_folder(work)
    # What lies here is the office's data in the clear, and nobody takes it: it goes with the run.
    work.hold(lambda: work.discard(target))
    paths = [f"/{file_of(wanted)}".encode(), f"{names.FOLDER}/{LIST_FILE}".encode()]
    proof.check_room(target, sum(proof.expected(listed, path).total_bytes for path in paths))
    only = [word for path in paths for word in restic.include_argv(path)]
    repository = work.repository()
    result = command.run(
        repository.argv(restic.restore_argv(work.spec.snapshot_id, target, only)),
        env=repository.environment(),
        on_error=lambda line: work.log(line.decode("utf-8", "backslashreplace"), "WARN"),
        should_stop=work.should_stop,
        idle_seconds=work.settings.idle_deadline_seconds,
    )
    if result.exit_code != 0:
        raise proof.failure(restic.error_of(result.exit_code, result.tail), target, 0)
    for path in paths:
        found = comparison.compare(listed, target, sources=(path.decode(),), within=path, owners=False,
                                   should_stop=work.should_stop)  # fmt: skip
        proof.conclude(work, found)


def safety(work: Work) -> None:
    """In place: what is there now is dumped into the vault first, and stays there. Raises EngineError."""
    order = order_of(work)
    work.result = {
        "server": work.at_target().spec.server.name,
        "database": order.target_path,
        "mode": order.mode,
    }
    if order.mode != Mode.IN_PLACE:
        work.log("a new name: nothing is there that would have to be kept")
        return
    there, wanted = work.at_target(), _wanted(work)
    folder = there.folder / SAFETY / f"run-{work.run_id}"
    make_private(folder.parent)
    make_private(folder)
    made = dump_to(there, _access(work), wanted, folder, Path(file_of(wanted)).name)
    work.dumps.append(made.model_copy(update={"file": str(folder / made.file)}))
    work.result |= {"safety": {"path": str(folder / made.file), "sha256": made.sha256, "rows": made.row_count,
                               "size_bytes": made.size_bytes}}  # fmt: skip


def fill(work: Work) -> None:
    """Load the dump into a database of its own and count. Raises EngineError('refill.…', 'load.differs'), Cancelled."""
    dump, there, access = _dump(work), work.at_target(), _access(work)
    work.hold(lambda: _drop_leftovers(work))
    lines: list[bytes] = []
    began = db.now()
    room = ROOMS[access.engine]
    terms: dict[str, Any] = {"secret_bytes": len(secret_of(work, access)), "temporary": _temporary(work),
                             "family": _family(work)}  # fmt: skip
    if access.engine is Engine.POSTGRESQL:
        in_place, here = order_of(work).mode == Mode.IN_PLACE, there.spec.server.id == work.spec.server.id
        terms |= {"encoding": dump.encoding, "like": dump.database, "settings_too": in_place, "owners": here}
    argv = room.fill_argv(there.ssh_argv(), there.address(), access, **terms)
    work.log(f"load {dump.file} into {_temporary(work)}")
    _call(there, argv, access, lines, _content(work, dump))
    beside.judge(work, dump, beside.rows_told(lines), (db.now() - began).total_seconds(), where="loaded")


def swap(work: Work) -> None:
    """Give the loaded database its name. What has begun here is carried to its end, whatever is asked meanwhile."""
    order, there, access, load = order_of(work), work.at_target(), _access(work), work.loads[-1]
    if work.should_stop():
        raise Cancelled
    there = replace(there, should_stop=lambda: False)
    kept = _kept_name(work) if order.mode == Mode.IN_PLACE else ""
    argv = ROOMS[access.engine].swap_argv(
        there.ssh_argv(), there.address(), access, secret_bytes=len(secret_of(work, access)),
        temporary=_temporary(work), name=order.target_path, kept=kept)  # fmt: skip
    with beside.exchange(work):
        _call(there, argv, access, [], _events(work) if access.engine is Engine.MARIADB else ())
    dump = _dump(work)
    work.handover = HandoverEvidence(
        restore_id=order.restore_id, approval_digest=order.digest, snapshot_id=work.spec.snapshot_id,
        manifest_sha256=work.spec.manifest_sha256, path=order.place.path, kind=order.place.entry_kind,
        archive=order.mode, place=f"{there.spec.server.name}:{order.target_path}", files=load.tables,
        total_bytes=dump.size_bytes, sha256=dump.sha256)  # fmt: skip
    work.result = {**(work.result or {}), "kept_as": kept, "tables": load.tables, "rows": load.row_count}
    work.log(f"{order.target_path} is back" + (f"; what was there is called {kept} now" if kept else ""))


def _wanted(work: Work) -> DatabaseName:
    return names.parse(order_of(work).place.path)


def _access(work: Work) -> AccessSpec:
    return access_of(work, _wanted(work).engine)


def _family(work: Work) -> str:
    """How the databases begin that the tries of this one restore make; only one try is under way at a time."""
    return f"{FAMILY}{order_of(work).restore_id}_"


def _temporary(work: Work) -> str:
    return f"{_family(work)}{work.run_id}"


def _taken(work: Work) -> set[str]:
    there, access, lines = work.at_target(), _access(work), list[bytes]()
    room = ROOMS[access.engine]
    _call(there, room.names_argv(there.ssh_argv(), there.address(), access), access, lines, None)
    return {str(json.loads(line)["name"]) for line in lines}


def _check_name(work: Work) -> None:
    """Raises EngineError('refill.name_taken', 'refill.name_gone', 'refill.name_own')."""
    order, wanted = order_of(work), _wanted(work)
    if order.target_path in ROOMS[wanted.engine].OWN:
        raise EngineError("refill.name_own", tool=wanted.engine.value, database=order.target_path)
    there = order.target_path in _taken(work)
    if there and order.mode != Mode.IN_PLACE:
        raise EngineError("refill.name_taken", tool=wanted.engine.value, database=order.target_path)
    if not there and order.mode == Mode.IN_PLACE:
        raise EngineError("refill.name_gone", tool=wanted.engine.value, database=order.target_path)


def _kept_name(work: Work) -> str:
    """What the database that is there is called from now on: by the day, and by the run where that is taken."""
    order, wanted, taken = order_of(work), _wanted(work), _taken(work)
    longest, day = ROOMS[wanted.engine].NAME_BYTES, db.now().strftime("%Y%m%d")
    for ending in (f"_sebelum_{day}", f"_sebelum_{day}_{work.run_id}"):
        room = longest - len(ending)
        name = order.target_path.encode()[:room].decode("utf-8", "ignore") + ending
        if name not in taken:
            return name
    raise EngineError("refill.name_taken", tool=wanted.engine.value, database=name)


def _dump(work: Work) -> DumpEvidence:
    """What the list that came back with the dump says of it. Raises EngineError('load.absent')."""
    wanted = _wanted(work)
    top = work.restored or Path()
    listed = json.loads((top / names.FOLDER.strip("/") / LIST_FILE).read_text(encoding="utf-8"))
    for each in map(DumpEvidence.model_validate, listed):
        if (each.engine, each.database) == (wanted.engine.value, wanted.name):
            return each
    raise EngineError("load.absent", tool="load", database=wanted.path)


def _content(work: Work, dump: DumpEvidence) -> Iterable[bytes]:
    """The dump as the engine's client is to read it, with progress."""
    path = (work.restored or Path()) / dump.file
    if dump.engine == Engine.POSTGRESQL:
        return _watched(work, path, lambda file: iter(lambda: file.read(CHUNK), b""))
    return mariadb_refill.Dump(_watched(work, path, iter), dump.database, _temporary(work))


def _events(work: Work) -> list[bytes]:
    """The events of a MariaDB dump."""
    dump = _dump(work)
    with ((work.restored or Path()) / dump.file).open("rb") as file:
        content = mariadb_refill.Dump(file, dump.database, "")
        for _ in content:
            pass
    return content.events


def _watched(work: Work, path: Path, parts: Any) -> Iterator[bytes]:
    total, done, told = path.stat().st_size, 0, 0
    with path.open("rb") as file:
        for part in parts(file):
            done += len(part)
            if done - told >= CHUNK or done == total:
                told = done
                percent = min(99.0, round(100.0 * done / total, 1)) if total else 0.0
                work.report(Progress(phase="fill", percent=percent, bytes_done=done, bytes_total=total))
            yield part


def _call(
    there: Work, argv: list[str], access: AccessSpec, lines: list[bytes], rest: Iterable[bytes] | None
) -> None:
    """Run a script on the target. What fails here fails at bringing back, not at keeping."""
    try:
        databases.call(there, argv, access, on_output=lines, rest=rest or (), patient=True)
    except EngineError as error:
        raise _named(there, error) from error


def _named(there: Work, error: EngineError) -> EngineError:
    """The failure of a script by what it means for a restore."""
    order = order_of(there)
    words = (
        ('role "', "refill.no_role"),
        ("already exists", "refill.name_taken"),
        ("database exists", "refill.name_taken"),
    )
    code = error.code
    if error.exit_code == mariadb_refill.MOVED_EXIT:
        code = "refill.moved"
    elif code in ("database.failed", "database.auth_refused"):
        code = next((found for word, found in words if word in error.tail), "")
        code = code or ("refill.failed" if error.code == "database.failed" else error.code)
    context = {**error.context, "database": order.target_path}
    return EngineError(code, tool=error.tool, exit_code=error.exit_code, tail=error.tail, permanent=error.permanent,
                       **context)  # fmt: skip


def _drop_leftovers(work: Work) -> None:
    """Whatever ended the run, no half-loaded database of it stays; where the server cannot be reached, the next try of
    the same restore does it. After a swap there is none."""
    if work.turning:
        return
    there, access = replace(work.at_target(), should_stop=lambda: False), _access(work)
    try:
        argv = ROOMS[access.engine].drop_argv(there.ssh_argv(), there.address(), access, _family(work))
        databases.call(there, argv, access)
    except Exception as error:  # noqa: BLE001  (the run has its ending already)
        work.log(f"{_temporary(work)} may still be on the server: {error}", "WARN")
