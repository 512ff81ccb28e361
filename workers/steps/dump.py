"""The dump: each database of the run into a file of its own beside the copies of the folders, verified before the
snapshot. A dump that does not end well ends the run: there is no snapshot of half a database."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from functools import partial
from pathlib import Path

from schemas import database as names
from schemas.database import AccessSpec, DatabaseName, Engine
from schemas.evidence import DumpEvidence, TableCount
from schemas.run import Progress
from workers.engines import command, database, mariadb, postgresql
from workers.engines.errors import EngineError
from workers.steps.databases import access_of, call, tools_of
from workers.steps.work import Work, make_private

LIST_FILE = "dumps.json"
ENDINGS = {Engine.POSTGRESQL: ".dump", Engine.MARIADB: ".sql"}


def dump(work: Work) -> None:
    """Dump every database of the order. Raises EngineError('database.…', 'dump.…', 'ssh.…'), Cancelled."""
    _fresh(work.dump_folder)
    wanted = sorted(names.parse(path) for path in work.spec.paths("database"))
    for engine in sorted({each.engine for each in wanted}):
        access = access_of(work, engine)
        make_private(work.dump_folder / engine.value)
        work.dumps.append(_accounts(work, access))
        work.dumps += [_database(work, access, each) for each in wanted if each.engine is engine]
    _list(work)


def _fresh(folder: Path) -> None:
    """An empty folder: what another run left there is in that run's snapshot."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    make_private(folder.parent)
    make_private(folder)


def _database(work: Work, access: AccessSpec, wanted: DatabaseName) -> DumpEvidence:
    return dump_to(work, access, wanted, work.copy, file_of(wanted))


def file_of(wanted: DatabaseName) -> str:
    """Where the dump of a database lies in the server's copy."""
    folder = names.FOLDER.strip("/")
    return f"{folder}/{wanted.engine.value}/{database.file_name(wanted.name, ENDINGS[wanted.engine])}"


def dump_to(work: Work, access: AccessSpec, wanted: DatabaseName, top: Path, file: str) -> DumpEvidence:
    """Dump one database into `file` below `top`, verified. Raises as `dump`."""
    tools, path = tools_of(wanted.engine), top / file
    work.log(f"dump {wanted.path}")
    argv = tools.dump_argv(work.ssh_argv(), work.address(), access, wanted.name)
    side, seconds = _stream(work, argv, access, path, wanted.name)
    _verify(work, wanted, path)
    facts, tables = side.facts(), side.tables()
    unsteady = tuple(mariadb.not_transactional(tables)) if wanted.engine is Engine.MARIADB else ()
    if unsteady:
        _warn(work, "dump.unsteady", f"{wanted.path}: not transactional: {', '.join(unsteady)}")
    counts = tuple(TableCount(table=str(table["table"]), rows=int(table["rows"])) for table in tables)
    made = DumpEvidence(
        engine=wanted.engine.value, database=wanted.name, **_file(top, path), seconds=round(seconds, 3),
        engine_version=str(facts.get("version", "")), tool=str(facts.get("tool", "")),
        encoding=str(facts.get("encoding", "")), database_bytes=int(facts.get("database_bytes", 0)), tables=counts,
        row_count=sum(count.rows for count in counts), unsteady=unsteady)  # fmt: skip
    work.log(f"dumped {wanted.path}: {made.size_bytes} bytes, {len(counts)} tables, {made.row_count} rows")
    return made


def _accounts(work: Work, access: AccessSpec) -> DumpEvidence:
    """Users and what they may do, which belong to no database; without the right to read passwords, without those."""
    engine, began = access.engine, time.monotonic()
    folder = work.dump_folder / engine.value
    ssh, address = work.ssh_argv(), work.address()
    if engine is Engine.POSTGRESQL:
        # A database's file ends in .dump, so no database can be called like it.
        path = folder / postgresql.GLOBALS
        try:
            _stream(work, postgresql.accounts_argv(ssh, address, access), access, path, "")
        except EngineError as error:
            if error.code != "database.no_rights":
                raise
            _warn(work, "dump.no_role_passwords", "roles are dumped without their passwords")
            argv = postgresql.accounts_argv(ssh, address, access, passwords=False)
            _stream(work, argv, access, path, "")
        postgresql.check_accounts(path)
    else:
        make_private(folder / "accounts")
        path = folder / "accounts" / mariadb.USERS
        _stream(work, mariadb.accounts_argv(ssh, address, access), access, path, "")
        mariadb.check_dump(path)
    seconds = round(time.monotonic() - began, 3)
    return DumpEvidence(engine=engine.value, database="", **_file(work.copy, path), seconds=seconds)


def _stream(
    work: Work, argv: list[str], access: AccessSpec, path: Path, name: str
) -> tuple[database.Side, float]:
    """A remote script's output into a file of mode 0600, on the disk when this returns."""
    began = time.monotonic()
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        tick = partial(_progress, work, path, began)
        side = call(work, argv, access, name=name, into=file, on_tick=tick, patient=True)
        os.fsync(file.fileno())
    return side, time.monotonic() - began


def _verify(work: Work, wanted: DatabaseName, path: Path) -> None:
    """Raises EngineError('dump.damaged') when the file is no whole dump."""
    tools_of(wanted.engine).check_dump(path)
    if wanted.engine is Engine.POSTGRESQL:
        result = command.run(
            postgresql.toc_argv(path),
            should_stop=work.should_stop,
            idle_seconds=work.settings.idle_deadline_seconds,
        )
        if result.exit_code != 0:
            raise EngineError("dump.damaged", tool="pg_restore", exit_code=result.exit_code, tail=result.tail,
                              file=path.name)  # fmt: skip


def _file(top: Path, path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    name = path.relative_to(top).as_posix()
    return {"file": name, "size_bytes": path.stat().st_size, "sha256": digest}


def _list(work: Work) -> None:
    """The list of the dumps and their counts goes into the snapshot with them: a restore test needs nothing else."""
    path = work.dump_folder / LIST_FILE
    text = json.dumps([made.model_dump(mode="json") for made in work.dumps], indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    path.chmod(0o600)


def _warn(work: Work, code: str, text: str) -> None:
    if code not in work.warnings:
        work.warnings.append(code)
    work.log(text, "WARN")


def _progress(work: Work, path: Path, began: float) -> None:
    done, seconds = path.stat().st_size, time.monotonic() - began
    speed = done / seconds if seconds else 0.0
    work.report(Progress(phase="dump", files_done=len(work.dumps), bytes_done=done, bytes_per_second=speed))
