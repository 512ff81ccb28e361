"""The pages of findings: by role, empty, found and closed."""

from __future__ import annotations

import pytest

from portal.operations import findings
from portal.store.db import transaction
from portal.store.models import Finding
from tests.support import machines
from tests.support.machines import AT


@pytest.fixture
def finding(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    with transaction():
        return findings.raise_once(
            server.id, "integrity", "restic.damaged", at=AT, place="3/8",
            context={"part": 3, "parts": 8, "packs": 1, "touched": 2})  # fmt: skip


@pytest.mark.parametrize(("who", "status"), [("joko", 200), ("agus", 200), ("tono", 200), ("sari", 403)])
def test_it_is_for_those_who_look_after_the_copies(browser, who, status):
    answer = browser(who).get("/temuan")
    assert answer.status_code == status
    if status == 200:
        assert "Tidak ada temuan terbuka" in answer.text


def test_it_says_what_was_found_and_what_stands_still(browser, finding):
    page = browser("agus").get("/temuan").text
    assert "bagian 3 dari 8" in page
    assert "2 salinan memerlukannya" in page
    assert "Tidak ada salinan lain yang terbukti" in page
    assert "Tutup temuan" not in page
    assert "Tidak ada yang cocok" in browser("agus").get("/temuan?cari=tidakada").text


def test_it_tells_of_what_is_no_servers(browser, cast):
    with transaction():
        findings.raise_once(None, "seal", "seal.ended", at=AT, place="a", context={"until": AT.isoformat()})
        findings.raise_once(
            None, "audit_head", "audit.head_lost", at=AT, place="head", context={"file": "audit-head"}
        )
    page = browser("joko").get("/temuan").text
    for said in ("Sertifikat segel surat berakhir pada", "Pasang sertifikat yang baru",
                 "audit-head di folder data portal", "Bandingkan rantainya"):  # fmt: skip
        assert said in page, said


@pytest.mark.parametrize("who", ["joko", "agus", "ratna"])
def test_the_front_page_counts_them(browser, finding, who):
    assert "Temuan terbuka" in browser(who).get("/").text


def test_the_subdivision_head_closes_it_with_a_note(browser, finding):
    joko = browser("joko")
    assert (
        "10 sampai 1.000 huruf" in joko.follow(joko.post(f"/temuan/{finding.id}/tutup", {"note": "ya"})).text
    )
    assert Finding.get().closed_at is None
    joko.post(f"/temuan/{finding.id}/tutup", {"note": "Disk gudang diganti."})
    assert "Tidak ada temuan terbuka" in joko.get("/temuan").text
    assert "Disk gudang diganti." in joko.get("/temuan?keadaan=tutup").text
    assert (
        browser("agus").post(f"/temuan/{finding.id}/tutup", {"note": "Disk gudang diganti."}).status_code
        == 403
    )


def test_it_says_what_should_have_run_and_why_it_did_not(cast, settings, browser):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    context = {
        "schedule": "Harian",
        "due_at": "2026-11-23T19:00:00+00:00",
        "reason": "authority.term_ended",
        "told": {"number": "PB-2026-0001", "ends_at": "2026-11-22T17:00:00+00:00"},
    }
    with transaction():
        findings.raise_once(server.id, "schedule_missed", "schedule.refused", at=AT, context=context)
    page = browser("joko").get("/temuan?jenis=schedule_missed").text
    assert "Jadwal tidak berjalan" in page
    assert "Backup jadwal Harian untuk 24 November 2026 02.00 WIB tidak dapat dimulai." in page
    assert "PB-2026-0001" in page
    assert "akhiri jadwal ini" in page


@pytest.fixture
def strange(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    row = machines.approved(cast["sari"], cast["joko"], server)
    snapshot = machines.backed_up(row, cast["agus"], settings)
    measures = [
        {"measure": "file_count", "database": "", "value": 31, "low": 16_000, "high": 24_000,
         "usual": 20_000, "runs": 6},
        {"measure": "total_bytes", "database": "", "value": 1024**2, "low": 2 * 1024**3, "high": 4 * 1024**3,
         "usual": 3 * 1024**3, "runs": 6},
        {"measure": "row_count", "database": "postgresql:arsip", "value": 12, "low": 4_000, "high": 6_000,
         "usual": 5_000, "runs": 6},
    ]  # fmt: skip
    with transaction():
        findings.raise_once(server.id, "anomaly", "anomaly.range", at=AT, run=snapshot.run, severity="warn",
                            context={"place": "x", "measures": measures})  # fmt: skip
    return snapshot.run


def test_it_says_what_left_its_usual_range(browser, strange):
    page = browser("joko").get("/temuan?jenis=anomaly").text
    text = " ".join(page.split())
    assert (
        "<strong>Banyak berkas: 31</strong>, biasanya 16.000 sampai 24.000 (nilai tengah 20.000 dari 6 backup)"
        in text
    )
    assert "Ukuran: 1,0 MiB</strong>, biasanya 2,0 GiB sampai 4,0 GiB" in text
    assert "Banyak baris postgresql:arsip: 12" in text
    assert f'href="/pekerjaan/{strange.id}"' in page
    assert "menerima isi yang baru" in text


def test_the_run_says_that_it_is_strange_and_stays_green(browser, strange):
    page = browser("agus").get(f"/pekerjaan/{strange.id}").text
    assert "Tidak seperti biasanya." in page
    assert "Berhasil" in page
    finding = Finding.get()
    browser("joko").post(f"/temuan/{finding.id}/tutup", {"note": "Disengaja oleh pemiliknya."})
    assert "Tidak seperti biasanya." not in browser("agus").get(f"/pekerjaan/{strange.id}").text
