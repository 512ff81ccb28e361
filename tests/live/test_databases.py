"""Databases of a real PostgreSQL and a real MariaDB, dumped over SSH beside a folder, and proven by loading them."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from office.sshd import PracticeServer
from portal.config import Settings
from portal.operations import database_access
from portal.store import db
from portal.store.models import DatabaseAccess, Run, Snapshot, User
from schemas.run import RunKind
from schemas.server import AccessForm
from tests.support import site as sites
from tests.support.databases import PASSWORD, USER, MariaDB, PostgreSQL, all_go, none_left, remote_folders
from tests.support.site import Site
from workers.engines import mariadb as hold
from workers.engines import scratch_mariadb, scratch_postgresql
from workers.engines.errors import Cancelled
from workers.engines.scratch import Scratch

ALL = ("mariadb:situs", "mariadb:aneh ; 'nama", "postgresql:arsip", "postgresql:aneh ; 'nama")


@pytest.fixture
def settings(settings: Settings) -> Iterator[Settings]:
    """With a place for scratch servers that their account may enter."""
    base = Path(tempfile.mkdtemp(prefix="lb-scratch-", dir="/tmp"))
    base.chmod(0o755)
    yield settings.model_copy(update={"scratch": base})
    shutil.rmtree(base)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    server = PostgreSQL()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDB]:
    server = MariaDB()
    try:
        server.start()
        yield server
    finally:
        server.stop()


class DatabaseSite:
    """A site whose engines are reached where the tests have started them."""

    def __init__(self, site: Site, postgresql: PostgreSQL, mariadb: MariaDB) -> None:
        self.site, self.postgresql, self.mariadb = site, postgresql, mariadb
        self.peer()

    def set(self, **fields: object) -> None:
        database_access.set_access(
            self.site.server.id,
            AccessForm(**fields),
            self.site.cast["agus"],
            at=db.now(),
            settings=self.site.settings,
        )

    def peer(self) -> None:
        """As the accounts of the operating system."""
        self.set(
            engine="postgresql", username="postgres", host=self.postgresql.socket, port=self.postgresql.port
        )
        self.set(engine="mariadb", username="root", host=self.mariadb.socket)

    def password(self, word: str = PASSWORD) -> None:
        """As a user of the database."""
        for engine, server in (("postgresql", self.postgresql), ("mariadb", self.mariadb)):
            self.set(
                engine=engine,
                method="password",
                username=USER,
                host="127.0.0.1",
                port=server.port,
                password=word,
            )

    @property
    def copy_folder(self) -> Path:
        """The server's copy in the vault."""
        return self.site.settings.vault_path / str(self.site.server.id) / "copy"

    def copy(self, name: str) -> Path:
        """A dump in the copy."""
        return self.copy_folder / ".lumbung" / "databases" / name


@dataclass
class Engines:
    """Both servers."""

    postgresql: PostgreSQL
    mariadb: MariaDB


@pytest.fixture
def servers(postgresql: PostgreSQL, mariadb: MariaDB) -> Engines:
    return Engines(postgresql, mariadb)


@pytest.fixture
def both(
    settings: Settings, cast: dict[str, User], sshd: PracticeServer, tree: Path, servers: Engines
) -> DatabaseSite:
    """A request for a folder and four databases."""
    site = sites.build(settings, cast, sshd, tree, ALL)
    return DatabaseSite(site, servers.postgresql, servers.mariadb)


@pytest.fixture
def alone(
    settings: Settings, cast: dict[str, User], sshd: PracticeServer, tree: Path, servers: Engines
) -> DatabaseSite:
    """A request for one database and nothing else."""
    site = sites.build(settings, cast, sshd, tree, ["postgresql:arsip"], folder=False)
    return DatabaseSite(site, servers.postgresql, servers.mariadb)


def engines(run: Run) -> dict[str, dict]:
    return {found["engine"]: found for found in run.result["engines"]}


@pytest.mark.parametrize("way", ["peer", "password"])
def test_it_finds_the_databases_with_their_sizes(both: DatabaseSite, way: str) -> None:
    getattr(both, way)()
    run = both.site.ask(RunKind.DATABASES)
    assert run.state == "succeeded"
    found = engines(run)
    assert [each["name"] for each in found["postgresql"]["databases"]] == [
        "aneh ; 'nama",
        "arsip",
        "postgres",
    ]
    assert [each["name"] for each in found["mariadb"]["databases"]] == ["aneh ; 'nama", "situs"]
    assert found["postgresql"]["version"].startswith("1")
    assert "MariaDB" in found["mariadb"]["version"]
    assert next(d for d in found["postgresql"]["databases"] if d["name"] == "arsip")["size_bytes"] > 1_000_000


def test_it_says_that_the_password_is_wrong(both: DatabaseSite) -> None:
    both.password("bukan ini")
    assert {name: each["code"] for name, each in engines(both.site.ask(RunKind.DATABASES)).items()} == {
        "postgresql": "database.auth_refused",
        "mariadb": "database.auth_refused",
    }
    run = both.site.backup()
    assert (run.state, run.code) == ("failed", "database.auth_refused")
    assert Snapshot.select().count() == 0


