"""The letterhead in versions: set by those who keep it, kept by each paper as it was; values are text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image, PngImagePlugin

from portal.operations import papers, styles
from portal.store.models import AuditEntry, PaperStyle
from tests.documents import reading
from tests.support import desks
from tests.support.app import Browser

Open = Callable[..., Browser]
PAGE = "/pengaturan/surat"


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast)


def picture(side: int = 64, kind: str = "PNG") -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "rahasia-dalam-berkas")
    made = io.BytesIO()
    Image.new("RGBA", (side, side), (200, 0, 0, 128)).save(
        made, kind, **({"pnginfo": told} if kind == "PNG" else {})
    )
    return made.getvalue()


def form(browser: Browser, **changes) -> dict:
    """The form as it stands, as a browser would send it again."""
    page = browser.get(PAGE).text
    shown = styles.default(browser.client.application.config["SETTINGS"])
    values = {name: getattr(shown, name) for name in ("agency", "center", "city", "suggestion_email", "form_download",
                                                      "pattern")}  # fmt: skip
    values |= {f"class_{kind}": code for kind, code in shown.classes.items()}
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    return values | {"version": version[1], "do": "save"} | changes


def send(browser: Browser, **changes):
    return browser.post(PAGE, form(browser, **changes), content_type="multipart/form-data")


def test_it_sets_what_the_next_papers_say_and_leaves_those_that_went_out(browser: Open, file) -> None:
    file.act("bambang", "forward")
    before = papers.pdf(file.row, "nota_dinas", file.settings)
    dewi = browser("dewi")
    answer = send(dewi, agency="BADAN UJI NASIONAL", pattern="{class}-{seq}-{year}", class_disposition="DSP",
                  address="Jalan Satu 1\r\nJalan Dua 2", logo=(io.BytesIO(picture()), "logo.png"))  # fmt: skip
    assert answer.status_code == 303, answer.text
    file.act("hendro", "forward")
    after = papers.pdf(file.row, "disposition", file.settings)
    text = reading.text(after)
    for part in ("BADAN UJI NASIONAL", "Jalan Satu 1", "Jalan Dua 2", "DSP-001-2026"):
        assert part in text, part
    assert b"rahasia-dalam-berkas" not in after
    assert papers.pdf(file.row, "nota_dinas", file.settings) == before
    assert AuditEntry.get(AuditEntry.tag == "style:set").data["changed"]["agency"] == "BADAN UJI NASIONAL"
    assert "Dewi Anggraini" in dewi.get(PAGE).text


def test_it_shows_a_sample_before_anything_is_set(browser: Open, file) -> None:
    dewi = browser("dewi")
    for kind in ("reply", "nota_dinas"):
        answer = send(dewi, do=kind, agency="<b>BADAN</b> & {{ x }}", closing_nota="Salam hormat.",
                      logo=(io.BytesIO(picture()), "logo.png"))  # fmt: skip
        assert answer.mimetype == "application/pdf"
        assert "<b>BADAN</b> & {{ x }}" in reading.text(answer.data)
        assert "KONSEP" in reading.text(answer.data)
    assert PaperStyle.select().count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"agency": ""}, "agency"), ({"pattern": "{seq}"}, "pattern"), ({"pattern": "{seq"}, "pattern"),
     ({"class_reply": "<b>"}, "class_reply"), ({"closing_nota": "x" * 1201}, "closing_nota"),
     ({"address": "\n".join("abcdefg")}, "address")],
)  # fmt: skip
def test_it_says_what_it_cannot_take_and_keeps_what_was_typed(browser: Open, file, changes, field) -> None:
    answer = send(browser("dewi"), city="Kota Yang Diketik", **changes)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "Kota Yang Diketik" in answer.text
    assert PaperStyle.select().count() == 0


@pytest.mark.parametrize(
    "data", [b"x", picture(kind="GIF"), picture(2001), b"\x89PNG\r\n\x1a\n" + b"x" * 300_000]
)
def test_it_takes_small_png_pictures_only(browser: Open, file, data) -> None:
    answer = send(browser("dewi"), logo=(io.BytesIO(data), "logo.png"))
    assert answer.status_code == 422
    assert 'href="#logo"' in answer.text


def test_it_is_for_those_who_keep_it_and_one_at_a_time(browser: Open, file) -> None:
    for who in ("sari", "bambang", "hendro", "joko", "tono"):
        assert browser(who).get(PAGE).status_code == 403, who
    sri, dewi = browser("sri"), browser("dewi")
    stale = form(dewi, agency="BADAN DEWI")
    assert send(sri, agency="BADAN SRI").status_code == 303
    assert dewi.post(PAGE, stale, content_type="multipart/form-data").status_code == 409
    assert PaperStyle.get().content["agency"] == "BADAN SRI"
