from __future__ import annotations

import pytest

from portal.store.models import DatabaseAccess, Grant, Source
from schemas.run import RunKind
from tests.support import desks, machines

FOUND = {"engines": [
    {"engine": "postgresql", "code": "", "version": "15.18", "databases": [{"name": "arsip", "size_bytes": 8404327}]},
    {"engine": "mariadb", "code": "database.auth_refused", "databases": []},
]}  # fmt: skip


@pytest.fixture
def server(cast, settings):
    made = machines.trusted(cast["agus"], cast["joko"], settings)
    machines.answered(made, RunKind.DATABASES, cast["agus"], settings, FOUND)
    return made


@pytest.fixture
def agus(browser, cast):
    return browser().sign_in("agus")


def test_it_lists_chooses_and_drops_databases(agus, server):
    page = agus.get(f"/server/{server.id}").text
    assert "arsip" in page
    assert "menolak nama pengguna atau kata sandi" in page
    agus.post(f"/server/{server.id}/database", {"path": "postgresql:arsip"})
    source = Source.get(Source.kind == "database")
    assert (source.path, source.size_bytes, source.active) == ("postgresql:arsip", 8404327, True)
    assert "Dipilih" in agus.get(f"/server/{server.id}").text
    agus.post(f"/server/{server.id}/sumber/{source.id}/hapus")
    assert not Source.get_by_id(source.id).active


@pytest.mark.parametrize("path", ["postgresql:lain", "oracle:x", "", "/etc"])
def test_it_chooses_only_what_the_server_has_shown(agus, server, path):
    assert agus.post(f"/server/{server.id}/database", {"path": path}).status_code == 404
    assert Source.select().where(Source.kind == "database").count() == 0


def test_it_keeps_a_password_sealed_and_never_shows_it(agus, server):
    address = f"/server/{server.id}/database/postgresql/akses"
    asked = {
        "method": "password",
        "username": "cadangan",
        "host": "127.0.0.1",
        "port": "5432",
        "password": "",
    }
    assert agus.post(address, asked).status_code == 422
    assert agus.post(address, asked | {"password": "rahasia-sekali"}).status_code == 303
    sealed = DatabaseAccess.get().sealed
    assert sealed
    assert "rahasia-sekali" not in sealed + agus.get(address).text + agus.get(f"/server/{server.id}").text
    assert agus.post(address, asked).status_code == 303, "left empty, the password stays"
    assert DatabaseAccess.get().sealed == sealed


def test_the_kasubbid_ticks_the_databases_that_may_be_kept(browser, cast, settings):
    file = desks.file(settings, cast, services=["backup_files", "backup_database"]).walk(
        "specification_selection"
    )
    file.scope()
    source = Source.create(
        server=file.server, kind="database", path="postgresql:arsip", size_bytes=1, created_by=cast["agus"]
    )
    joko, address = browser().sign_in("joko"), f"/permohonan/{file.request_id}"
    assert f'name="databases" value="{source.id}"' in joko.get(address).text
    sent = {"action": "approve", "revision": file.row.revision, "server_id": file.server.id, "folders": "",
            "services": ["backup_database"], "term_months": "12"}  # fmt: skip
    assert joko.post(f"{address}/keputusan", sent).status_code == 422
    assert joko.post(f"{address}/keputusan", sent | {"databases": [str(source.id)]}).status_code == 303
    assert Grant.get().scope["databases"] == ["postgresql:arsip"]
    assert "arsip (PostgreSQL)" in joko.get(address).text