@pytest.mark.parametrize("way", ["peer", "password"])
def test_it_keeps_databases_and_a_folder_in_one_snapshot_and_proves_both(
    both: DatabaseSite, way: str
) -> None:
    getattr(both, way)()
    run = both.site.backup()
    assert (run.state, run.code) == ("succeeded", "")
    dumps = {(each["engine"], each["database"]): each for each in run.evidence["dumps"]}
    assert set(dumps) == {("postgresql", ""), ("mariadb", ""), *(tuple(name.split(":")) for name in ALL)}
    arsip = {each["table"]: each["rows"] for each in dumps["postgresql", "arsip"]["tables"]}
    assert arsip == {
        "public.surat": 5000,
        "lain\"nya.Tabel 'aneh": 7,
        "public.kosong": 0,
        "public.bagian_1": 2,
    }
    situs = {each["table"]: each["rows"] for each in dumps["mariadb", "situs"]["tables"]}
    assert situs == {"berita": 4000, "tabel `aneh'": 3, "kunjungan": 2}
    assert dumps["mariadb", "situs"]["unsteady"] == ["kunjungan"]
    assert "dump.unsteady" in run.evidence["warnings"]
    listed = Path(run.evidence["snapshot"]["manifest"]).read_text(encoding="utf-8")
    for each in dumps.values():
        assert each["sha256"] in listed
        assert (both.copy_folder / each["file"]).stat().st_mode & 0o777 == 0o600
    proof = both.site.restore_test(Snapshot.get(Snapshot.run == run).id)
    assert (proof.state, proof.code) == ("succeeded", "")
    loads = {(each["engine"], each["database"]): each for each in proof.evidence["loads"]}
    assert {name: each["differences"] for name, each in loads.items()} == {
        tuple(name.split(":")): [] for name in ALL
    }
    assert loads["postgresql", "arsip"]["row_count"] == 5009
    assert Snapshot.get(Snapshot.run == run).proven_by_id == proof.id
    assert none_left(both.site.settings.scratch)


def test_it_keeps_the_password_to_itself(both: DatabaseSite) -> None:
    seen: list[str] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.005):
            for path in Path("/proc").glob("[0-9]*"):
                for name in ("cmdline", "environ"):
                    try:
                        text = (path / name).read_bytes().decode("utf-8", "replace")
                    except OSError:
                        continue
                    if "lumbung." in text or "PGPASSFILE" in text:
                        seen.append(text)

    watcher = threading.Thread(target=watch)
    watcher.start()
    both.password()
    run = both.site.backup()
    both.site.ask(RunKind.DATABASES)
    stop.set()
    watcher.join()
    assert run.state == "succeeded"
    assert any("/secret" in text for text in seen), "the watcher has seen the programs at work"
    row = DatabaseAccess.get(DatabaseAccess.engine == "postgresql")
    said = [*seen, json.dumps(run.evidence), json.dumps(run.spec), both.site.log_of(run), row.sealed]
    part = PASSWORD[:8]
    assert [text for text in said if part in text] == []
    assert all_go(remote_folders())


def test_it_dumps_routines_events_and_triggers(both: DatabaseSite) -> None:
    both.site.backup()
    text = both.copy("mariadb/situs.sql").read_text(encoding="utf-8")
    for part in ("PROCEDURE `hitung`", "EVENT `bersihkan`", "TRIGGER `sebelum`", "VIEW `ringkas`", "😀"):
        assert part in text or part.replace("`", "") in text, part
    accounts = both.copy("mariadb/accounts/users.sql").read_text(encoding="utf-8")
    assert "cadangan" in accounts
    assert "CREATE ROLE cadangan" in both.copy("postgresql/globals.sql").read_text(encoding="utf-8")


def test_it_takes_no_snapshot_when_a_dump_is_killed(both: DatabaseSite) -> None:
    both.postgresql.sql("CREATE TABLE besar AS SELECT repeat(md5(n::text), 50) FROM generate_series(1, 200000) n",
                        "arsip")  # fmt: skip
    killed = threading.Event()

    def kill() -> None:
        while not killed.is_set():
            found = subprocess.run(["pgrep", "-f", "^(/usr/lib/postgresql/[0-9]+/bin/)?pg_dump .*--snapshot"],
                                   capture_output=True, text=True, check=False).stdout.split()  # fmt: skip
            for pid in found:
                command = Path(f"/proc/{pid}/cmdline")
                if command.exists() and str(both.postgresql.port).encode() in command.read_bytes():
                    subprocess.run(["kill", "-9", pid], check=False)
                    killed.set()

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        run = both.site.backup()
    finally:
        killed.set()
        killer.join()
        both.postgresql.sql("DROP TABLE besar", "arsip")
    assert (run.state, run.code) == ("failed", "database.failed")
    assert Snapshot.select().count() == 0
    assert all_go(remote_folders())


