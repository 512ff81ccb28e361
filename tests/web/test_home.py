"""The front page, for each role its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from portal.store import db
from portal.store.models import BackupRequest, User
from tests.support import machines
from tests.support.app import Browser
from tests.web.test_chain_walk import FORM, decide, send_form

Open = Callable[..., Browser]


def figure(page: str, label: str) -> str:
    return re.search(rf'label">{label}</span>\s*<span class="lb-figure-value">([^<]*)<', page).group(1)


def test_it_teaches_whoever_has_asked_for_nothing_yet(browser: Open) -> None:
    page = browser("wulan").get("/").text
    assert "Belum ada permohonan berjalan" in page
    assert "/permohonan/baru" in page
    assert "Menunggu keputusan Anda" not in page


def test_it_tells_officials_what_waits_and_what_is_late(browser: Open) -> None:
    ids = [send_form(browser, draft_key=f"kunci-draf-{n:04d}") for n in range(7)]
    at = db.now()
    BackupRequest.update(due_at=at - timedelta(hours=1)).where(BackupRequest.id == ids[6]).execute()
    page = browser("bambang").get("/").text
    assert (figure(page, "Menunggu keputusan Anda"), figure(page, "Terlambat")) == ("7", "1")
    shown = re.findall(r'lb-inbox-number">(PB-\d+-\d+)<', page)
    assert (len(shown), shown[0]) == (5, BackupRequest.get_by_id(ids[6]).number)
    assert "Lihat semua 7 permohonan" in page
    assert "Semua sudah diputuskan" in browser("dewi").get("/").text


def test_it_tells_requesters_whose_desk_it_is_and_what_waits_for_them(browser: Open) -> None:
    sari = browser("sari")
    sari.post("/permohonan/baru", {**FORM, "draft_key": "kunci-draf-saja", "do": "save"})
    returned = send_form(browser, draft_key="kunci-kembali")
    decide(browser, "bambang", returned, "return", marked_fields=["reason"], note="Jelaskan.")
    going = send_form(browser, draft_key="kunci-jalan")
    BackupRequest.update(due_at=db.now() - timedelta(hours=1)).where(BackupRequest.id == going).execute()
    page = browser("sari").get("/").text
    assert (figure(page, "Menunggu Anda"), figure(page, "Sedang diproses")) == ("2", "1")
    assert figure(page, "Terlambat diproses") == "1"
    assert "Di meja Kepala Satker: Dr. Bambang Prasetyo, M.Eng." in page
    assert f"/permohonan/{returned}/ubah" in page
    assert page.index("Perbaiki</span>") < page.index("Di meja Kepala Satker")


def test_it_shows_those_who_look_after_the_machines_what_runs(
    browser: Open, cast: dict[str, User], settings
) -> None:
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    run = machines.started(machines.approved(cast["sari"], cast["joko"], server), cast["agus"], settings)
    for who in ("agus", "joko"):
        page = browser(who).get("/").text
        assert f"/pekerjaan/{run.id}" in page, who
        assert figure(page, "Pekerjaan berjalan") == "1"
    assert "Pekerjaan berjalan" not in browser("dewi").get("/").text


def test_it_opens_for_every_role(browser: Open, cast: dict[str, User]) -> None:
    send_form(browser)
    for who in cast:
        assert browser(who).get("/").status_code == 200, who
