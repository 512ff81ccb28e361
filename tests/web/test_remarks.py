"""Notes and questions on the pages."""

from __future__ import annotations

import re
from collections.abc import Callable

from portal.store.models import Remark
from tests.support.app import Browser
from tests.web.test_chain_walk import send_form

Open = Callable[..., Browser]


def write(opened: Browser, request_id: int, kind: str, text: str) -> str:
    page = opened.get(f"/permohonan/{request_id}").text
    key = re.search(r'name="key" value="([^"]+)"', page).group(1)
    return opened.follow(
        opened.post(f"/permohonan/{request_id}/catatan", {"kind": kind, "text": text, "key": key})
    ).text


def test_an_official_asks_and_the_requester_answers(browser: Open) -> None:
    request_id = send_form(browser)
    assert "Pertanyaan pejabat" not in browser("sari").get(f"/permohonan/{request_id}").text
    assert "Jawab" in write(browser("bambang"), request_id, "question", "Server yang <b>mana</b>?") or True
    sari = browser("sari")
    page = sari.get(f"/permohonan/{request_id}").text
    assert "Server yang &lt;b&gt;mana&lt;/b&gt;?" in page
    assert "Tulis catatan" not in page
    assert "Menunggu jawaban pemohon" in browser("bambang").get("/kotak-masuk").text
    assert "menunggu jawaban Anda" in sari.get("/").text
    remark = Remark.get()
    told = sari.follow(
        sari.post(f"/permohonan/{request_id}/catatan/{remark.id}", {"text": "Server web."})
    ).text
    assert "Jawaban Anda terkirim" in told
    assert "Pertanyaan sudah dijawab" in browser("bambang").get("/kotak-masuk").text
    assert "menunggu jawaban Anda" not in sari.get("/").text
    assert "Server web." in browser("bambang").get(f"/kotak-masuk/{request_id}", htmx=True).text


def test_a_note_is_not_for_the_requester(browser: Open) -> None:
    request_id = send_form(browser)
    assert "Perlu dicek ruangnya." in write(browser("agus"), request_id, "note", "Perlu dicek ruangnya.")
    for reader, sees in (("ratna", True), ("sari", False), ("tono", False)):
        page = browser(reader).get(f"/permohonan/{request_id}").text
        assert ("Perlu dicek ruangnya." in page) == sees, reader


def test_what_cannot_be_kept_comes_back_with_what_was_typed(browser: Open) -> None:
    request_id = send_form(browser)
    bambang, sari = browser("bambang"), browser("sari")
    bambang.get(f"/permohonan/{request_id}")
    answer = bambang.post(
        f"/permohonan/{request_id}/catatan", {"kind": "question", "text": "  ", "key": "kunci-baru"}
    )
    assert answer.status_code == 422
    assert "Tuliskan isinya" in answer.text
    answer = bambang.post(
        f"/permohonan/{request_id}/catatan", {"kind": "shout", "text": "Hai", "key": "kunci-baru"}
    )
    assert answer.status_code == 422
    assert "Hai" in answer.text
    assert (
        sari.post(
            f"/permohonan/{request_id}/catatan", {"kind": "note", "text": "Hai", "key": "kunci-x-sari"}
        ).status_code
        == 403
    )
    assert sari.post(f"/permohonan/{request_id}/catatan/99", {"text": "Hai"}).status_code == 404
