"""Counts that stay fresh by themselves, and passing on several from the list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from portal.store import db
from portal.store.models import BackupRequest, UserSession
from tests.support.app import Browser
from tests.web.test_inbox import several

Open = Callable[..., Browser]


def counted(page: str) -> str:
    return re.search(r"data-count='inbox\.index'\]\">(\d*)", page).group(1)


def test_it_tells_how_much_waits_and_what_came_since(browser: Open) -> None:
    several(browser, 2)
    bambang = browser("bambang")
    shown = re.search(r'name="sejak" value="([^"]+)"', bambang.get("/kotak-masuk").text).group(1)
    assert (
        "permohonan baru"
        not in bambang.get("/kotak-masuk/jumlah", htmx=True, query_string={"sejak": shown}).text
    )
    BackupRequest.update(step_entered_at=db.now() + timedelta(seconds=1)).where(
        BackupRequest.id == 2
    ).execute()
    told = bambang.get("/kotak-masuk/jumlah", htmx=True, query_string={"sejak": shown}).text
    assert counted(told) == "2"
    assert "1 permohonan baru – tampilkan" in told
    for odd in ("", "x", "2026-11-24", "2026-11-24T10:00:00", "+"):
        assert (
            bambang.get("/kotak-masuk/jumlah", htmx=True, query_string={"sejak": odd}).status_code == 200
        ), odd


def test_asking_keeps_nobody_signed_in(browser: Open) -> None:
    bambang, before = browser("bambang"), db.now() - timedelta(minutes=30)
    UserSession.update(seen_at=before).execute()
    assert bambang.get("/kotak-masuk/jumlah", htmx=True).status_code == 200
    assert UserSession.get().seen_at == before
    bambang.get("/kotak-masuk")
    assert UserSession.get().seen_at > before


def test_pages_of_those_without_a_desk_ask_nothing(browser: Open) -> None:
    assert 'id="jumlah"' in browser("bambang").get("/").text
    assert 'id="jumlah"' not in browser("sari").get("/").text
    assert browser("sari").get("/kotak-masuk/jumlah", htmx=True).status_code == 403


def test_what_is_ticked_is_passed_on_and_each_has_its_line(browser: Open) -> None:
    first, second, third = several(browser, 3)
    bambang = browser("bambang")
    page = bambang.get("/kotak-masuk").text
    assert page.count('name="pick"') == 3
    sent = {
        "action": "bulk",
        "note": "Mohon dibantu.",
        "pick": [f"{first}.1", f"{second}.0", "x.y", f"{third}.1"],
    }
    told = bambang.post("/kotak-masuk", sent, htmx=True).text
    assert told.count("sekarang di meja Kepala PPIKSN") >= 2
    number = BackupRequest.get_by_id(second).number
    assert f"{number} tidak diteruskan" in told
    steps = [BackupRequest.get_by_id(request_id).step for request_id in (first, second, third)]
    assert steps == ["center_disposition", "unit_note", "center_disposition"]
    plain = bambang.follow(bambang.post("/kotak-masuk", {"action": "bulk", "pick": [f"{second}.1"]}))
    assert "sekarang di meja Kepala PPIKSN" in plain.text
    assert (
        "Pilih paling sedikit satu" in bambang.follow(bambang.post("/kotak-masuk", {"action": "bulk"})).text
    )
