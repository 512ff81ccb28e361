"""The user guide as pages: each chapter there, with every picture that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html

from portal.store.models import AuditEntry, User
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


def test_everybody_is_introduced_to_their_desk_until_they_put_it_away(browser, cast):
    User.update(welcomed_at=None).execute()
    for who in ("sari", "bambang", "hendro", "ratna", "joko", "agus", "dewi", "tono", "sri"):
        reader = browser(who)
        tree = html.fromstring(reader.get("/").text)
        for link in tree.xpath("//section[@id='perkenalan']//a/@href"):
            assert reader.get(link).status_code == 200, (who, link)
        assert len(tree.xpath("//section[@id='perkenalan']//ol/li")) >= 2, who
    joko = browser("joko")
    assert "menyetujui kunci host" in joko.get("/").text
    assert "perkenalan" not in joko.get("/kotak-masuk").text, "no later page bears it"
    answer = joko.post("/panduan/perkenalan")
    assert "Perkenalan ditutup" in joko.follow(answer).text
    for again in (joko, browser("joko")):
        assert 'id="perkenalan"' not in again.get("/").text
    joko.post("/panduan/perkenalan")
    assert AuditEntry.select().where(AuditEntry.tag == "user:welcomed").count() == 1
    assert 'href="/panduan/perkenalan"' in joko.get("/panduan").text
    page = joko.get("/panduan/perkenalan").text
    assert "menyetujui kunci host" in page
    assert "Tutup perkenalan" not in page
    assert 'id="perkenalan"' in browser("sari").get("/").text, "each person closes their own"


def test_what_is_no_chapter_is_not_found(browser):
    sari = browser("sari")
    for path in ("/panduan/lain", "/panduan/gambar/..%2f..%2fREADME.md", "/panduan/gambar/lain.png"):
        assert sari.get(path).status_code == 404
