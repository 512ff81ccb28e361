"""Anybody who holds a paper can ask the portal about it, and learns no more than that."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from app import create_app
from portal.store.models import IssuedPaper, Letter
from tests.support import desks
from tests.support.app import Browser

Open = Callable[..., Browser]
NAMES = ("Sari", "Bambang", "/srv/www", "199003122015042001", "Situs laboratorium")


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast).walk("policy_selection")


def paper(kind: str) -> IssuedPaper:
    return IssuedPaper.select().where(IssuedPaper.kind == kind).order_by(IssuedPaper.id.desc()).get()


def upload(browser: Browser, path: str, data: bytes):
    return browser.post(path, {"surat": (io.BytesIO(data), "surat.pdf")}, content_type="multipart/form-data")


def test_it_tells_a_visitor_that_the_paper_is_genuine_and_nothing_more(browser: Open, file) -> None:
    row = paper("nota_dinas")
    answer = browser().get(f"/verifikasi/{row.code}")
    assert answer.status_code == 200
    for part in ("Asli", row.number, "23 November 2026", "Kepala PRTRN", "Utuh, tepercaya (Lumbung PPIKSN)"):
        assert part in answer.text, part
    for secret in (*NAMES, file.row.number):
        assert secret not in answer.text, secret


def test_it_knows_no_code_that_was_not_given_out(browser: Open, file) -> None:
    visitor = browser()
    code = paper("nota_dinas").code
    for odd in ("x" * 22, code[:-1], code + "A", "%00", "<script>", code.swapcase()):
        answer = visitor.get(f"/verifikasi/{odd}")
        assert answer.status_code == 404, odd
        assert "tidak dikenal" in answer.text
    assert visitor.get("/verifikasi").status_code == 200
    assert "Asli" in visitor.get(f"/verifikasi?kode=http://kantor/verifikasi/{code}").text


def test_it_says_that_an_earlier_sheet_has_grown(browser: Open, file) -> None:
    early = paper("disposition")
    file.act("ratna", "approve")
    assert "sudah ada lembar yang lebih baru" in browser().get(f"/verifikasi/{early.code}").text


def test_it_says_that_a_void_paper_counts_no_more(browser: Open, file) -> None:
    row = paper("nota_dinas")
    Letter.update(voided_at=desks.MONDAY, void_reason="Salah alamat.").where(
        Letter.id == row.letter_id
    ).execute()
    page = browser().get(f"/verifikasi/{row.code}").text
    assert "Batal" in page
    assert "Salah alamat." in page
    assert "benar diterbitkan" not in page


def test_it_compares_the_file_in_hand(browser: Open, file) -> None:
    row = paper("nota_dinas")
    data = browser("hendro").get(f"/permohonan/{file.request_id}/nota-dinas.pdf").data
    visitor, path = browser(), f"/verifikasi/{row.code}"
    changed = data[:900] + bytes([data[900] ^ 1]) + data[901:]
    for sent, said in (
        (data, "asli dan tidak berubah"),
        (data + b"%%EOF", "berubah sesudah disegel"),
        (changed, "bukan berkas yang diterbitkan"),
        (b"%PDF-1.7 lain", "bukan berkas yang diterbitkan"),
    ):
        answer = upload(visitor, path, sent)
        assert answer.status_code == 200
        assert said in answer.text, said
        assert not any(name in answer.text for name in NAMES)
    other = browser("hendro").get(f"/permohonan/{file.request_id}/disposisi.pdf").data
    assert "surat portal yang lain" in upload(visitor, path, other).text
    found = upload(visitor, "/verifikasi", data)
    assert row.number in found.text


def test_it_refuses_files_that_no_paper_can_be(browser: Open, file) -> None:
    visitor = browser()
    assert upload(visitor, "/verifikasi", b"").status_code == 422
    assert visitor.post("/verifikasi", {}).status_code == 422
    most = file.settings.attachment_max_bytes
    assert upload(visitor, "/verifikasi", b"x" * (most + 1)).status_code == 422
    assert upload(visitor, "/verifikasi", b"x" * (most + 200_000)).status_code == 413


def test_it_says_when_the_archive_itself_was_touched(browser: Open, file) -> None:
    row = paper("nota_dinas")
    visitor = browser()
    assert "Asli" in visitor.get(f"/verifikasi/{row.code}").text
    for kept in (file.settings.var / "papers").glob("*/*.pdf"):
        kept.write_bytes(b"%PDF-1.7")
    page = visitor.get(f"/verifikasi/{row.code}").text
    assert "Arsipnya rusak" in page
    assert "benar diterbitkan" not in page


def test_it_lets_nobody_try_codes_by_the_thousand(settings, cast) -> None:
    limited = create_app(settings.model_copy(update={"verification_per_minute": 3}))
    limited.testing = True
    visitor = Browser(limited.test_client())
    answers = [visitor.get(f"/verifikasi/{number}").status_code for number in range(5)]
    assert answers == [404, 404, 404, 429, 429]
