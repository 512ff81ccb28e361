"""Databases kept on a standby server: never half-loaded, counted before they are swapped in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from office.sshd import PracticeServer, free_port
from portal.config import Settings
from portal.errors import Forbidden, InvalidInput, StaleStep, TransitionRefused
from portal.operations import (
    audit,
    database_access,
    mirror_runs,
    restore_databases,
    restore_runs,
    restores,
    standbys,
    sweep,
)
from portal.operations.leases import LeaseLost
from portal.store import db
from portal.store.models import Mirror, Run, Server, Snapshot, User
from portal.store.queries import grants
from schemas.mirror import StandbyForm
from schemas.restore import DatabaseForm
from schemas.server import AccessForm
from tests.support import site as sites
from tests.support.databases import PASSWORD, USER, MariaDB, PostgreSQL
from tests.support.site import Site, next_key
from workers import ending
from workers.steps import beside

ENGINES = ["postgresql", "mariadb"]
NAMES = {"postgresql": "arsip", "mariadb": "situs"}
TABLE = {"postgresql": "public.surat", "mariadb": "berita"}
Pair = dict[str, PostgreSQL | MariaDB]


def servers() -> Iterator[Pair]:
    pair: Pair = {"postgresql": PostgreSQL(), "mariadb": MariaDB()}
    try:
        for server in pair.values():
            server.start()
        yield pair
    finally:
        for server in pair.values():
            server.stop()


@pytest.fixture(scope="module")
def living() -> Iterator[Pair]:
    yield from servers()


@pytest.fixture(scope="module")
def standing() -> Iterator[Pair]:
    """The standby's engines, without the databases that it is to get."""
    for pair in servers():
        for engine, server in pair.items():
            server.sql(drop(engine, NAMES[engine]))
        yield pair


def drop(engine: str, name: str) -> str:
    return f'DROP DATABASE "{name}"' if engine == "postgresql" else f"DROP DATABASE `{name}`"


def names(pair: Pair, engine: str) -> set[str]:
    asked = "SELECT datname FROM pg_database" if engine == "postgresql" else "SHOW DATABASES"
    return set(pair[engine].sql(asked).split("\n")) - {""}


class Place:
    """A granted site with its databases, and a second enrolled server to stand by."""

    def __init__(self, site: Site, second: Server, living: Pair, standing: Pair) -> None:
        self.site, self.second, self.living, self.standing = site, second, living, standing
        self.access("peer")

    def access(self, way: str) -> None:
        for server_id, pair in ((self.site.server.id, self.living), (self.second.id, self.standing)):
            for engine, server in pair.items():
                fields = {"engine": engine, "host": server.socket, "username": server.superuser}
                if engine == "postgresql":
                    fields["port"] = server.port
                if way == "password":
                    fields |= {"method": way, "username": USER, "host": "127.0.0.1", "port": server.port,
                               "password": PASSWORD}  # fmt: skip
                database_access.set_access(server_id, AccessForm(**fields), self.site.cast["agus"], at=db.now(),
                                           settings=self.site.settings)  # fmt: skip

    def proposed(self, engine: str, **changes: object) -> Mirror:
        typed = {"path": f"{engine}:{NAMES[engine]}", "target_server_id": self.second.id, "every_hours": 24}
        form = StandbyForm(**(typed | changes))
        return standbys.propose(self.site.request_id, form, self.site.cast["agus"], at=db.now())

    def set_up(self, engine: str) -> Mirror:
        return standbys.approve(self.proposed(engine).id, self.site.cast["joko"], at=db.now())

    def run(self, mirror: Mirror) -> Run:
        started = mirror_runs.start(
            mirror.id, self.site.cast["agus"], next_key(), at=db.now(), settings=self.site.settings
        )
        return self.site.carry_out(started)

    def rows(self, pair: Pair, engine: str, name: str = "") -> int:
        return int(pair[engine].sql(f"SELECT COUNT(*) FROM {TABLE[engine]}", name or NAMES[engine]))


@pytest.fixture
def site(settings: Settings, cast: dict[str, User], sshd: PracticeServer, tree: Path) -> Site:
    """The approved request for both databases and their mirrors."""
    paths = [f"{engine}:{name}" for engine, name in NAMES.items()]
    return sites.build(settings, cast, sshd, tree, paths, folder=False, mirror=True)


@pytest.fixture
def place(site: Site, settings: Settings, tmp_path: Path, living: Pair, standing: Pair) -> Iterator[Place]:
    other = PracticeServer(tmp_path / "siaga", free_port())
    other.start()
    public = settings.secrets_path / "ssh" / f"{site.server.key_id}.pub"
    other.authorize(public.read_text(encoding="ascii").strip())
    host_key = " ".join((other.folder / "host_key.pub").read_text(encoding="ascii").split()[:2])
    second = Server.create(name="server-siaga", address="127.0.0.1", port=other.port, username=other.username,
                           key=site.server.key, host_key=host_key, host_key_state="approved",
                           created_by=site.cast["agus"])  # fmt: skip
    before = {engine: names(standing, engine) for engine in ENGINES}
    yield Place(site, second, living, standing)
    other.stop()
    for engine in ENGINES:
        for name in names(standing, engine) - before[engine]:
            standing[engine].sql(drop(engine, name))


