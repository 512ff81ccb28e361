"""The catalogue as one list: the page, its CSV and its paper by role."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from portal.operations import servers as desk
from portal.store.db import now
from portal.store.models import Schedule, Snapshot, Source
from tests.documents import reading
from tests.support import machines
from tests.support.policies import publish

RULE = {"rhythm": "weekly", "at": "02:30", "weekdays": [0, 4]}


@pytest.fixture
def filled(cast, settings):
    at = now()
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    other = machines.trusted(
        cast["agus"], cast["joko"], settings, name="=HYPERLINK(1) Arsip", address="10.20.30.41"
    )
    desk.set_active(other.id, False, cast["agus"], at=at)
    request = machines.approved(cast["sari"], cast["joko"], server, starts_at=at - timedelta(days=3),
                                ends_at=at + timedelta(days=30))  # fmt: skip
    machines.backed_up(request, cast["agus"], settings, at=at - timedelta(hours=3))
    Source.update(size_bytes=3 * 1024**3).where(Source.server == server).execute()
    Source.create(server=server, kind="database", path="postgresql:arsip", created_by=cast["agus"])
    Schedule.create(name="Mingguan", backup_request=request, server=server, rule=RULE, begins_at=at,
                    idempotency_key="s", created_by=cast["agus"])  # fmt: skip
    return server


@pytest.mark.parametrize("path", ["/server/daftar", "/server/daftar.csv", "/server/daftar.pdf"])
@pytest.mark.parametrize(
    ("who", "status"), [("joko", 200), ("agus", 200), ("ratna", 200), ("sari", 403), ("dewi", 403)]
)
def test_it_is_for_those_who_keep_the_catalogue(browser, filled, who, status, path):
    assert browser(who).get(path).status_code == status


def test_it_says_what_is_kept_of_each_server(browser, filled, cast):
    publish(cast["joko"], at=now() - timedelta(days=1))
    page = browser("joko").get("/server/daftar").text
    for part in ("Web PRTRN", "10.20.30.40", "Pusat Riset Teknologi Reaktor Nuklir", "/srv/www", "3,0 GiB",
                 "arsip (PostgreSQL)", "Setiap Senin, Jumat pukul 02.30", "30 hari", "Utama", "Belum diuji",
                 "Tidak aktif", "Belum ada", "=HYPERLINK(1) Arsip"):  # fmt: skip
        assert part in page, part
    Snapshot.update(second_at=now()).execute()
    assert "Utama dan kedua" in browser("joko").get("/server/daftar").text


def test_it_is_searched_by_server_unit_and_source(browser, filled):
    joko = browser("joko")
    for words in ("prtrn", "arsip postgresql", "/srv/www 10.20.30.40", "reaktor"):
        page = joko.get("/server/daftar", query_string={"cari": words}).text
        assert f'href="/server/{filled.id}"' in page, words
    page = joko.get("/server/daftar?cari=reaktor").text
    assert "HYPERLINK" not in page
    assert "Tidak ada yang cocok" in joko.get("/server/daftar?cari=entah").text


def test_the_empty_list_teaches(browser):
    assert "Belum ada server" in browser("joko").get("/server/daftar").text


def test_the_csv_escapes_formulas(browser, filled):
    text = browser("joko").get("/server/daftar.csv").data.decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text), delimiter=";")
    lines = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert "'=HYPERLINK(1) Arsip" in lines
    told = lines["Web PRTRN"]
    assert told["Folder"] == "/srv/www (3,0 GiB)"
    assert told["Database"] == "arsip (PostgreSQL)"
    assert told["Ukuran (byte)"] == str(3 * 1024**3)
    assert told["Jadwal"] == "Setiap Senin, Jumat pukul 02.30"
    assert told["Gudang"] == "Gudang utama"


def test_the_paper_says_the_same(browser, filled):
    read = reading.text(browser("joko").get("/server/daftar.pdf").data)
    for part in ("DAFTAR DATABASE/FILE", "Web PRTRN", "/srv/www, 3,0 GiB", "arsip (PostgreSQL)", "Joko Widagdo",
                 "Belum diuji"):  # fmt: skip
        assert part in read, part
