"""An official clears the inbox by keyboard alone, in a real Chromium."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect

from portal.store.models import BackupRequest
from tests.support import browsing, policies
from tests.support.app import Browser
from tests.web.test_chain_walk import decide, send_form
from tests.web.test_inbox import several

WIDE = {"width": 1280, "height": 900}


def steps(ids: list[int]) -> list[str]:
    return [str(BackupRequest.get_by_id(request_id).step) for request_id in ids]


def heard(page: Page, words: str) -> None:
    expect(page.locator("#kabar")).to_contain_text(words, timeout=10_000)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_three_requests_are_cleared_in_a_minute(app, browser, cast) -> None:
    policies.publish(cast["joko"])
    ids = [*several(browser, 2), send_form(browser, draft_key="kunci-simpan-lama", retention_days="3000")]
    for request_id in ids:
        decide(browser, "bambang", request_id, "forward")
        decide(browser, "hendro", request_id, "forward")
    numbers = [BackupRequest.get_by_id(request_id).number for request_id in ids]
    with browsing.served(app) as address, browsing.chromium(address, viewport=WIDE) as context:
        page = context.new_page()
        browsing.sign_in(page, "ratna")
        page.goto("/kotak-masuk")
        begun = time.monotonic()
        page.keyboard.press("j")
        assert numbers[0] in focused(page)
        page.keyboard.press("Enter")
        page.wait_for_selector(f"[data-preview-of='{ids[0]}'] h2:focus")
        page.keyboard.press("a")
        heard(page, numbers[0])
        page.wait_for_selector(f"[data-preview-of='{ids[1]}'] h2:focus")
        page.keyboard.press("a")
        page.wait_for_selector(f"[data-preview-of='{ids[2]}'] h2:focus")
        page.keyboard.press("t")
        page.wait_for_selector("dialog[open] textarea:focus")
        page.keyboard.type("Masa simpan tiga ribu hari melebihi kebijakan.")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert "Tolak" in focused(page)
        page.keyboard.press("Enter")
        heard(page, numbers[2])
        page.wait_for_selector("text=Semua sudah diputuskan")
        assert time.monotonic() - begun < 60
        assert steps(ids) == ["specification_selection", "specification_selection", "reply"]
        _take_back(page, ids)
        assert browsing.accessibility(page) == []


def _take_back(page: Page, ids: list[int]) -> None:
    """The last one is taken back by a key, and its line is where one goes on."""
    page.keyboard.press("u")
    heard(page, "dibatalkan")
    page.wait_for_selector("#kotak .lb-inbox-link:focus")
    assert steps(ids)[2] == "policy_selection"


def test_counts_stay_fresh_and_new_work_is_told_without_moving_the_list(app, browser: Browser) -> None:
    with browsing.served(app) as address, browsing.chromium(address, viewport=WIDE) as context:
        page = context.new_page()
        browsing.sign_in(page, "bambang")
        page.goto("/kotak-masuk")
        assert page.title() == "Kotak masuk · Lumbung"
        several(browser, 2)
        page.evaluate("htmx.trigger('#jumlah', 'segarkan')")
        expect(page).to_have_title("(2) Kotak masuk · Lumbung", timeout=10_000)
        assert page.text_content(".lb-sidebar .inbox-count") == "2 menunggu"
        assert page.locator(".lb-inbox-link").count() == 0
        page.click("text=2 permohonan baru – tampilkan")
        page.wait_for_selector(".lb-inbox-link")
        assert page.title() == "(2) Kotak masuk · Lumbung"


def test_letters_are_typed_where_one_types_and_can_be_switched_off(app, browser: Browser) -> None:
    request_id = several(browser, 1)[0]
    with browsing.served(app) as address, browsing.chromium(address, viewport=WIDE) as context:
        page = context.new_page()
        browsing.sign_in(page, "bambang")
        page.goto("/kotak-masuk")
        page.keyboard.press("/")
        page.keyboard.type("jauh")
        assert page.input_value("#cari") == "jauh"
        assert steps([request_id]) == ["unit_note"]
        page.goto("/kotak-masuk")
        page.keyboard.press("?")
        page.wait_for_selector("#pintasan[open]")
        page.focus("[data-keys-switch]")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        page.reload()
        page.keyboard.press("a")
        page.keyboard.press("j")
        page.wait_for_timeout(300)
        assert steps([request_id]) == ["unit_note"]
        assert page.evaluate("document.activeElement === document.body")


def test_on_a_phone_a_line_leads_to_the_request(app, browser: Browser) -> None:
    request_id = several(browser, 1)[0]
    phone = {"width": 390, "height": 844}
    with browsing.served(app) as address, browsing.chromium(address, viewport=phone) as context:
        page = context.new_page()
        browsing.sign_in(page, "bambang")
        page.goto("/kotak-masuk")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.click(".lb-inbox-link")
        page.wait_for_url(f"**/permohonan/{request_id}#tindakan")