@pytest.mark.parametrize("way", ["peer", "password"])
@pytest.mark.parametrize("engine", ENGINES)
def test_it_keeps_a_database_on_a_standby_and_the_old_one_until_the_next(
    place: Place, engine: str, way: str
) -> None:
    place.access(way)
    mirror, before = place.set_up(engine), names(place.standing, engine)
    first = place.run(mirror)
    assert (first.state, first.code, first.context) == ("succeeded", "", {})
    assert names(place.standing, engine) - before == {NAMES[engine]}
    whole = place.rows(place.living, engine)
    assert place.rows(place.standing, engine) == whole
    assert Mirror.get_by_id(mirror.id).in_step_at == first.started_at
    table = TABLE[engine]
    newest = f"SELECT least FROM (SELECT MAX(id) - 2 AS least FROM {table}) AS ids"
    place.living[engine].sql(f"DELETE FROM {table} WHERE id >= ({newest})", NAMES[engine])
    second = place.run(mirror)
    assert second.state == "succeeded"
    assert place.rows(place.standing, engine) == whole - 3
    kept = second.result["kept_as"]
    assert place.rows(place.standing, engine, kept) == whole
    third = place.run(mirror)
    assert third.state == "succeeded"
    assert names(place.standing, engine) - before == {NAMES[engine], third.result["kept_as"]}
    assert place.rows(place.standing, engine, third.result["kept_as"]) == whole - 3
    assert third.evidence["standby"]["row_count"] == third.result["rows"]
    assert not list((place.site.settings.vault_path / "1" / "mirror").rglob("dump-*"))
    assert audit.verify().ok


