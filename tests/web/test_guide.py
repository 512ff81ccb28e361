"""The user guide as pages: each chapter there, with every picture that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.web.guide import CHAPTERS, OF_ROLE

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "panduan"


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_is_a_page_with_its_pictures(browser, name):
    sari = browser("sari")
    page = sari.get(f"/panduan/{name}")
    assert page.status_code == 200
    pictures = re.findall(r'<img src="gambar/([^"]+)"', page.text)
    assert pictures == re.findall(
        r"\]\(gambar/([^)]+)\)", (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    )
    for picture in pictures:
        assert sari.get(f"/panduan/gambar/{picture}").data.startswith(b"\x89PNG")


def test_no_file_is_forgotten():
    assert {path.stem for path in FOLDER.glob("*.md")} == set(CHAPTERS)
    assert set(OF_ROLE.values()) < set(CHAPTERS)


@pytest.mark.parametrize(
    ("who", "chapter"), [("sari", "pegawai"), ("agus", "administrator"), ("joko", "kasubbid")]
)
def test_it_is_reached_from_every_page_and_names_ones_own_chapter(browser, who, chapter):
    reader = browser(who)
    assert 'href="/panduan"' in reader.get("/").text
    own = re.search(
        r'href="/panduan/([a-z-]+)">[^<]+</a> <span[^>]*>.*?Tugas Anda',
        reader.get("/panduan").text,
        re.DOTALL,
    )
    assert own is not None
    assert own[1] == chapter


def test_what_is_no_chapter_is_not_found(browser):
    sari = browser("sari")
    for path in ("/panduan/lain", "/panduan/gambar/..%2f..%2fREADME.md", "/panduan/gambar/lain.png"):
        assert sari.get(path).status_code == 404
