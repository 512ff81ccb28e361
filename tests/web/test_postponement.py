"""A postponed request is told of by letter through the pages: the Kabag TU's desk, the words, the requester's page."""

from __future__ import annotations

from datetime import timedelta

from portal.sop.ladder import OFFICE_ZONE
from portal.store import db
from portal.store.models import Server
from tests.web.test_chain_walk import decide, send_form

REASON = "Penambahan disk gudang belum selesai."
PAPER = "balasan-penundaan.pdf"


def test_the_kabag_tu_finds_it_words_it_signs_it_and_the_requester_reads_it(browser, cast):
    server = Server.create(name="web", address="10.0.0.9", username="root", created_by=cast["agus"])
    request_id = send_form(browser)
    decide(browser, "bambang", request_id, "forward")
    decide(browser, "hendro", request_id, "forward")
    decide(browser, "ratna", request_id, "approve")
    decide(browser, "joko", request_id, "approve", server_id=str(server.id), folders="/srv/web",
           services=["backup_files"], term_months="12")  # fmt: skip
    dewi, address = browser("dewi"), f"/permohonan/{request_id}"
    assert f"/kotak-masuk/{request_id}" not in dewi.get("/kotak-masuk").text
    until = db.now().astimezone(OFFICE_ZONE).date() + timedelta(days=7)
    decide(browser, "agus", request_id, "postpone", note=REASON, postponed_until=until.isoformat())

    assert f"/kotak-masuk/{request_id}" in dewi.get("/kotak-masuk").text
    page = dewi.get(address).text
    assert "Tandatangani surat penundaan" in page
    assert REASON in page
    assert "tetap di meja Administrator server" in page
    wording = dewi.get(f"{address}/balasan/konsep").text
    assert REASON in wording
    assert "Konsep Surat Balasan (penundaan)" in wording
    opening = f"Dengan menyesal kami sampaikan bahwa pelaksanaannya kami tunda. {REASON}"
    answer = dewi.post(
        f"{address}/balasan/konsep", {"opening": opening, "closing": "Terima kasih.", "do": "preview"}
    )
    assert answer.headers["Location"].endswith(f"{PAPER}?konsep=1")
    assert dewi.get(f"{address}/{PAPER}?konsep=1").data.startswith(b"%PDF-")
    assert browser("agus").get(f"{address}/{PAPER}?konsep=1").status_code == 404
    decide(browser, "dewi", request_id, "inform")
    assert f"/kotak-masuk/{request_id}" not in dewi.get("/kotak-masuk").text
    assert "Tandatangani surat penundaan" not in dewi.get(address).text

    sari = browser("sari")
    page = sari.get(address).text
    assert "Surat Balasan (penundaan)" in page
    assert "Penundaan diberitahukan oleh Dewi" in page
    assert "kembali ke meja Administrator server dengan sendirinya" in page
    assert sari.get(f"{address}/{PAPER}").data.startswith(b"%PDF-")
    assert "ditunda sampai" in sari.get("/").text
    assert "Surat Balasan (penundaan)" in dewi.get("/arsip?jenis=postponement").text
