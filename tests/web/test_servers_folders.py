from __future__ import annotations

import html

import pytest

from portal.store.models import Run, Source
from schemas.run import RunKind
from tests.support import machines

ENTRIES = [
    {"name": "www", "kind": "folder", "size_bytes": 4096, "usable": True},
    {"name": "<script>alert(1)</script>", "kind": "folder", "size_bytes": 4096, "usable": True},
    {"name": "baris\\nbaru", "kind": "folder", "size_bytes": 4096, "usable": False},
    {"name": "baca.txt", "kind": "file", "size_bytes": 2048, "usable": True},
]


@pytest.fixture
def server(cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings, folders=())


def listed(server, cast, settings, path="/srv", **more):
    result = {"path": path, "entries": ENTRIES, "cut": False} | more
    return machines.answered(server, RunKind.LISTING, cast["agus"], settings, result, path=path)


def measured(server, cast, settings, path="/srv/www", free=10**12):
    result = {"path": path, "size_bytes": 5 * 1024**3, "file_count": 120, "vault_free_bytes": free}
    return machines.answered(server, RunKind.MEASURE, cast["agus"], settings, result, path=path)


def test_it_opens_the_server_one_level_at_a_time(browser, cast, settings, server):
    agus = browser("agus")
    answer = agus.post(f"/server/{server.id}/tanya", {"kind": "listing", "path": "/", "key": "k" * 24})
    run = Run.get(Run.kind == "listing")
    assert answer.location == f"/server/{server.id}/folder/{run.id}"
    assert 'hx-trigger="every 1s"' in agus.get(answer.location).text
    machines.finished(run, result={"path": "/", "entries": ENTRIES, "cut": True})
    page = agus.get(answer.location).text
    assert 'hx-trigger="every' not in page
    assert 'value="/www"' in page
    assert "3 folder, 1 isi lainnya" in page
    assert "dipotong" in page
    assert "2,0 KiB" in page


def test_it_shows_hostile_names_as_text_and_lets_unusable_ones_be(browser, cast, settings, server):
    run = listed(server, cast, settings)
    page = browser("agus").get(f"/server/{server.id}/folder/{run.id}").text
    assert "<script>alert" not in page
    assert 'value="/srv/&lt;script&gt;alert(1)&lt;/script&gt;"' in page
    assert 'value="/srv/baris' not in page
    assert "namanya tidak dapat dipakai" in page


def test_it_shows_the_size_and_the_room_before_a_folder_is_chosen(browser, cast, settings, server):
    agus = browser("agus")
    run = measured(server, cast, settings)
    page = agus.get(f"/server/{server.id}/folder/{run.id}").text
    assert "5,0 GiB" in page
    assert "931,3 GiB" in page
    assert "mungkin tidak cukup" not in page
    data = {"path": "/srv/www", "measured_by": str(run.id)}
    after = agus.follow(agus.post(f"/server/{server.id}/sumber", data)).text
    assert "/srv/www masuk daftar" in after
    source = Source.get()
    assert (source.path, source.size_bytes, source.file_count) == ("/srv/www", 5 * 1024**3, 120)
    assert "Sudah dipilih" in agus.get(f"/server/{server.id}/folder/{run.id}").text


def test_it_warns_when_the_vault_has_too_little_room(browser, cast, settings, server):
    run = measured(server, cast, settings, free=6 * 1024**3)
    page = browser("agus").get(f"/server/{server.id}/folder/{run.id}").text
    assert "mungkin tidak cukup" in page


def test_it_takes_a_folder_typed_by_hand_after_measuring_it(browser, cast, settings, server):
    agus = browser("agus")
    agus.post(f"/server/{server.id}/tanya", {"kind": "measure", "path": "/srv//www/", "key": "k" * 24})
    run = Run.get(Run.kind == "measure")
    assert run.spec["path"] == "/srv/www"
    waiting = agus.get(f"/server/{server.id}/folder/{run.id}").text
    assert "tanpa menunggu" in waiting
    machines.finished(run, state="failed", code="source.missing", context={"path": "/srv/www"})
    page = agus.get(f"/server/{server.id}/folder/{run.id}").text
    assert "Folder /srv/www tidak ada di server." in page
    assert 'value="/srv/www"' in page


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("", "Wajib diisi"),
        ("srv/www", "diawali garis miring"),
        ("/", "bukan seluruh server"),
        ("/srv/../etc", "tidak boleh memuat"),
        ("/srv/\nwww", "karakter yang tidak tampak"),
        ("/srv/\x00", "karakter yang tidak tampak"),
        ("/" + "x" * 300, "nama folder yang terlalu panjang"),
        ("/x" * 3000, "Alamat folder terlalu panjang"),
        ("-oProxyCommand=x", "diawali garis miring"),
    ],
)
def test_it_says_what_is_wrong_with_a_path(browser, server, path, sentence):
    agus = browser("agus")
    for address, data in (
        (f"/server/{server.id}/tanya", {"kind": "measure", "path": path}),
        (f"/server/{server.id}/sumber", {"path": path}),
    ):
        answer = agus.post(address, data)
        assert answer.status_code == 422
        assert sentence in html.unescape(answer.text)
        assert f'value="{html.escape(path)}"' in answer.text or not path.isprintable()
    assert Source.select().count() == 0
    assert Run.select().where(Run.kind == "measure").count() == 0


def test_it_takes_hostile_but_possible_names_literally(browser, server):
    for path in ("/srv/$(reboot)", "/srv/-rf", "/srv/a'b\"c", "/srv/<b>", "/srv/ berspasi "):
        assert browser("agus").post(f"/server/{server.id}/sumber", {"path": path}).status_code == 303
    assert {source.path for source in Source.select()} >= {"/srv/$(reboot)", "/srv/ berspasi "}
    page = browser("agus").get(f"/server/{server.id}").text
    assert "/srv/<b>" not in page


def test_it_removes_a_folder_from_the_list(browser, cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    source = machines.source_of(server)
    agus = browser("agus")
    page = agus.follow(agus.post(f"/server/{server.id}/sumber/{source.id}/hapus")).text
    assert "keluar dari daftar" in page
    assert not Source.get().active


@pytest.mark.parametrize("kind", ["", "backup", "restore_test", "rm -rf"])
def test_it_answers_no_other_question(browser, server, kind):
    before = Run.select().count()
    answer = browser("agus").post(f"/server/{server.id}/tanya", {"kind": kind, "path": "/srv"})
    assert answer.status_code == 422
    assert Run.select().count() == before


def test_it_shows_no_answer_of_another_server_or_kind(browser, cast, settings, server):
    other = machines.enrolled(cast["agus"], settings, name="Lain")
    run = listed(server, cast, settings)
    scan = machines.scanned(other, cast["agus"], settings)
    agus = browser("agus")
    assert agus.get(f"/server/{other.id}/folder/{run.id}").status_code == 404
    assert agus.get(f"/server/{other.id}/folder/{scan.id}").status_code == 404
    assert agus.get(f"/server/{server.id}/folder/404").status_code == 404


def test_it_asks_nothing_of_a_server_that_is_not_trusted(browser, cast, settings):
    other = machines.enrolled(cast["agus"], settings, name="Lain")
    answer = browser("agus").post(f"/server/{other.id}/tanya", {"kind": "listing", "path": "/"})
    assert answer.status_code == 403
    assert "belum diperiksa" in answer.text
