from __future__ import annotations

import pytest

from portal.store.models import Mirror, MirrorPass, Run
from tests.support import machines
from tests.support.machines import AT
from tests.support.mirrors import NOTE, granted, stopped

NAMES = tuple(f"html/halaman-{number:03d}.html" for number in range(400))


@pytest.fixture(autouse=True)
def present(monkeypatch):
    """The pages' present is that of the archive."""
    for module in ("pages", "deciding", "guard"):
        monkeypatch.setattr(f"portal.web.mirrors.{module}.db.now", lambda: AT)


def test_it_says_what_to_do_where_there_is_no_mirror(browser) -> None:
    assert "Belum ada mirroring" in browser("agus").get("/cermin").text


def test_an_administrator_sets_one_up_from_the_request(cast, settings, browser) -> None:
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    request = machines.approved(cast["sari"], cast["joko"], server, services=("mirror_files",))
    agus = browser("agus")
    address = f"/permohonan/{request.id}/cermin/baru"
    assert address in agus.get(f"/permohonan/{request.id}").text
    assert address not in browser("joko").get(f"/permohonan/{request.id}").text
    assert "Siapkan mirroring" in agus.get(address).text
    fields = {"path": "/srv/www", "max_count": "50", "max_share": "99", "sentinel": ".penanda",
              "quarantine_days": "30", "every_hours": "24"}  # fmt: skip
    wrong = agus.post(address, fields)
    assert wrong.status_code == 422
    assert "1 sampai 50" in wrong.text
    assert ".penanda" in wrong.text
    answer = agus.follow(agus.post(address, fields | {"max_share": "10"}))
    assert "Samakan sekarang" in answer.text
    assert "Belum pernah disamakan" in agus.get("/cermin").text
    assert (Mirror.get().sentinel, Mirror.get().max_count) == (".penanda", 50)
    for who in ("joko", "sari", "hendro"):
        assert browser(who).post(address, fields).status_code == 403


def test_it_has_no_form_for_a_request_without_the_service(cast, settings, browser) -> None:
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    request = machines.approved(cast["sari"], cast["joko"], server)
    agus = browser("agus")
    assert "Siapkan mirroring" not in agus.get(f"/permohonan/{request.id}").text
    assert agus.get(f"/permohonan/{request.id}/cermin/baru").status_code == 404


def test_it_shows_how_old_the_copy_is(cast, settings, browser) -> None:
    mirror = granted(cast, settings, every_hours=1)
    agus = browser("agus")
    agus.post(f"/cermin/{mirror.id}/mulai", {"key": "a" * 24})
    run = Run.get(Run.kind == "mirror")
    result = {"report": {"mirror_id": mirror.id, "reasons": [], "deletions": 2, "entries": 5, "deletions_sha256": "",
                         "mount": {}}, "changes": 1, "share": 40, "entries": 5, "total_bytes": 2048,
              "quarantine": "", "quarantined_files": 0}  # fmt: skip
    machines.finished(run, result=result, at=AT - machines.timedelta(hours=3))
    page = agus.get(f"/cermin/{mirror.id}").text
    assert "3 jam" in page
    assert "Salinan ini tertinggal" in page
    assert "2,0 KiB" in page
    assert "3 jam" in agus.get("/cermin").text
    assert "3 jam" in agus.get(f"/server/{mirror.server_id}").text


def test_the_kasubbid_sees_the_exact_list_and_lets_it_pass_once(cast, settings, browser) -> None:
    mirror = granted(cast, settings)
    run = stopped(mirror, cast["agus"], settings, (*NAMES, "<b>&\\#012.txt"))
    joko = browser("joko")
    assert f"/pekerjaan/{run.id}#penjaga" in joko.get("/cermin").text
    page = joko.get(f"/pekerjaan/{run.id}").text
    assert "Terlalu banyak yang akan dihapus" in page
    assert "200 yang pertama dari 401" in page
    assert "&lt;b&gt;&amp;\\#012.txt" in joko.get(f"/pekerjaan/{run.id}?cari=012.txt").text
    assert "html/halaman-399.html" not in page
    assert "html/halaman-399.html" in joko.get(f"/pekerjaan/{run.id}?cari=-399").text
    assert "Tidak ada nama yang memuat" in joko.get(f"/pekerjaan/{run.id}?cari=zzz").text
    file = joko.get(f"/pekerjaan/{run.id}/daftar-hapus.txt")
    assert file.text.count("\n") == 401
    sent = {"digest": run.result["digest"], "note": NOTE}
    short = joko.follow(joko.post(f"/pekerjaan/{run.id}/loloskan", sent | {"note": "ya"}))
    assert "belum diloloskan" in short.text
    assert MirrorPass.select().count() == 0
    passed = joko.follow(joko.post(f"/pekerjaan/{run.id}/loloskan", sent))
    assert "Diloloskan satu kali oleh" in passed.text
    assert "Loloskan daftar ini" not in passed.text
    assert joko.post(f"/pekerjaan/{run.id}/loloskan", sent).status_code == 409
    assert "Diloloskan, menunggu dijalankan" in joko.get("/cermin").text


@pytest.mark.parametrize("who", ["agus", "sari", "hendro", "ratna"])
def test_nobody_else_lets_a_list_pass(cast, settings, browser, who) -> None:
    run = stopped(granted(cast, settings), cast["agus"], settings, NAMES)
    sent = {"digest": run.result["digest"], "note": NOTE}
    assert browser(who).post(f"/pekerjaan/{run.id}/loloskan", sent).status_code == 403
    assert MirrorPass.select().count() == 0


