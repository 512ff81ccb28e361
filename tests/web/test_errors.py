from __future__ import annotations

import pytest

from portal.errors import Busy, InvalidInput, NotFound, StaleStep, TransitionRefused
from portal.web import access


@pytest.fixture
def failing(app):
    """Let `/gagal` raise what the test wants."""

    def use(error: Exception) -> None:
        def fail():
            raise error

        app.view_functions["fail"] = fail

    app.add_url_rule("/gagal", "fail", lambda: "", methods=["GET", "POST"])
    access.collect(app, {"fail": access.SIGNED_IN})
    return use


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (TransitionRefused("chain.note_required"), 409, "Tuliskan catatan"),
        (StaleStep("chain.role", role="unit_head"), 409, "milik Kepala Satker"),
        (NotFound("session.unknown"), 404, "Sesi itu tidak ada"),
        (Busy("no.such.code"), 503, "no.such.code"),
        (InvalidInput(), 422, "perlu diperbaiki"),
    ],
)
def test_it_turns_a_refusal_into_a_page_or_a_notice(browser, failing, error, status, words):
    failing(error)
    sari = browser("sari")
    page, notice = sari.get("/gagal"), sari.get("/gagal", htmx=True)
    assert page.status_code == notice.status_code == status
    assert words in page.text
    assert "<html" in page.text
    assert words in notice.text
    assert "<html" not in notice.text
    assert notice.headers["HX-Retarget"] == "#notices"
    assert 'role="alert"' in notice.text


def test_it_hides_a_fault_and_gives_a_reference(app, browser, failing, caplog):
    app.testing = False
    failing(ZeroDivisionError("rahasia dalam"))
    answer = browser("sari").get("/gagal")
    assert answer.status_code == 500
    assert "rahasia dalam" not in answer.text
    assert "data yang sudah tersimpan tetap aman" in answer.text
    reference = answer.text.split("Kode rujukan: <code>")[1][:8]
    assert reference in caplog.text


def test_it_shows_404_to_a_visitor_without_the_menu(browser):
    answer = browser().get("/tidak-ada")
    assert answer.status_code == 404
    assert "Tidak ditemukan" in answer.text
    assert "lb-sidebar" not in answer.text


def test_it_refuses_what_is_too_large(app, browser, failing):
    app.config["MAX_CONTENT_LENGTH"] = 2000
    answer = browser("sari").post("/gagal", {"isi": "x" * 3000})
    assert answer.status_code == 413
    assert "2,0 KiB" in answer.text


def test_it_says_what_became_of_a_form_with_an_old_token(browser):
    answer = browser("sari").client.post("/keluar", data={"csrf_token": "lama"})
    assert answer.status_code == 400
    assert "Tidak ada yang disimpan" in answer.text
