"""Databases in the measurement: both engines filled, kept by the portal, and dumped by their own tools by hand."""

from __future__ import annotations

import shlex
import shutil
import time
from pathlib import Path

from office import seed
from office.database_samples import MARIADB, POSTGRESQL, Engines
from office.rivals import PASSWORD, Link, do
from portal.config import Settings
from portal.operations import database_access
from portal.store import db
from portal.store.models import Server, User
from schemas.database import DatabaseName, Engine
from schemas.run import RunKind
from schemas.server import AccessForm
from workers.engines import restic

PG_ROWS = """
CREATE TABLE pengukuran_besar AS
  SELECT n AS id, md5(n::text) AS kode, random() AS nilai, repeat(md5((n * 7)::text), 4) AS catatan
  FROM generate_series(1, {rows}) n;
"""
MY_ROWS = """
CREATE TABLE pengukuran_besar (id INT PRIMARY KEY, kode CHAR(32), nilai DOUBLE, catatan VARCHAR(200)) ENGINE=InnoDB;
INSERT INTO pengukuran_besar
  SELECT seq, MD5(seq), RAND(), REPEAT(MD5(seq * 7), 4) FROM seq_1_to_{rows};
"""
BY_HAND = """
umask 077
ssh() {{ command {ssh} {address} "$1"; }}
ssh 'runuser -u {pg_account} -- pg_dump -h {pg_socket} -p {pg_port} -Fc {pg_name}' > {folder}/arsip.dump
ssh 'mariadb-dump --socket={my_socket} --single-transaction --routines --triggers --events --hex-blob {my_name}' \
  > {folder}/situs.sql
"""


class DatabaseRow:
    """Two engines of some hundred thousand rows, and an approved request for a database of each."""

    def __init__(
        self, settings: Settings, cast: dict[str, User], server: Server, tree: Path, folder: Path, rows: int
    ) -> None:
        self.folder, self.engines = folder, Engines()
        self.engines.start()
        self.engines.postgresql.sql(PG_ROWS.format(rows=rows), POSTGRESQL)
        self.engines.mariadb.sql(MY_ROWS.format(rows=rows), MARIADB)
        with db.connection():
            self._reach(settings, cast["administrator"], server)
            seed.ask(RunKind.DATABASES, server, cast["administrator"], settings)
            wanted = (DatabaseName(Engine.POSTGRESQL, POSTGRESQL), DatabaseName(Engine.MARIADB, MARIADB))
            chosen = [
                database_access.choose(server.id, each, cast["administrator"], at=db.now()).id
                for each in wanted
            ]
            office = seed.Office(settings, cast)
            self.request_id = office.approved("Pengukuran salinan database.", server, tree, tuple(chosen))
            office.act(self.request_id, "administrator", "follow_up")

    def _reach(self, settings: Settings, administrator: User, server: Server) -> None:
        postgresql, mariadb = self.engines.postgresql, self.engines.mariadb
        for form in (
            AccessForm(engine=Engine.POSTGRESQL, username=postgresql.superuser, host=postgresql.socket,
                       port=postgresql.port),
            AccessForm(engine=Engine.MARIADB, username=mariadb.superuser, host=mariadb.socket),
        ):  # fmt: skip
            database_access.set_access(server.id, form, administrator, at=db.now(), settings=settings)

    def by_hand(self, link: Link) -> float:
        """Seconds of the same dumps by the engines' own tools over SSH, and of restic's first snapshot of them."""
        shutil.rmtree(self.folder, ignore_errors=True)
        dumps = self.folder / "dumps"
        dumps.mkdir(parents=True)
        (self.folder / "password").write_text(PASSWORD + "\n", encoding="ascii")
        store = restic.Repository(self.folder / "repository", self.folder / "password", self.folder / "cache")
        environment = dict(store.environment())
        del environment["GOGC"]
        postgresql, mariadb = self.engines.postgresql, self.engines.mariadb
        ssh = self.folder / "ssh"
        ssh.write_text(f'#!/bin/sh\nexec {shlex.join(link.ssh())} "$@"\n', encoding="utf-8")
        ssh.chmod(0o700)
        script = BY_HAND.format(ssh=ssh, address="127.0.0.1", folder=dumps, pg_account=postgresql.account,
                                pg_socket=postgresql.socket, pg_port=postgresql.port, pg_name=POSTGRESQL,
                                my_socket=mariadb.socket, my_name=MARIADB)  # fmt: skip
        began = time.monotonic()
        do(["sh", "-eu", "-c", script], dumps, environment)
        do(restic.init_argv(), dumps, environment)
        do(restic.backup_argv(host="hand", tags=(), paths=["."]), dumps, environment)
        return time.monotonic() - began

    def stop(self) -> None:
        """End both engines."""
        self.engines.stop()
