"""The papers as downloads, and the register of letters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.store.models import BackupRequest
from tests.support.app import Browser
from tests.web.test_chain_walk import FORM, decide, send_form

Open = Callable[..., Browser]
NAMES = ("fm001", "nota-dinas", "disposisi", "laporan", "balasan", "tanda-terima")


@pytest.fixture
def refused(browser: Open) -> int:
    """A request that was refused, answered and received: every paper but the report."""
    request_id = send_form(browser)
    for who, action in (("bambang", "forward"), ("hendro", "forward")):
        decide(browser, who, request_id, action)
    decide(browser, "ratna", request_id, "refuse", note="Di luar kebijakan.")
    decide(browser, "dewi", request_id, "answer")
    decide(browser, "sari", request_id, "receive")
    return request_id


def test_it_serves_a_pdf_to_be_read_in_the_browser(browser: Open, refused: int) -> None:
    sari = browser("sari")
    for name in NAMES:
        answer = sari.get(f"/permohonan/{refused}/{name}.pdf")
        if name == "laporan":
            assert answer.status_code == 404
            assert "belum terbit" in answer.text
            continue
        assert answer.status_code == 200, name
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Content-Disposition"] == f'inline; filename="{name}-PB-2026-0001.pdf"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


def test_it_gives_papers_to_those_on_the_request_only(browser: Open, refused: int) -> None:
    for who in ("bambang", "hendro", "ratna", "joko", "agus", "dewi", "tono"):
        assert browser(who).get(f"/permohonan/{refused}/balasan.pdf").status_code == 200, who
    for who in ("wulan", "sri"):
        assert browser(who).get(f"/permohonan/{refused}/balasan.pdf").status_code == 404, who
    assert browser().get(f"/permohonan/{refused}/balasan.pdf").status_code in (302, 303, 401)


def test_it_knows_no_other_papers(browser: Open, refused: int) -> None:
    sari = browser("sari")
    for path in ("x.pdf", "fm001.exe", "../fm001.pdf", "FM001.pdf", "fm001.pdf/x"):
        assert sari.get(f"/permohonan/{refused}/{path}").status_code == 404, path


def test_it_has_no_paper_of_a_draft(browser: Open) -> None:
    sari = browser("sari")
    sari.post("/permohonan/baru", {**FORM, "do": "save"})
    request_id = BackupRequest.get().id
    assert sari.get(f"/permohonan/{request_id}/fm001.pdf").status_code == 404
    assert "Surat terbit satu per satu" in sari.get(f"/permohonan/{request_id}").text
    assert sari.get(f"/permohonan/{2**31}/fm001.pdf").status_code == 404


def test_it_lists_the_papers_with_their_numbers(browser: Open, refused: int) -> None:
    page = browser("sari").get(f"/permohonan/{refused}").text
    assert "001/PPIKSN/TI 00/" in page
    assert f"/permohonan/{refused}/tanda-terima.pdf" in page
    assert "laporan.pdf" not in page


def test_it_keeps_a_register_for_officials(browser: Open, refused: int) -> None:
    dewi = browser("dewi")
    page = dewi.get("/arsip").text
    for number in ("001/PRTRN/ND/", "001/PPIKSN/AG/", "001/PPIKSN/TI 00/", "001/PPIKSN/TT/"):
        assert number in page
    assert "ND/" not in dewi.get("/arsip?jenis=reply").text
    assert "Tidak ada yang cocok" in dewi.get("/arsip?cari=%25").text
    for odd in ("halaman=x", "jenis=<b>", "cari=%00", "cari=" + "y" * 9999):
        assert dewi.get(f"/arsip?{odd}").status_code == 200, odd
    for who in ("sari", "wulan", "agus", "sri"):
        assert browser(who).get("/arsip").status_code == 403, who


def test_it_shows_the_signer_a_draft_first(browser: Open) -> None:
    request_id = send_form(browser)
    page = f"/permohonan/{request_id}/nota-dinas.pdf?konsep=1"
    bambang = browser("bambang")
    assert page in bambang.get(f"/permohonan/{request_id}").text
    answer = bambang.get(page)
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
    assert 'filename="konsep-nota-dinas-PB-2026-0001.pdf"' in answer.headers["Content-Disposition"]
    for who in ("sari", "hendro", "wulan"):
        assert browser(who).get(page).status_code == 404, who
