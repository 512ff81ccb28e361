"""Databases brought back into a real PostgreSQL and a real MariaDB, under a new name and in place."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from office.sshd import PracticeServer
from portal.config import Settings
from portal.operations import audit, database_access, restore_databases, restore_runs, restores, runs
from portal.store import db
from portal.store.models import Restore, Run, Snapshot, User
from schemas.restore import DatabaseForm
from schemas.server import AccessForm
from tests.support import site as sites
from tests.support.databases import PASSWORD, USER, MariaDB, PostgreSQL, all_go, remote_folders
from tests.support.site import Site, next_key
from workers.engines import database, mariadb_refill, postgresql_refill

REASON = "Data terhapus karena salah jalankan skrip."
NAMES = {"postgresql": "arsip", "mariadb": "situs"}
COUNTED = {"postgresql": 5009, "mariadb": 4005}
ENGINES = ["postgresql", "mariadb"]


@pytest.fixture(scope="module")
def pair() -> Iterator[dict[str, PostgreSQL | MariaDB]]:
    servers = {"postgresql": PostgreSQL(), "mariadb": MariaDB()}
    try:
        for server in servers.values():
            server.start()
        servers["postgresql"].sql(
            "ALTER DATABASE arsip SET search_path = lain, public; GRANT CONNECT ON DATABASE arsip TO cadangan;"
            "REVOKE ALL ON DATABASE arsip FROM PUBLIC; ALTER DATABASE arsip OWNER TO cadangan"
        )
        yield servers
    finally:
        for server in servers.values():
            server.stop()


class Place:
    """A site with a copy of one database of each engine, and what may be asked of it."""

    def __init__(self, site: Site, pair: dict[str, PostgreSQL | MariaDB]) -> None:
        self.site, self.pair = site, pair
        self.access("peer")

    def access(self, way: str) -> None:
        for engine, server in self.pair.items():
            fields = {"engine": engine, "host": server.socket, "username": server.superuser}
            if engine == "postgresql":
                fields["port"] = server.port
            if way == "password":
                fields |= {
                    "method": way,
                    "username": USER,
                    "host": "127.0.0.1",
                    "port": server.port,
                    "password": PASSWORD,
                }
            database_access.set_access(
                self.site.server.id,
                AccessForm(**fields),
                self.site.cast["agus"],
                at=db.now(),
                settings=self.site.settings,
            )

    def copy(self) -> Snapshot:
        run = self.site.backup()
        assert (run.state, run.code) == ("succeeded", "")
        return Snapshot.get(Snapshot.run == run)

    def asked(self, snapshot: Snapshot, engine: str, mode: str, name: str = "") -> Restore:
        form = DatabaseForm(
            mode=mode,
            reason=REASON,
            **({"target_server_id": self.site.server.id, "target_name": name} if mode == "new" else {}),
        )
        path = f"{engine}:{NAMES[engine]}"
        wish = restore_databases.ask(
            self.site.server.id, snapshot.id, path, form, self.site.cast["sari"], next_key(), at=db.now()
        )
        return restores.approve(wish.id, self.site.cast["joko"], at=db.now())

    def started(self, restore: Restore) -> Run:
        return restore_runs.start(
            restore.id, self.site.cast["agus"], next_key(), at=db.now(), settings=self.site.settings
        )

    def carried_out(self, restore: Restore) -> Run:
        return self.site.carry_out(self.started(restore))

    def names(self, engine: str) -> set[str]:
        if engine == "postgresql":
            return set(self.pair[engine].sql("SELECT datname FROM pg_database").split("\n")) - {""}
        return set(self.pair[engine].sql("SHOW DATABASES").splitlines())

    def rows(self, engine: str, name: str, table: str) -> int:
        return int(self.pair[engine].sql(f"SELECT COUNT(*) FROM {table}", name))


TABLE = {"postgresql": "public.surat", "mariadb": "berita"}


@pytest.fixture
def place(
    settings: Settings,
    cast: dict[str, User],
    sshd: PracticeServer,
    tree: Path,
    pair: dict[str, PostgreSQL | MariaDB],
) -> Iterator[Place]:
    before = {engine: Place.names(_Bare(pair), engine) for engine in ENGINES}
    paths = [f"{engine}:{name}" for engine, name in NAMES.items()]
    yield Place(sites.build(settings, cast, sshd, tree, paths, folder=False), pair)
    for engine in ENGINES:
        for name in Place.names(_Bare(pair), engine) - before[engine]:
            pair[engine].sql(
                f'DROP DATABASE "{name}"' if engine == "postgresql" else f"DROP DATABASE `{name}`"
            )


class _Bare(Place):
    def __init__(self, pair: dict[str, PostgreSQL | MariaDB]) -> None:
        self.pair = pair


@pytest.mark.parametrize("way", ["peer", "password"])
@pytest.mark.parametrize("engine", ENGINES)
def test_it_brings_a_database_back_under_a_new_name(place: Place, engine: str, way: str) -> None:
    place.access(way)
    before = place.names(engine)
    restore = place.asked(place.copy(), engine, "new", "arsip_lama")
    run = place.carried_out(restore)
    assert (run.state, run.code, run.context) == ("succeeded", "", {})
    assert place.names(engine) == before | {"arsip_lama"}
    assert run.result["rows"] == COUNTED[engine]
    assert place.rows(engine, "arsip_lama", TABLE[engine]) == place.rows(engine, NAMES[engine], TABLE[engine])
    assert run.evidence["loads"][0]["differences"] == []
    assert run.evidence["handover"]["approval_digest"] == restore.digest
    assert Restore.get_by_id(restore.id).state == "done"
    assert not (place.site.settings.var / "restore" / f"run-{run.id}").exists()
    assert all_go(remote_folders())
    assert audit.verify().ok


def test_it_brings_views_routines_triggers_and_events_to_the_new_name(place: Place) -> None:
    place.carried_out(place.asked(place.copy(), "mariadb", "new", "situs_uji"))
    check_belongings(place, "situs_uji")


def check_belongings(place: Place, name: str) -> None:
    sql = place.pair["mariadb"].sql
    assert sql("SELECT COUNT(*) FROM ringkas", name).strip() == "4000"
    assert sql("CALL hitung()", name).strip() == "4000"
    assert sql("SHOW EVENTS", name).split("\t")[1] == "bersihkan"
    assert sql("SHOW TRIGGERS", name).split("\t")[0] == "sebelum"


@pytest.mark.parametrize("engine", ENGINES)
def test_it_exchanges_a_database_in_place_and_keeps_the_old_one(place: Place, engine: str) -> None:
    name, server = NAMES[engine], place.pair[engine]
    snapshot = place.copy()
    server.sql(f"DELETE FROM {TABLE[engine]} WHERE id > 100", name)
    try:
        run = place.carried_out(place.asked(snapshot, engine, "in_place"))
        assert (run.state, run.code, run.context) == ("succeeded", "", {})
        kept = run.result["kept_as"]
        assert kept == f"{name}_sebelum_{db.now():%Y%m%d}"
        whole = 5000 if engine == "postgresql" else 4000
        assert place.rows(engine, name, TABLE[engine]) == whole
        assert place.rows(engine, kept, TABLE[engine]) == 100
        safety = Path(run.result["safety"]["path"])
        assert safety.stat().st_mode & 0o777 == 0o600
        assert run.evidence["dumps"][0]["sha256"] == run.result["safety"]["sha256"]
        assert run.result["safety"]["rows"] == COUNTED[engine] - whole + 100
        if engine == "mariadb":
            check_belongings(place, name)
            assert server.sql("SELECT COUNT(*) FROM ringkas", kept).strip() == "100"
            assert server.sql("SHOW TRIGGERS", kept).split("\t")[0] == "sebelum"
            assert server.sql("SHOW EVENTS", kept) == "", "nothing goes on working in what is kept aside"
        else:
            told = (
                "SELECT datacl::text || setconfig::text || pg_get_userbyid(datdba) FROM pg_database d JOIN "
                "pg_db_role_setting s ON s.setdatabase = d.oid WHERE datname = '{}'"
            )
            assert server.sql(told.format(name)) == server.sql(told.format(kept))
            assert "cadangan" in server.sql(told.format(name))
            assert server.sql(f"SELECT datallowconn FROM pg_database WHERE datname = '{kept}'").strip() == "t"
        again = place.carried_out(place.asked(snapshot, engine, "in_place"))
        assert again.result["kept_as"] == f"{kept}_{again.id}"
    finally:
        restore_samples(place, engine)


def restore_samples(place: Place, engine: str) -> None:
    """The module's data as they were, whatever the test left: from the kept copies."""
    run = place.carried_out(place.asked(Snapshot.select().order_by(Snapshot.id).first(), engine, "in_place"))
    assert (run.state, run.code) == ("succeeded", "")


