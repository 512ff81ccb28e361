"""An employee's day in a real Chromium: FM 001 with the policy's word beside it, through an ended session, back for
mending, sent again, received with a survey, and the service asked to go on."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import BrowserContext, Page, expect

from portal.operations import calendar, disposition
from portal.store import db
from portal.store.models import BackupRequest, Survey, UserSession
from schemas.decision import Decision
from tests.live.test_chain_in_browser import (
    PHONE,
    SECONDS,
    WIDE,
    decide,
    moved,
    open_move,
    seated,
    send_form,
    sound,
)
from tests.support import desks
from tests.support.browsing import chromium, served
from tests.support.people import PASSWORD
from tests.support.policies import publish

FIRST = "Situs laboratorium dipakai setiap hari."
MORE = " Bila hilang, penelitian berhenti."


def panel(page: Page, rule: str) -> str:
    """What the panel beside the form says of one rule."""
    return page.locator(".lb-advice li", has_text=rule).inner_text()


def fill_with_advice(page: Page) -> None:
    """The form as somebody fills it in who was told nothing: what is outside the policy is said at once."""
    page.goto("/permohonan/baru")
    expect(page.locator(".lb-advice")).to_contain_text("Kata kebijakan")
    page.fill("#folders", "/srv/www")
    page.select_option("#frequency", "monthly")
    expect(page.locator(".lb-advice")).to_contain_text("Setiap bulan tidak dilayani", timeout=SECONDS)
    page.select_option("#frequency", "daily")
    expect(page.locator(".lb-advice")).to_contain_text("Setiap hari termasuk", timeout=SECONDS)
    page.fill("#reason", FIRST)
    page.press("#reason", "Tab")
    expect(page.locator("#draf-tersimpan")).to_contain_text("Draf tersimpan", timeout=SECONDS)
    sound(page)


def session_ends_while_typing(page: Page) -> None:
    """The next word finds the session gone; after signing in over the page nothing is lost, and it is kept at once."""
    UserSession.update(revoked_at=db.now()).execute()
    page.locator("#reason").press_sequentially(MORE)
    page.press("#reason", "Tab")
    expect(page.locator("#sign-in-dialog")).to_be_visible(timeout=SECONDS)
    page.fill("#sign-in-dialog #username", "sari")
    page.fill("#sign-in-dialog #password", PASSWORD)
    page.click("#sign-in-dialog button[type=submit]")
    expect(page.locator("#sign-in-dialog")).to_have_count(0)
    assert page.input_value("#reason") == FIRST + MORE
    expect(page.locator("#draf-tersimpan")).to_contain_text("Draf tersimpan", timeout=SECONDS)
    for _ in range(50):
        if BackupRequest.get().draft["reason"] == FIRST + MORE:
            return
        page.wait_for_timeout(200)
    raise AssertionError("what was typed over the end of the session is not kept")


def test_an_employee_files_mends_receives_and_asks_for_more(app, cast, settings):
    app.testing = False
    calendar.seed((db.now().year, db.now().year + 1), actor=None, at=db.now())
    publish(cast["joko"])
    with served(app) as address, chromium(address, viewport=WIDE) as context:
        with seated(context, "sari") as page:
            fill_with_advice(page)
            session_ends_while_typing(page)
            page.goto("/")
            page.click("#draf >> text=Lanjutkan")
            assert page.input_value("#reason") == FIRST + MORE
            request_id = send_form(page)
            expect(page.locator("main")).to_contain_text("Perkiraan balasan")
        file = desks.File(settings, cast, request_id, at=db.now())
        mend(context, request_id)
        carry_out(file)
        with seated(context, "sari", f"/permohonan/{request_id}") as page:
            receive(page, request_id)
            extend(page, request_id)


def mend(context: BrowserContext, request_id: int) -> None:
    """Sent back with a mark; mended where the mark stands; both see what changed."""
    where = f"/permohonan/{request_id}"
    with seated(context, "bambang", where) as page:
        form = open_move(page, "return")
        page.check(f"{form} input[name=marked_fields][value=reason]")
        page.fill(f"{form} textarea[name=note]", "Sebutkan siapa yang memakainya.")
        decide(page, "return")
        moved(request_id, "returned")
    with seated(context, "sari", f"{where}/ubah") as page:
        expect(page.locator(".lb-marked", has_text="Sebutkan siapa yang memakainya.")).to_be_visible()
        page.fill("#reason", "Situs laboratorium dipakai peneliti setiap hari." + MORE)
        page.press("#reason", "Tab")
        expect(page.locator(".lb-advice ins")).to_contain_text("peneliti", timeout=SECONDS)
        sound(page)
        page.wait_for_timeout(1500)
        send_form(page)
    with seated(context, "bambang", where) as page:
        expect(page.locator(".lb-changes ins")).to_contain_text("peneliti")
        decide(page, "forward")
        moved(request_id, "center_disposition")


def carry_out(file: desks.File) -> None:
    """The other desks, and what a backup with its proof leaves behind."""
    file.at = db.now()
    file.walk("").prove()
    for who, action in (("agus", "report"), ("joko", "forward"), ("ratna", "forward"), ("dewi", "answer")):
        decision = Decision(request_id=file.request_id, revision=file.row.revision, action=action)
        disposition.act(decision, user=file.cast[who], at=file.at, settings=file.settings)
        file.at += timedelta(seconds=1)


def receive(page: Page, request_id: int) -> None:
    """Read, marked, received."""
    form = open_move(page, "receive")
    page.check(f"{form} input[name=survey_ease][value='5']")
    page.check(f"{form} input[name=survey_result][value='4']")
    page.fill(f"{form} textarea[name=survey_remark]", "Jelas sejak awal.")
    sound(page)
    decide(page, "receive")
    moved(request_id, "closed")
    said = Survey.get()
    assert (said.ease, said.speed, said.result, said.remark) == (5, None, 4, "Jelas sejak awal.")
    sound(page)


def extend(page: Page, request_id: int) -> None:
    """From the own copies to a request of its own number."""
    page.goto("/salinan")
    expect(page.locator("main")).to_contain_text("Baik")
    sound(page)
    page.set_viewport_size(PHONE)
    sound(page)
    page.click("text=Perpanjang")
    page.fill("#term_months", "6")
    page.fill("#reason", "Situs tetap dipakai tahun depan.")
    sound(page)
    page.click("button[value=send]")
    page.wait_for_url(re.compile(r"/permohonan/\d+$"))
    asked = BackupRequest.get(BackupRequest.kind == "extension")
    assert (asked.step, asked.about_id) == ("unit_note", request_id)
    expect(page.locator("main")).to_contain_text("Permohonan perpanjangan layanan")
    sound(page)