@pytest.mark.parametrize("engine", ["postgresql", "mariadb"])
def test_it_counts_the_rows_that_it_dumps_while_others_write(both: DatabaseSite, engine: str) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            if engine == "postgresql":
                both.postgresql.sql(
                    "INSERT INTO surat (perihal) SELECT 'baru' FROM generate_series(1, 50)", "arsip"
                )
            else:
                both.mariadb.sql("INSERT INTO berita (judul) SELECT 'baru' FROM seq_1_to_50", "situs")

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        runs = [both.site.backup() for _ in range(2)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
        both.postgresql.sql("DELETE FROM surat WHERE perihal = 'baru'", "arsip")
        both.mariadb.sql("DELETE FROM berita WHERE judul = 'baru'", "situs")
    assert [run.state for run in runs] == ["succeeded", "succeeded"]
    table = {"postgresql": "public.surat", "mariadb": "berita"}[engine]
    rows = [each["rows"] for run in runs for dump in run.evidence["dumps"] for each in dump["tables"]
            if each["table"] == table]  # fmt: skip
    assert rows[0] != rows[1], "somebody wrote between the two"
    proof = both.site.restore_test(Snapshot.get(Snapshot.run == runs[1]).id)
    assert (proof.state, proof.context) == ("succeeded", {})


def test_it_keeps_databases_alone(alone: DatabaseSite) -> None:
    run = alone.site.backup()
    assert (run.state, run.code) == ("succeeded", "")
    assert [step.name for step in run.steps] == ["preflight", "dump", "snapshot"]
    proof = alone.site.restore_test(Snapshot.get(Snapshot.run == run).id)
    assert [each["database"] for each in proof.evidence["loads"]] == ["arsip"]


def test_it_disproves_a_dump_that_does_not_bring_back_what_was_counted(
    both: DatabaseSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = both.site.backup()
    snapshot = Snapshot.get(Snapshot.run == run)
    assert both.site.restore_test(snapshot.id).state == "succeeded"
    whole = scratch_mariadb.load

    def lossy(server: Scratch, path: Path, *, version: str) -> None:
        whole(server, path, version=version)
        lost = b"DELETE FROM situs.berita LIMIT 3; DROP TABLE situs.kunjungan"
        server.call(scratch_mariadb.client(server), given=lost)

    monkeypatch.setattr(scratch_mariadb, "load", lossy)
    proof = both.site.restore_test(snapshot.id)
    assert (proof.state, proof.code) == ("failed", "load.differs")
    assert proof.context["count"] == 2
    found = {
        each["database"]: each["differences"]
        for each in proof.evidence["loads"]
        if each["engine"] == "mariadb"
    }
    assert found["situs"] == [["berita", 4000, 3997], ["kunjungan", 2, -1]]
    assert Snapshot.get_by_id(snapshot.id).proven_at is None, "the earlier proof is taken back"
    assert none_left(both.site.settings.scratch)


def test_it_leaves_no_scratch_server_when_it_is_cancelled(
    both: DatabaseSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = both.site.backup()
    snapshot = Snapshot.get(Snapshot.run == run)

    def cancelled(*_: object, **__: object) -> None:
        assert not none_left(both.site.settings.scratch), "the server is there"
        raise Cancelled

    monkeypatch.setattr(scratch_postgresql, "load", cancelled)
    proof = both.site.restore_test(snapshot.id)
    assert proof.state == "cancelled"
    assert Snapshot.get_by_id(snapshot.id).proven_at is None
    assert none_left(both.site.settings.scratch)


def test_it_takes_nobody_elses_transaction_for_that_of_the_dump(mariadb: MariaDB) -> None:
    began = "START TRANSACTION WITH CONSISTENT SNAPSHOT;\nSELECT CONNECTION_ID();\n"

    def session(text: str, name: str = "situs") -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*mariadb.client(name), "-n"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdin
        process.stdin.write(text)
        process.stdin.flush()
        return process

    def told(process: subprocess.Popen[str]) -> str:
        assert process.stdout
        return process.stdout.readline().strip()

    def seen(process: subprocess.Popen[str]) -> None:
        asked = (
            f"SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = {told(process)}"
        )
        deadline = time.monotonic() + 30
        while mariadb.sql(asked).strip() != "1":
            assert time.monotonic() < deadline
            time.sleep(0.2)  # its answer is renewed only when nobody has asked for a tenth of a second

    def opened() -> int:
        assert holder.stdin
        holder.stdin.write(hold.OPEN_SQL)
        holder.stdin.flush()
        return int(told(holder))

    sessions = [holder := session("SELECT 1;\n", "")]
    try:
        assert told(holder) == "1"
        sessions.append(there_before := session(began))
        seen(there_before)
        assert holder.stdin
        holder.stdin.write(hold.HOLD_SQL.format(database=hold.literal("situs")))
        holder.stdin.flush()
        while told(holder) != hold.LISTED:
            pass
        sessions.append(elsewhere := session(began, "mysql"))
        seen(elsewhere)
        assert opened() == 0
        sessions.append(of_the_dump := session(began))
        seen(of_the_dump)
        assert opened() == 1
    finally:
        for process in sessions:
            process.kill()
            process.communicate()