def test_it_ends_the_sessions_of_the_old_database(place: Place) -> None:
    server = place.pair["postgresql"]
    snapshot = place.copy()

    def hold() -> None:
        with pytest.raises(RuntimeError):
            server.sql("SELECT pg_sleep(120)", "arsip")

    holder = threading.Thread(target=hold)
    holder.start()
    time.sleep(0.5)
    run = place.carried_out(place.asked(snapshot, "postgresql", "in_place"))
    assert (run.state, run.code) == ("succeeded", "")
    holder.join(20)
    assert not holder.is_alive()


@pytest.mark.parametrize("engine", ENGINES)
def test_it_refuses_a_name_that_is_taken(place: Place, engine: str) -> None:
    restore = place.asked(place.copy(), engine, "new", "sudah_ada")
    place.pair[engine].sql("CREATE DATABASE sudah_ada")
    run = place.carried_out(restore)
    assert (run.state, run.code) == ("failed", "refill.name_taken")
    assert run.context["database"] == "sudah_ada"
    assert not [name for name in place.names(engine) if name.startswith("lumbung_")]


@pytest.mark.parametrize("engine", ENGINES)
def test_it_refuses_a_name_that_is_taken_while_it_loads(
    place: Place, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore = place.asked(place.copy(), engine, "new", "baru_saja")
    room = postgresql_refill if engine == "postgresql" else mariadb_refill
    whole = room.swap_argv

    def late(*words: object, **terms: object) -> list[str]:
        place.pair[engine].sql("CREATE DATABASE baru_saja")
        return whole(*words, **terms)

    monkeypatch.setattr(room, "swap_argv", late)
    run = place.carried_out(restore)
    assert (run.state, run.code) == ("failed", "refill.name_taken")
    assert "baru_saja" in place.names(engine)
    assert not [name for name in place.names(engine) if name.startswith("lumbung_")]


@pytest.mark.parametrize("mode", ["new", "in_place"])
@pytest.mark.parametrize("engine", ENGINES)
def test_it_leaves_nothing_half_when_it_is_cancelled(place: Place, engine: str, mode: str) -> None:
    server, name = place.pair[engine], NAMES[engine]
    big = {
        "postgresql": "CREATE TABLE besar AS SELECT repeat(md5(n::text), 50) AS a FROM generate_series(1, 150000) n",
        "mariadb": "CREATE TABLE besar AS SELECT REPEAT(MD5(RAND()), 200) AS a FROM seq_1_to_60000",
    }
    server.sql(big[engine], name)
    try:
        snapshot = place.copy()
        before = place.names(engine)
        run = place.started(place.asked(snapshot, engine, mode, "setengah"))
        worker = threading.Thread(target=place.site.carry_out, args=(run,))
        worker.start()
        deadline = time.monotonic() + 60
        while (
            not any(each.startswith("lumbung_") for each in place.names(engine))
            and time.monotonic() < deadline
        ):
            time.sleep(0.02)
        runs.cancel(run.id, place.site.cast["agus"], at=db.now())
        worker.join(60)
        run = Run.get_by_id(run.id)
        assert (run.state, run.code) == ("cancelled", "run.cancelled")
        assert place.names(engine) == before
        assert place.rows(engine, name, TABLE[engine]) == (5000 if engine == "postgresql" else 4000)
        assert all_go(remote_folders())
    finally:
        server.sql("DROP TABLE besar", name)


@pytest.mark.parametrize("engine", ENGINES)
def test_it_changes_nothing_when_the_rows_are_not_those_of_the_dump(
    place: Place, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = postgresql_refill if engine == "postgresql" else mariadb_refill
    snapshot = place.copy()
    before = place.names(engine)
    if engine == "postgresql":
        monkeypatch.setattr(room, "COUNT_SQL", "DELETE FROM public.surat WHERE id < 4;" + room.COUNT_SQL)
    else:
        monkeypatch.setattr(room, "WHOLE", b"x'; DELETE FROM berita WHERE id < 4; SELECT '" + room.WHOLE)
    run = place.carried_out(place.asked(snapshot, engine, "in_place"))
    assert (run.state, run.code) == ("failed", "load.differs")
    assert run.context["now"] == run.context["then"] - 3
    assert place.names(engine) == before


@pytest.mark.parametrize("engine", ENGINES)
def test_it_puts_everything_back_when_the_exchange_fails(
    place: Place, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = place.copy()
    before = place.names(engine)
    if engine == "postgresql":
        broken = postgresql_refill.EXCHANGE_SQL.replace("COMMIT", "SELECT 1 / 0; COMMIT")
        monkeypatch.setattr(postgresql_refill, "EXCHANGE_SQL", broken)
    else:
        broken = mariadb_refill.RENAME_SQL + "SELECT 'SELECT * FROM tidak.ada;';"
        at = broken.index("SELECT CONCAT('RENAME")
        monkeypatch.setattr(
            mariadb_refill, "RENAME_SQL", broken[:at] + "SELECT 'SELECT * FROM tidak.ada;';" + broken[at:]
        )
    run = place.carried_out(place.asked(snapshot, engine, "in_place"))
    assert (run.state, run.code) == ("failed", "refill.failed")
    assert place.names(engine) == before
    assert place.rows(engine, NAMES[engine], TABLE[engine]) == (5000 if engine == "postgresql" else 4000)
    if engine == "mariadb":
        check_belongings(place, "situs")


@pytest.mark.parametrize("engine", ENGINES)
def test_it_says_that_the_database_is_gone_whose_place_was_to_be_taken(place: Place, engine: str) -> None:
    """Then it comes back under its own name as a new one."""
    server, name = place.pair[engine], NAMES[engine]
    snapshot = place.copy()
    in_place, new = place.asked(snapshot, engine, "in_place"), place.asked(snapshot, engine, "new", name)
    assert place.carried_out(new).code == "refill.name_taken"
    server.sql(f"DROP DATABASE {name}")
    run = place.carried_out(in_place)
    assert (run.state, run.code) == ("failed", "refill.name_gone")
    run = place.carried_out(new)
    assert (run.state, run.context) == ("succeeded", {})
    assert place.rows(engine, name, TABLE[engine]) == (5000 if engine == "postgresql" else 4000)


def test_it_moves_nothing_when_what_was_loaded_is_gone(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a run that was given up has cleared it away under an exchange that waited for a lock."""
    gone = "SELECT 'DROP DATABASE {quoted};' FROM dual WHERE {name} LIKE 'lumbung%';"
    monkeypatch.setattr(mariadb_refill, "STRIP_SQL", mariadb_refill.STRIP_SQL + gone)
    snapshot = place.copy()
    before = place.names("mariadb")
    run = place.carried_out(place.asked(snapshot, "mariadb", "in_place"))
    assert (run.state, run.code) == ("failed", "refill.failed")
    assert place.names("mariadb") == before
    assert place.rows("mariadb", "situs", "berita") == 4000
    check_belongings(place, "situs")


@pytest.mark.parametrize("exit_code", [database.LOST, None])
def test_it_touches_nothing_under_an_exchange_whose_end_is_not_known(
    place: Place, monkeypatch: pytest.MonkeyPatch, exit_code: int | None
) -> None:
    snapshot = place.copy()
    swapped: list[str] = []

    def lost(*_: object, **terms: object) -> list[str]:
        swapped.append(str(terms["temporary"]))
        return ["sh", "-c", f"cat > /dev/null; exit {database.LOST}"] if exit_code else ["tidak-ada"]

    monkeypatch.setattr(mariadb_refill, "swap_argv", lost)
    run = place.carried_out(place.asked(snapshot, "mariadb", "in_place"))
    assert run.state == "failed"
    assert swapped[0] in place.names("mariadb")