def test_only_the_kasubbid_changes_the_rules(cast, settings, browser) -> None:
    mirror = granted(cast, settings)
    fields = {"max_count": "7", "max_share": "5", "sentinel": "", "quarantine_days": "60", "every_hours": "6"}
    agus, joko = browser("agus"), browser("joko")
    assert agus.get(f"/cermin/{mirror.id}/aturan").status_code == 403
    assert agus.post(f"/cermin/{mirror.id}/aturan", fields).status_code == 403
    assert joko.post(f"/cermin/{mirror.id}/aturan", fields | {"max_count": "0"}).status_code == 422
    assert (
        "Aturan mirroring sudah diubah" in joko.follow(joko.post(f"/cermin/{mirror.id}/aturan", fields)).text
    )
    assert (Mirror.get().max_count, Mirror.get().every_hours) == (7, 6)


def test_it_ends_and_keeps_its_page(cast, settings, browser) -> None:
    mirror = granted(cast, settings)
    agus = browser("agus")
    assert "Mirroring diakhiri" in agus.follow(agus.post(f"/cermin/{mirror.id}/akhiri")).text
    assert f"/cermin/{mirror.id}/mulai" not in agus.get(f"/cermin/{mirror.id}").text


def test_a_list_that_was_changed_is_not_shown(cast, settings, browser) -> None:
    run = stopped(granted(cast, settings), cast["agus"], settings, NAMES)
    (settings.var / "evidence" / f"run-{run.id}" / "deletions.txt").write_text("x\n", encoding="utf-8")
    joko = browser("joko")
    assert "Daftarnya tidak dapat dipercaya" in joko.get(f"/pekerjaan/{run.id}").text
    assert joko.get(f"/pekerjaan/{run.id}/daftar-hapus.txt").status_code == 404


def test_the_run_page_of_a_stopped_mirror_is_loaded_anew_for_its_guard(cast, settings, browser) -> None:
    run = stopped(granted(cast, settings), cast["agus"], settings, NAMES)
    answer = browser("agus").get(f"/pekerjaan/{run.id}/keadaan", htmx=True)
    assert answer.headers["HX-Refresh"] == "true"


def test_a_request_for_a_mirror_alone_asks_for_no_backup(cast, settings, browser) -> None:
    mirror = granted(cast, settings)
    page = browser("agus").get(f"/permohonan/{mirror.backup_request_id}").text
    assert "Mulai backup" not in page
    assert "Belum ada mirroring yang selesai untuk" in page
    assert "Samakan salinan mirroringnya" in page


def test_a_database_waits_for_its_standby_to_be_approved(cast, settings, browser) -> None:
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    second = machines.trusted(cast["agus"], cast["joko"], settings, name="Siaga", address="10.20.30.41")
    request = machines.approved(cast["sari"], cast["joko"], server, services=("mirror_database",), folders=(),
                                databases=("postgresql:arsip",))  # fmt: skip
    agus, joko = browser("agus"), browser("joko")
    address = f"/permohonan/{request.id}/cermin/database"
    page = agus.get(f"/permohonan/{request.id}").text
    assert address in page
    assert "Mulai backup" not in page
    fields = {"path": "postgresql:arsip", "target_server_id": str(server.id), "every_hours": "24"}
    wrong = agus.post(address, fields)
    assert wrong.status_code == 422
    assert "Pilih server lain dari katalog" in wrong.text
    shown = agus.follow(agus.post(address, fields | {"target_server_id": str(second.id)})).text
    assert "Menunggu persetujuan server tujuan" in shown
    assert "/cermin/1/mulai" not in shown
    assert agus.post("/cermin/1/setujui").status_code == 403
    assert agus.post("/cermin/1/mulai", {"key": "a" * 24}).status_code == 409
    assert "Setujui server tujuan" in joko.get("/cermin/1").text
    assert "Server tujuan disetujui" in joko.follow(joko.post("/cermin/1/setujui")).text
    assert joko.post("/cermin/1/setujui").status_code == 409
    assert "/cermin/1/mulai" in agus.get("/cermin/1").text
    assert "ke Siaga" in agus.get("/cermin").text


def test_a_folder_goes_on_to_another_server_once_that_is_approved(cast, settings, browser) -> None:
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    second = machines.trusted(cast["agus"], cast["joko"], settings, name="Lain", address="10.20.30.41")
    request = machines.approved(cast["sari"], cast["joko"], server, services=("mirror_files",))
    agus, joko = browser("agus"), browser("joko")
    address = f"/permohonan/{request.id}/cermin/baru"
    fields = {"path": "/srv/www", "max_count": "50", "max_share": "10", "quarantine_days": "30", "every_hours": "24",
              "target_server_id": str(second.id), "target_path": "/srv/cermin"}  # fmt: skip
    assert agus.post(address, fields | {"target_path": "../x"}).status_code == 422
    assert agus.post(address, fields | {"target_path": ""}).status_code == 422
    assert agus.post(address, fields | {"target_server_id": "x"}).status_code == 422
    shown = agus.follow(agus.post(address, fields)).text
    assert "Menunggu persetujuan server tujuan" in shown
    assert "Lain /srv/cermin" in shown
    assert "disalin ke /srv/cermin di Lain" in joko.get("/cermin/1").text
    joko.post("/cermin/1/setujui")
    assert "/cermin/1/mulai" in agus.get("/cermin/1").text
    assert "Ubah aturan" in joko.get("/cermin/1").text
