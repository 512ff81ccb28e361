from __future__ import annotations

import pytest

from portal.store.models import Restore, Run
from tests.support import copies, machines

REASON = "Data terhapus karena salah jalankan skrip."


@pytest.fixture
def copy(app, cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    made = machines.backed_up(machines.approved(cast["sari"], cast["joko"], server), cast["agus"], settings)
    return copies.with_databases(copies.indexed(made, settings))


def where(copy):
    return f"/server/{copy.server_id}/cadangan/{copy.id}/pulihkan-database"


def form(copy, **changes):
    return {"mode": "new", "target_server_id": copy.server_id, "target_name": "arsip_lama", "reason": REASON,
            "nama": "postgresql:arsip", "key": "k" * 24, **changes}  # fmt: skip


def test_it_goes_from_the_copy_to_the_database_by_every_desk(browser, copy):
    sari, joko, agus = browser("sari"), browser("joko"), browser("agus")
    page = sari.get(f"/server/{copy.server_id}/cadangan/{copy.id}").text
    assert f"{where(copy)}?nama=postgresql:arsip" in page
    assert "5.009 baris" in page
    assert "2 tabel, 5.009 baris" in sari.get(f"{where(copy)}?nama=postgresql:arsip").text
    shown = sari.follow(sari.post(where(copy), form(copy, mode="in_place"))).text
    assert "Menggantikan yang ada" in shown
    restore = Restore.get()
    assert "arsip_sebelum_tanggal" in joko.get(f"/pemulihan/{restore.id}").text
    joko.post(f"/pemulihan/{restore.id}/setujui")
    assert "Mulai pemulihan" not in sari.get(f"/pemulihan/{restore.id}").text
    agus.post(f"/pemulihan/{restore.id}/mulai", {"key": "m" * 24})
    run = Run.get(Run.kind == "restore_database")
    assert "Dump pengaman" in agus.get(f"/pekerjaan/{run.id}").text
    safety = {
        "path": "/gudang/1/safety/run-3/arsip.dump",
        "sha256": "ab" * 32,
        "rows": 100,
        "size_bytes": 4096,
    }
    machines.finished(run, result={"server": "situs", "database": "arsip", "mode": "in_place", "tables": 2,
                                   "rows": 5009, "kept_as": "arsip_sebelum_20261124", "safety": safety})  # fmt: skip
    done = sari.get(f"/pemulihan/{restore.id}").text
    assert "arsip_sebelum_20261124" in done
    assert "/gudang/1/safety/run-3/arsip.dump (100 baris, 4,0 KiB)" in done
    assert "5.009 baris" in done


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"target_name": "a b"}, "Tulis nama database baru"),
        ({"target_name": ""}, "Tulis nama database baru"),
        ({"mode": ""}, "Pilih bagaimana database dipulihkan"),
        ({"target_server_id": "99"}, "Pilih server tujuan"),
        ({"reason": "x"}, "Alasan"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(browser, copy, changes, problem):
    answer = browser("sari").post(where(copy), form(copy, **changes))
    assert answer.status_code == 422
    assert problem in answer.text
    assert Restore.select().count() == 0
    if "reason" not in changes:
        assert REASON in answer.text


def test_it_shows_a_database_of_the_copy_only(browser, copy):
    assert browser("sari").get(f"{where(copy)}?nama=postgresql:lain").status_code == 404
    assert browser("wulan").get(f"{where(copy)}?nama=postgresql:arsip").status_code == 404


def test_a_failed_run_tells_where_the_safety_dump_lies(browser, copy):
    sari, joko, agus = browser("sari"), browser("joko"), browser("agus")
    sari.post(where(copy), form(copy, mode="in_place"))
    restore = Restore.get()
    joko.post(f"/pemulihan/{restore.id}/setujui")
    agus.post(f"/pemulihan/{restore.id}/mulai", {"key": "m" * 24})
    run = Run.get(Run.kind == "restore_database")
    machines.finished(run, state="failed", code="refill.failed", context={"database": "arsip", "tool": "postgresql"},
                      result={"server": "situs", "database": "arsip", "mode": "in_place",
                              "safety": {"path": "/gudang/1/safety/run-3/arsip.dump"}})  # fmt: skip
    page = agus.get(f"/pekerjaan/{run.id}").text
    assert "/gudang/1/safety/run-3/arsip.dump" in page
    assert "Dump tidak dapat dimuat sebagai arsip" in page
