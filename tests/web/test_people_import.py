from __future__ import annotations

import io
import re

import pytest

from portal.store.models import User
from tests.support.app import Browser

TEXT = (
    "Nama pengguna;Nama;NIP;Surel;Telepon;Jabatan;Satker\n"
    "rini.p;Rini Puspita;199301122019022004;rini@example.go.id;'+62811;Arsiparis;PRTRN\n"
    "wulan;Wulan K., S.T.;199211052019022003;wulan@example.go.id;+62215554321;Pranata Komputer Ahli Pertama;PPIKSN\n"
)


@pytest.fixture
def sri(browser) -> Browser:
    return browser("sri")


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


def confirmed(page: str) -> dict[str, str]:
    return {name: hidden(page, name) for name in ("content", "digest")}


def test_the_sample_can_be_imported_as_it_is(sri):
    sample = sri.get("/pengguna/impor/contoh.csv")
    assert sample.data.startswith(b"\xef\xbb\xbfNama pengguna;")
    assert b"'+62" in sample.data
    page = sri.post("/pengguna/impor", {"file": (io.BytesIO(sample.data), "contoh.csv"), "text": ""}).text
    assert "rini.puspita" in page
    assert "+62215554321" in page
    assert "Simpan persis" in page


def test_it_previews_confirms_and_shows_first_passwords_once(sri, browser):
    preview = sri.post("/pengguna/impor", {"text": TEXT})
    assert preview.status_code == 200
    for words in ("Pengguna baru", "Wulan Kusumaningrum, S.T.", "Wulan K., S.T.", "Belum ada yang disimpan"):
        assert words in preview.text
    assert User.get_or_none(User.username == "rini.p") is None
    answer = sri.post("/pengguna/impor/terapkan", confirmed(preview.text))
    assert answer.status_code == 200
    password = re.search(r'class="lb-first">([^<]+)<', answer.text).group(1)
    rini = browser()
    rini.get("/masuk")
    assert rini.post("/masuk", {"username": "rini.p", "password": password}).status_code == 303
    assert User.get(User.username == "rini.p").phone == "+62811"


def test_a_confirmation_sent_twice_changes_nothing_more(sri):
    fields = confirmed(sri.post("/pengguna/impor", {"text": TEXT}).text)
    assert sri.post("/pengguna/impor/terapkan", fields).status_code == 200
    again = sri.post("/pengguna/impor/terapkan", fields)
    assert again.status_code == 409
    assert "sudah berubah sejak pratinjau" in again.text
    assert "Tidak ada yang perlu disimpan" in again.text


def test_it_names_line_and_column_of_what_is_refused_and_offers_no_button(sri):
    page = sri.post(
        "/pengguna/impor", {"text": TEXT.replace("PRTRN", "XX").replace("199211052019022003", "12")}
    ).text
    assert "Satker XX tidak ada." in page
    assert "NIP terdiri atas 18 angka" in page
    assert "Simpan persis" not in page


def test_it_says_what_is_wrong_with_a_file_and_keeps_what_was_pasted(sri):
    answer = sri.post("/pengguna/impor", {"text": "Nama;Surel\nRini;x\n"})
    assert answer.status_code == 422
    assert "Kolom yang wajib belum ada: Nama pengguna, NIP, Satker" in answer.text
    assert "Rini;x" in answer.text
    assert sri.post("/pengguna/impor", {"text": ""}).status_code == 422
    assert sri.post("/pengguna/impor/terapkan", {"content": "%%%", "digest": ""}).status_code == 422


def test_what_is_in_a_file_is_text_on_the_page(sri):
    page = sri.post(
        "/pengguna/impor", {"text": TEXT.replace("Rini Puspita", "<script>alert(1)</script>")}
    ).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