@pytest.mark.parametrize("engine", ENGINES)
def test_it_knows_what_a_run_brought_whose_end_was_never_recorded(
    place: Place, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror, table = place.set_up(engine), TABLE[engine]
    newest = f"SELECT least FROM (SELECT MAX(id) AS least FROM {table}) AS ids"

    def run_and_die() -> None:
        def dies(*_: object) -> None:
            raise LeaseLost

        with monkeypatch.context() as patch:
            patch.setattr(ending, "write", dies)
            run = place.run(mirror)
        steady = iter((0.0, 1000.0))
        watch = sweep.Watch(lambda: next(steady))
        for ended in ([], [run.id]):
            assert sweep.interrupt_silent(watch, at=db.now(), seconds=60) == ended

    run_and_die()  # the first: nothing of that name was known at all
    place.living[engine].sql(f"DELETE FROM {table} WHERE id >= ({newest})", NAMES[engine])
    assert place.run(mirror).code == ""
    place.living[engine].sql(f"DELETE FROM {table} WHERE id >= ({newest})", NAMES[engine])
    run_and_die()
    place.living[engine].sql(f"DELETE FROM {table} WHERE id >= ({newest})", NAMES[engine])
    last = place.run(mirror)
    assert (last.state, last.code) == ("succeeded", "")
    assert place.rows(place.standing, engine) == place.rows(place.living, engine)


WRITE = {
    "postgresql": "UPDATE surat SET perihal = 'diubah di server siaga' WHERE id = 7",
    "mariadb": "UPDATE berita SET judul = 'diubah di server siaga' WHERE id = 7",
}


@pytest.mark.parametrize("engine", ENGINES)
def test_it_puts_nothing_aside_that_somebody_wrote_on_the_standby(place: Place, engine: str) -> None:
    mirror = place.set_up(engine)
    assert place.run(mirror).state == "succeeded"
    place.standing[engine].sql(WRITE[engine], NAMES[engine])
    run = place.run(mirror)
    assert (run.state, run.code) == ("failed", "mirror.standby_written")
    assert (run.context["count"], run.context["table"]) == (1, TABLE[engine])
    whole, before = place.rows(place.standing, engine), names(place.standing, engine)
    table = TABLE[engine]
    newest = f"SELECT least FROM (SELECT MAX(id) AS least FROM {table}) AS ids"
    place.standing[engine].sql(f"DELETE FROM {table} WHERE id >= ({newest})", NAMES[engine])
    run = place.run(mirror)
    assert (run.state, run.code) == ("failed", "mirror.standby_changed")
    assert run.context["now"] == run.context["then"] - 1
    assert place.rows(place.standing, engine) == whole - 1
    assert names(place.standing, engine) == before


@pytest.mark.parametrize("engine", ENGINES)
def test_it_writes_over_nothing_that_it_did_not_bring(place: Place, engine: str) -> None:
    place.standing[engine].sql(f"CREATE DATABASE {NAMES[engine]}")
    before = names(place.standing, engine)
    run = place.run(place.set_up(engine))
    assert (run.state, run.code) == ("failed", "mirror.name_taken")
    assert names(place.standing, engine) == before


@pytest.mark.parametrize("engine", ENGINES)
def test_it_swaps_nothing_whose_rows_are_not_all_there(
    place: Place, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror, before = place.set_up(engine), names(place.standing, engine)
    assert place.run(mirror).state == "succeeded"
    whole = place.rows(place.standing, engine)
    real = beside.differ
    monkeypatch.setattr(beside, "differ", lambda then, now: real({**then, "lost": 7}, now))
    place.living[engine].sql(f"DELETE FROM {TABLE[engine]} WHERE id <= 20", NAMES[engine])
    run = place.run(mirror)
    assert (run.state, run.code) == ("failed", "load.differs")
    assert place.rows(place.standing, engine) == whole
    assert names(place.standing, engine) - before == {NAMES[engine]}


def test_it_does_not_follow_a_database_that_lost_every_row(place: Place) -> None:
    mirror = place.set_up("postgresql")
    assert place.run(mirror).state == "succeeded"
    whole = place.rows(place.standing, "postgresql")
    living = place.living["postgresql"]
    living.sql("ALTER DATABASE arsip RENAME TO arsip_asli")
    living.sql("CREATE DATABASE arsip")
    try:
        run = place.run(mirror)
    finally:
        living.sql("DROP DATABASE arsip")
        living.sql("ALTER DATABASE arsip_asli RENAME TO arsip")
    assert (run.state, run.code) == ("failed", "mirror.empty_database")
    assert place.rows(place.standing, "postgresql") == whole


def test_it_leaves_nothing_half_loaded_when_the_load_breaks_off(place: Place) -> None:
    mirror, before = place.set_up("postgresql"), names(place.standing, "postgresql")
    assert place.run(mirror).state == "succeeded"
    place.standing["postgresql"].sql("ALTER ROLE postgres SET default_transaction_read_only = on")
    try:
        run = place.run(mirror)
    finally:
        place.standing["postgresql"].sql(
            "SET default_transaction_read_only = off; ALTER ROLE postgres RESET ALL"
        )
    assert run.state == "failed"
    assert names(place.standing, "postgresql") - before == {"arsip"}


def test_it_runs_only_on_a_standby_that_the_kasubbid_approved(place: Place) -> None:
    cast = place.site.cast
    for wrong in (
        {"target_server_id": place.site.server.id},
        {"target_server_id": 99},
        {"path": "postgresql:lain"},
    ):
        with pytest.raises(InvalidInput):
            place.proposed("postgresql", **wrong)
    mirror = place.proposed("postgresql")
    with pytest.raises(InvalidInput):
        place.proposed("postgresql")
    with pytest.raises(TransitionRefused):
        place.run(mirror)
    assert mirror_runs.run_due(db.now(), place.site.settings) == []
    for who in ("agus", "sari", "hendro"):
        with pytest.raises(Forbidden):
            standbys.approve(mirror.id, cast[who], at=db.now())
    standbys.approve(mirror.id, cast["joko"], at=db.now())
    with pytest.raises(StaleStep):
        standbys.approve(mirror.id, cast["joko"], at=db.now())
    assert "postgresql:arsip" in grants.unproven_folders(place.site.request_id)


def test_it_trusts_each_server_by_its_own_host_key(place: Place) -> None:
    mirror = place.set_up("postgresql")
    queued = mirror_runs.start(mirror.id, place.site.cast["agus"], next_key(), at=db.now(),
                               settings=place.site.settings)  # fmt: skip
    Server.update(host_key=place.site.server.host_key).where(Server.id == place.second.id).execute()
    assert place.site.carry_out(queued).code == "authority.server_changed"
    run = place.run(mirror)
    assert (run.state, run.code) == ("failed", "ssh.host_key_changed")
    assert "arsip" not in names(place.standing, "postgresql")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_database_of_a_copy_is_restored_on_the_other_server_alone(place: Place, engine: str) -> None:
    site, name = place.site, "arsip_pulih"
    copied = site.backup()
    assert (copied.state, copied.code) == ("succeeded", "")
    before = names(place.living, engine)
    form = DatabaseForm(
        mode="new",
        target_server_id=place.second.id,
        target_name=name,
        reason="Data lama diperiksa di server lain.",
    )
    path, snapshot = f"{engine}:{NAMES[engine]}", Snapshot.get(Snapshot.run == copied)
    wish = restore_databases.ask(
        site.server.id, snapshot.id, path, form, site.cast["agus"], next_key(), at=db.now()
    )
    restores.approve(wish.id, site.cast["joko"], at=db.now())
    started = restore_runs.start(wish.id, site.cast["agus"], next_key(), at=db.now(), settings=site.settings)
    run = site.carry_out(started)
    try:
        assert (run.state, run.code, run.context) == ("succeeded", "", {})
        assert (run.result["server"], run.result["database"]) == (place.second.name, name)
        assert place.rows(place.standing, engine, name) == place.rows(place.living, engine)
        assert names(place.living, engine) == before
    finally:
        place.standing[engine].sql(drop(engine, name))
