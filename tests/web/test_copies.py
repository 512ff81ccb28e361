from __future__ import annotations

import pytest

from portal.store.models import Run, Snapshot
from tests.support import copies, machines
from workers import entry


@pytest.fixture
def server(app, cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


@pytest.fixture
def bare(server, cast, settings):
    """A copy whose list of contents is not ready."""
    made = machines.backed_up(machines.approved(cast["sari"], cast["joko"], server), cast["agus"], settings)
    return copies.listed(made, settings)


@pytest.fixture
def copy(bare, settings):
    """A copy that can be looked into."""
    return copies.indexed(bare, settings)


def address(copy: Snapshot, more: str = "") -> str:
    return f"/server/{copy.server_id}/cadangan/{copy.id}{more}"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("sari", 200),
        ("joko", 200),
        ("agus", 200),
        ("ratna", 200),
        ("wulan", 404),
        ("tono", 404),
        ("sri", 404),
    ],
)
def test_it_shows_a_copy_to_those_whose_work_it_is(browser, copy, who, status):
    page = browser(who)
    assert page.get(address(copy)).status_code == status
    expected = 200 if status == 200 else 403
    assert page.get(f"/server/{copy.server_id}/cadangan").status_code == expected


def test_it_shows_a_requester_only_the_copies_of_own_requests(browser, cast, settings, server, copy):
    other = machines.backed_up(machines.approved(cast["wulan"], cast["joko"], server), cast["agus"], settings)
    sari = browser("sari")
    listed = sari.get(f"/server/{server.id}/cadangan").text
    assert (f"/cadangan/{copy.id}" in listed, f"/cadangan/{other.id}" in listed) == (True, False)
    assert sari.get(address(other)).status_code == 404
    assert f"/cadangan/{other.id}" in browser("joko").get(f"/server/{server.id}/cadangan").text


def test_it_leads_from_folder_to_folder_and_back(browser, copy):
    joko = browser("joko")
    top = joko.get(address(copy)).text
    assert "/srv/www" in top
    inside = joko.get(address(copy, "?isi=1")).text
    assert "html" in inside
    assert "kosong" in inside
    deep = joko.get(address(copy, "?isi=2")).text
    assert "beranda.html" in deep
    assert "2,0 KiB" in deep
    assert f'href="{address(copy, "?isi=1")}"' in deep
    assert "&lt;b&gt;&amp;\n.txt" in deep
    assert "Folder ini kosong" in joko.get(address(copy, "?isi=5")).text


@pytest.mark.parametrize("number", ["3", "99", "-1", "99999999999999999999", "x"])
def test_it_answers_whatever_number_is_asked_for(browser, copy, number):
    status = browser("joko").get(address(copy, f"?isi={number}")).status_code
    assert status == (404 if number in ("3", "99") else 200)


def test_it_finds_a_name_in_all_copies(browser, cast, settings, server, copy):
    joko, where = browser("joko"), f"/server/{server.id}/cadangan"
    request = machines.approved(cast["wulan"], cast["joko"], server)
    copies.indexed(machines.backed_up(request, cast["agus"], settings), settings)
    found = joko.get(f"{where}?cari=BERANDA").text
    assert "/srv/www/html/beranda.html" in found
    assert "ada di 2 salinan" in found
    assert "ada di 1 salinan" in browser("sari").get(f"{where}?cari=beranda").text
    assert "Tidak ditemukan" in joko.get(f"{where}?cari=tidakada").text
    assert "sedikitnya 3 huruf" in joko.get(f"{where}?cari=ab").text


def test_it_says_which_copies_a_search_did_not_read(browser, bare):
    page = browser("joko").get(f"/server/{bare.server_id}/cadangan?cari=beranda").text
    assert "Belum ada yang dapat dicari" in page
    assert "1 salinan belum ikut dicari" in page


def test_it_offers_to_make_the_list_ready_and_then_shows_it(browser, bare, settings):
    sari = browser("sari")
    assert "Siapkan daftar isi" in sari.get(address(bare)).text
    for _ in range(2):
        assert sari.post(address(bare, "/siapkan")).status_code == 303
    run = Run.get(Run.kind == "index")
    assert Run.select().where(Run.kind == "index").count() == 1
    assert 'hx-trigger="every 1s"' in sari.get(address(bare)).text
    entry.carry_out(run.id, settings)
    assert Run.get_by_id(run.id).state == "succeeded"
    assert sari.get(address(bare), htmx=True).headers["HX-Refresh"] == "true"
    assert "/srv/www" in sari.get(address(bare)).text


def test_it_says_why_the_list_cannot_be_made(browser, bare, settings):
    with open(bare.manifest_path, "a", encoding="utf-8") as file:  # noqa: PTH123
        file.write("{}\n")
    joko = browser("joko")
    joko.post(address(bare, "/siapkan"))
    entry.carry_out(Run.get(Run.kind == "index").id, settings)
    page = joko.get(address(bare)).text
    assert "berubah sejak disegel" in page
    assert "Siapkan daftar isi" in page


def test_it_lets_nobody_else_have_a_list_made(browser, bare):
    assert browser("wulan").post(address(bare, "/siapkan")).status_code == 404
    assert Run.select().where(Run.kind == "index").count() == 0
