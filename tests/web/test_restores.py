from __future__ import annotations

import pytest

from portal.operations import restores
from portal.store import db
from portal.store.models import AuditEntry, Restore, Run
from schemas.restore import DownloadForm
from tests.support import copies, machines

FORM = {"kind": "download", "reason": "Berkas terhapus tanpa sengaja.", "isi": "3"}


@pytest.fixture
def copy(app, cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    made = machines.backed_up(machines.approved(cast["sari"], cast["joko"], server), cast["agus"], settings)
    return copies.indexed(made, settings)


@pytest.fixture
def asked(copy, cast, settings):
    form = DownloadForm(reason=FORM["reason"])
    return restores.ask(copy.server_id, copy.id, [3], form, cast["sari"], "key-1", at=db.now(),
                        settings=settings)  # fmt: skip


def where(copy):
    return f"/server/{copy.server_id}/cadangan/{copy.id}/pulihkan"


def delivered(restore, settings, name="beranda.html"):
    run = Run.get_by_id(Restore.get_by_id(restore.id).run_id)
    folder = settings.var / "restore" / f"run-{run.id}"
    folder.mkdir(parents=True)
    (folder / "isi").write_bytes(b"isi berkas")
    machines.finished(run, result={"name": name, "size_bytes": 10, "sha256": "ab" * 32})


def test_it_goes_from_the_copy_to_the_file_by_every_desk(browser, copy, settings):
    sari, joko = browser("sari"), browser("joko")
    page = sari.get(f"/server/{copy.server_id}/cadangan/{copy.id}?isi=2").text
    assert f"{where(copy)}?isi=3" in page
    assert "/srv/www/html/beranda.html" in sari.get(f"{where(copy)}?isi=3").text
    shown = sari.follow(sari.post(where(copy), FORM)).text
    assert "Menunggu keputusan" in shown
    assert "Setujui" not in shown
    restore = Restore.get()
    assert "Pemulihan menunggu" in joko.get("/").text
    assert "Setujui" in joko.get(f"/pemulihan/{restore.id}").text
    assert "Disetujui" in joko.follow(joko.post(f"/pemulihan/{restore.id}/setujui")).text
    assert "Pemulihan menunggu" not in joko.get("/").text
    assert "Mulai pemulihan" in sari.get(f"/pemulihan/{restore.id}").text
    live = sari.follow(sari.post(f"/pemulihan/{restore.id}/mulai", {"key": "k" * 24})).text
    assert 'hx-trigger="every 1s"' in live
    delivered(restore, settings)
    done = sari.get(f"/pemulihan/{restore.id}", htmx=True).text
    assert "Unduh" in done
    assert "every 1s" not in done
    file = sari.get(f"/pemulihan/{restore.id}/unduh")
    assert (file.data, file.status_code) == (b"isi berkas", 200)
    assert "attachment" in file.headers["Content-Disposition"]
    assert "beranda.html" in file.headers["Content-Disposition"]
    assert AuditEntry.select().where(AuditEntry.tag == "restore:taken").count() == 1


def test_what_is_ticked_in_a_folder_is_asked_for_together(browser, copy):
    sari = browser("sari")
    page = sari.get(f"/server/{copy.server_id}/cadangan/{copy.id}?isi=1").text
    assert 'name="isi" value="2"' in page
    assert 'name="isi" value="5"' in page
    form = sari.get(f"{where(copy)}?dari=1&isi=2&isi=5").text
    assert "2 butir" in form
    assert 'name="isi" value="5"' in form
    assert "Server tujuan" not in form
    shown = sari.follow(
        sari.post(where(copy), FORM | {"isi": ["2", "5"], "dari": "1", "archive": "tar"})
    ).text
    assert "2 butir dari salinan" in shown
    assert "/srv/www/kosong" in shown
    assert Restore.get().archive == "tar"
    refused = sari.post(where(copy), FORM | {"isi": ["2", "5"], "reason": ""})
    assert refused.status_code == 422
    assert 'name="isi" value="5"' in refused.text


def test_with_nothing_ticked_it_leads_back_to_the_folder(browser, copy):
    sari = browser("sari")
    answer = sari.get(f"{where(copy)}?dari=1")
    assert answer.headers["Location"].endswith(f"/cadangan/{copy.id}?isi=1")
    assert "Belum ada yang dicentang" in sari.follow(answer).text


@pytest.mark.parametrize(
    ("who", "page", "approve", "take"),
    [
        ("sari", 200, 403, 404),
        ("wulan", 404, 403, 404),
        ("agus", 200, 403, 404),
        ("ratna", 200, 403, 403),
        ("tono", 200, 403, 403),
        ("sri", 404, 403, 404),
        ("joko", 200, 303, 403),
    ],
)
def test_it_opens_to_each_role_what_is_its_own(browser, asked, who, page, approve, take):
    person = browser(who)
    assert person.get(f"/pemulihan/{asked.id}").status_code == page
    assert person.get(f"/pemulihan/{asked.id}/unduh").status_code == take
    assert person.post(f"/pemulihan/{asked.id}/setujui").status_code == approve
    assert Restore.get().state == ("approved" if approve == 303 else "requested")


def test_it_lists_own_wishes_to_a_requester_and_all_to_officials(browser, asked):
    link = f'href="/pemulihan/{asked.id}"'
    assert link in browser("sari").get("/pemulihan").text
    assert link in browser("agus").get("/pemulihan").text
    nobody = browser("wulan").get("/pemulihan").text
    assert link not in nobody
    assert "Belum ada permintaan pemulihan" in nobody
    assert "Tidak ada yang cocok" in browser("sari").get("/pemulihan?keadaan=done").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": ""}, "Wajib diisi"),
        ({"reason": "singkat"}, "Terlalu pendek"),
        ({"kind": "entah"}, "Pilih ke mana"),
        ({"kind": "to_server", "target_server_id": "", "target_path": "/srv/www"}, "Pilih server tujuan"),
        ({"kind": "to_server", "target_server_id": "1", "target_path": "srv"}, "diawali garis miring"),
        ({"kind": "to_server", "target_server_id": "999", "target_path": "/srv"}, "Pilih server tujuan"),
    ],
)
def test_it_says_what_is_missing_and_keeps_what_was_typed(browser, copy, change, words):
    answer = browser("sari").post(where(copy), FORM | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert "/srv/www/html/beranda.html" in answer.text
    assert Restore.select().count() == 0


def test_it_tells_the_requester_why_it_was_refused(browser, asked):
    joko = browser("joko")
    assert "tulis alasannya" in joko.follow(joko.post(f"/pemulihan/{asked.id}/tolak", {"note": ""})).text
    joko.post(f"/pemulihan/{asked.id}/tolak", {"note": "Versi itu sudah usang."})
    assert "Versi itu sudah usang." in browser("sari").get(f"/pemulihan/{asked.id}").text


def test_it_tells_a_kasubbid_that_own_wishes_are_for_others(browser, copy):
    joko = browser("joko")
    shown = joko.follow(joko.post(where(copy), FORM)).text
    assert "pejabat lain yang memutuskannya" in shown
    restore = Restore.get()
    assert joko.post(f"/pemulihan/{restore.id}/setujui").status_code == 403
    assert "Pemulihan menunggu" not in joko.get("/").text


def test_it_names_a_download_whatever_the_file_is_called(browser, asked, settings, cast):
    joko, sari = browser("joko"), browser("sari")
    joko.post(f"/pemulihan/{asked.id}/setujui")
    sari.post(f"/pemulihan/{asked.id}/mulai", {"key": "k" * 24})
    delivered(asked, settings, name="laporan \u00e9 'akhir'; \u6587.xlsx")
    file = sari.get(f"/pemulihan/{asked.id}/unduh")
    assert file.status_code == 200
    assert "filename*=UTF-8''" in file.headers["Content-Disposition"]
