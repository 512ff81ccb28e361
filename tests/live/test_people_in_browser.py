"""The system administrator's room and the second factor in a real Chromium, light and dark, wide and narrow."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page
from pyotp import TOTP, parse_uri

from tests.support.browsing import accessibility, chromium, served, sign_in
from tests.support.people import PASSWORD

TEXT = (
    "Nama pengguna;Nama;NIP;Surel;Telepon;Jabatan;Satker\n"
    "rini.p;Rini Puspita;199301122019022004;rini@example.go.id;;Arsiparis;PRTRN\n"
    "-x;Rusak;12;bukan surel;;;TIDAK ADA\n"
)
SHAPES = [("light", 1280), ("dark", 390)]


@pytest.fixture(params=SHAPES, ids=["light-1280", "dark-390"])
def page(app, request) -> Iterator[Page]:
    scheme, width = request.param
    with (
        served(app) as address,
        chromium(address, color_scheme=scheme, viewport={"width": width, "height": 900}) as context,
    ):
        opened = context.new_page()
        opened.set_default_timeout(30_000)
        yield opened


def fits(page: Page) -> None:
    """Nothing that axe-core finds wrong, and nothing to scroll to the side for."""
    assert accessibility(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_administrators_pages_can_be_used_by_everybody(page, cast):
    sign_in(page, "sri")
    for path in ("/pengguna", "/pengguna/baru", f"/pengguna/{cast['ratna'].id}", "/pengguna/unit",
                 "/pengguna/direktori", "/pengguna/impor", "/pengguna?cari=zzzz"):  # fmt: skip
        page.goto(path)
        fits(page)
    page.goto("/pengguna/impor")
    page.fill("#text", TEXT)
    page.click("text=Lihat pratinjau")
    page.wait_for_selector("text=Ditolak")
    fits(page)


def test_a_camera_reads_the_code_and_the_phone_opens_the_door(page, tmp_path):
    sign_in(page, "sri")
    page.goto("/akun/faktor")
    page.fill("#password", PASSWORD)
    page.click("text=Mulai memasang")
    page.wait_for_selector(".lb-qr")
    fits(page)
    page.locator(".lb-qr-frame").screenshot(path=tmp_path / "qr.png")
    [seen] = zxingcpp.read_barcodes(Image.open(tmp_path / "qr.png"))
    phone = parse_uri(seen.text)
    assert isinstance(phone, TOTP)
    assert (phone.name, phone.issuer) == ("sri", "Lumbung")
    page.fill("#code", phone.now())
    page.click("text=Pasang faktor kedua")
    page.wait_for_selector(".lb-codes")
    fits(page)
    page.context.clear_cookies()
    page.goto("/masuk")
    page.fill("#username", "sri")
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Masuk')")
    page.wait_for_selector("#code")
    fits(page)
    page.fill("#code", phone.at(time.time() + 30))
    page.click("button:has-text('Masuk')")
    page.wait_for_url("**/")
    page.goto("/akun")
    fits(page)
