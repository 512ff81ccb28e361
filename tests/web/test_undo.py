"""Taking a decision back on the pages: offered while it can be, refused in words when it cannot."""

from __future__ import annotations

from collections.abc import Callable

from portal.store.models import BackupRequest, Disposition
from tests.support.app import Browser
from tests.web.test_chain_walk import decide, send_form

Open = Callable[..., Browser]


def step(request_id: int) -> str:
    return str(BackupRequest.get_by_id(request_id).step)


def undo(opened: Browser, request_id: int, revision: int = 2) -> str:
    return opened.follow(opened.post(f"/permohonan/{request_id}/batal", {"revision": str(revision)})).text


def test_it_is_offered_to_who_decided_until_the_next_desk_looks(browser: Open) -> None:
    request_id = send_form(browser)
    decide(browser, "bambang", request_id, "forward")
    page = browser("bambang").get(f"/permohonan/{request_id}").text
    assert "Batalkan keputusan" in page
    for reader in ("sari", "ratna", "sri"):
        assert "Batalkan keputusan" not in browser(reader).get(f"/permohonan/{request_id}").text, reader
    assert "Batalkan keputusan" in browser("bambang").get(f"/permohonan/{request_id}").text
    assert browser("hendro").get(f"/permohonan/{request_id}").status_code == 200
    assert "Batalkan keputusan" not in browser("bambang").get(f"/permohonan/{request_id}").text


def test_it_puts_the_request_back_and_shows_both_in_the_timeline(browser: Open) -> None:
    request_id = send_form(browser)
    decide(browser, "bambang", request_id, "forward")
    told = undo(browser("bambang"), request_id)
    assert "Keputusan Anda dibatalkan" in told
    assert "Kirim dengan Nota Dinas" in told
    assert "Diteruskan oleh" in told
    assert "Keputusan dibatalkan oleh" in told
    assert step(request_id) == "unit_note"
    assert "nota-dinas.pdf" not in told.replace("nota-dinas.pdf?konsep", "")


def test_it_says_who_has_opened_it(browser: Open, cast) -> None:
    request_id = send_form(browser)
    decide(browser, "bambang", request_id, "forward")
    bambang = browser("bambang")
    bambang.get(f"/permohonan/{request_id}")
    browser("hendro").get(f"/permohonan/{request_id}/nota-dinas.pdf")
    told = undo(bambang, request_id)
    assert f"{cast['hendro'].name} sudah membuka permohonan ini" in told
    assert step(request_id) == "center_disposition"


def test_nobody_else_takes_it_back(browser: Open) -> None:
    request_id = send_form(browser)
    decide(browser, "bambang", request_id, "forward")
    assert "hanya pembuatnya" in undo(browser("hendro"), request_id)
    assert browser("sri").post(f"/permohonan/{request_id}/batal", {"revision": "2"}).status_code == 404
    for odd in ("", "-1", "x", "9999999999"):
        undo(browser("bambang"), request_id, odd)
    assert step(request_id) == "center_disposition"
    assert Disposition.select().where(Disposition.action == "undo").count() == 0


def test_the_form_that_came_back_was_opened_by_its_requester(browser: Open) -> None:
    request_id = send_form(browser)
    sent = {"note": "Lengkapi alasannya.", "marked_fields": ["reason"]}
    decide(browser, "bambang", request_id, "return", **sent)
    browser("sari").get(f"/permohonan/{request_id}/ubah")
    assert "sudah membuka" in undo(browser("bambang"), request_id)
