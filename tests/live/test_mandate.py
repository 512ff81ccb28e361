"""An official names a deputy in a real Chromium; the deputy decides from the inbox, and no more once it has ended."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from portal.operations import calendar
from portal.sop import ladder
from portal.store import db
from portal.store.models import BackupRequest, Delegation, Disposition
from tests.live.test_chain_in_browser import PHONE, WIDE, decide, moved, seated, sound
from tests.support import desks
from tests.support.browsing import chromium, served


def test_a_disposition_under_plh(app, cast, settings):
    at = db.now()
    calendar.seed((at.year, at.year + 1), actor=None, at=at)
    files = [desks.file(settings, cast, at=at) for _ in range(2)]
    for file in files:
        file.walk("policy_selection")
    app.testing = False
    with served(app) as address, chromium(address, viewport=WIDE) as context:
        with seated(context, "ratna", "/mandat") as page:
            sound(page)
            page.click("main header a:has-text('Tetapkan pelaksana')")
            name_deputy(page, cast)
            expect(page.locator("h1")).to_have_text("Plh. Kepala Bidang PJKKD")
            sound(page)
        given = Delegation.get()
        with seated(context, "wulan", "/kotak-masuk") as page:
            expect(page.locator(".lb-acting").first).to_contain_text("sebagai Plh. Kepala Bidang PJKKD")
            sound(page)
            page.goto(f"/permohonan/{files[0].request_id}")
            expect(page.locator("#tindakan .lb-acting")).to_contain_text("untuk Ratna Dewayani, M.Kom.")
            decide(page, "approve")
            moved(files[0].request_id, "specification_selection")
            said = page.locator(".lb-timeline .lb-acting")
            expect(said).to_have_text(
                "Plh. Kepala Bidang PJKKD: Wulan Kusumaningrum, S.T. (untuk Ratna Dewayani, M.Kom., ND-17/PPIKSN/2026)"
            )
            page.set_viewport_size(PHONE)
            sound(page)
            page.set_viewport_size(WIDE)
            late(page, files[1].request_id, given)
    last = Disposition.select().order_by(Disposition.id.desc()).get()
    assert (last.actor_id, last.delegation_id) == (cast["wulan"].id, given.id)


def name_deputy(page, cast) -> None:
    """The letter as it is typed; the steps are out of sight while the mandate carries everything."""
    today = db.now().astimezone(ladder.OFFICE_ZONE).date()
    page.select_option("#post", f"division_head.0.{cast['ratna'].id}")
    page.select_option("#deputy_id", str(cast["wulan"].id))
    page.fill("#letter_number", "ND-17/PPIKSN/2026")
    page.fill("#letter_date", today.isoformat())
    page.fill("#first_day", today.isoformat())
    page.fill("#last_day", (today + timedelta(days=2)).isoformat())
    expect(page.locator(".lb-for-steps")).to_be_hidden()
    page.check("input[name=extent][value=steps]")
    expect(page.locator(".lb-for-steps")).to_be_visible()
    sound(page)
    page.check("input[name=extent][value=all]")
    page.click("button:has-text('Tetapkan')")
    page.wait_for_load_state()


def late(page, request_id: int, given: Delegation) -> None:
    """The page lies open while the mandate ends; the click is refused, and the page says why."""
    page.goto(f"/permohonan/{request_id}")
    Delegation.update(ended_at=db.now(), ended_by=given.granted_by, end_reason="Sudah kembali.").execute()
    decide(page, "approve")
    expect(page.locator("main")).to_contain_text("diakhiri Ratna Dewayani, M.Kom.")
    assert BackupRequest.get_by_id(request_id).step == "policy_selection"
