"""The whole SOP in a real Chromium: from FM 001 to the receipt, with a real backup of a real folder in between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from office.sshd import PracticeServer
from portal.config import Settings
from portal.operations import calendar
from portal.store import db
from portal.store.models import Attachment, BackupRequest, Server, Source, User
from tests.support import site as sites
from tests.support.browsing import accessibility, chromium, served, sign_in

SECONDS = 30_000
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PDF = {"name": "surat pengantar.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\nsurat\n%%EOF\n"}


@pytest.fixture
def server(settings: Settings, cast: dict[str, User], sshd: PracticeServer, tree: Path) -> Server:
    """The practice server in the catalogue, its host key approved and the folder chosen."""
    at = db.now()
    calendar.seed((at.year, at.year + 1), actor=None, at=at)
    key = sites._key(settings, cast["agus"], sshd)
    host_key = " ".join((sshd.folder / "host_key.pub").read_text(encoding="ascii").split()[:2])
    row = Server.create(name="server-latihan", address="127.0.0.1", port=sshd.port, username=sshd.username, key=key,
                        host_key=host_key, host_key_state="approved", created_by=cast["agus"])  # fmt: skip
    Source.create(server=row, path=str(tree), created_by=cast["agus"])
    return row


@contextmanager
def seated(context: BrowserContext, who: str, path: str = "/") -> Iterator[Page]:
    """A page of one of the cast, signed in, at `path`. What its policy forbids or its script stumbles over fails."""
    context.clear_cookies()
    page, complaints = context.new_page(), []
    page.on("console", lambda told: complaints.append(told.text) if "Content Security" in told.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page, who)
    if path != "/":
        page.goto(path)
    yield page
    assert complaints == []
    page.close()


def sound(page: Page) -> None:
    """The page is accessible, fits its window, and gives no id twice."""
    assert accessibility(page) == [], page.url
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url
    twice = (
        "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i)"
    )
    assert page.evaluate(twice) == [], page.url


def open_move(page: Page, action: str) -> str:
    """Bring an action's form into sight; the form's selector."""
    form = f"#tindakan form:has(input[name=action][value={action}])"
    folded = page.locator(f"#tindakan details:not([open]):has(input[name=action][value={action}]) > summary")
    if folded.count():
        folded.click()
    return form


def decide(page: Page, action: str) -> None:
    """Press the action's button, answer the question that it asks, and wait for the answer's page."""
    form = open_move(page, action)
    page.click(f"{form} button[type=submit]:not(dialog button)")
    sure = page.locator(f"{form} dialog[open] button[type=submit]")
    if sure.count():
        sure.click()
    page.wait_for_load_state()


def moved(request_id: int, step: str) -> None:
    assert BackupRequest.get_by_id(request_id).step == step


def fill_form(page: Page, tree: Path) -> None:
    """FM 001 typed by hand: a wrong NIP is told and mended in place, the draft is kept meanwhile."""
    page.goto("/permohonan/baru")
    page.fill("#nip", "123")
    page.press("#nip", "Tab")
    expect(page.locator("#nip-error")).to_contain_text("18")
    expect(page.locator("#nip")).to_have_attribute("aria-invalid", "true")
    page.fill("#nip", "199003122015042001")
    page.press("#nip", "Tab")
    expect(page.locator("#nip-error")).to_be_empty()
    page.check("#has_folder")
    page.locator("#folders").press_sequentially(str(tree))
    page.fill("#reason", "Situs dipakai setiap hari.")
    page.press("#reason", "Tab")
    expect(page.locator("#draf-tersimpan")).to_contain_text("Draf tersimpan", timeout=SECONDS)
    sound(page)


def send_form(page: Page) -> int:
    """Press the button that sends; the browser really leaves the form. The request's id."""
    page.click("button[value=send]:visible")
    page.wait_for_url(re.compile(r"/permohonan/\d+$"))
    sound(page)
    return int(page.url.rsplit("/", 1)[1])


def back_up_and_prove(page: Page) -> None:
    """Start the backup, wait for its end, prove the copy, and see the report allowed."""
    address = page.url
    page.click("button:has-text('Mulai backup')")
    expect(page.locator("section[aria-label='Hasil pekerjaan'] h2")).to_have_text("Berhasil", timeout=SECONDS)
    page.goto(address)
    page.click("button:has-text('Uji pemulihan')")
    expect(page.locator("text=cocok berkas demi berkas")).to_be_visible(timeout=SECONDS)
    page.goto(address)
    sound(page)


def test_it_walks_the_whole_sop(app, cast, settings, server, tree, worker):
    app.testing = False
    with served(app) as address, chromium(address, viewport=WIDE) as context:
        with seated(context, "sari") as page:
            sound(page)
            fill_form(page, tree)
            page.set_input_files("#attachments", PDF)
            request_id = send_form(page)
        assert BackupRequest.select().count() == 1, "autosave and sending are one request"
        assert Attachment.get().backup_request_id == request_id
        where = f"/permohonan/{request_id}"

        with seated(context, "bambang", "/kotak-masuk") as page:
            sound(page)
            page.goto(where)
            form = open_move(page, "return")
            page.check(f"{form} input[name=marked_fields][value=reason]")
            page.fill(f"{form} textarea[name=note]", "Alasan belum menyebut akibatnya.")
            sound(page)
            decide(page, "return")
            moved(request_id, "returned")
        with seated(context, "sari", f"{where}/ubah") as page:
            expect(page.locator("main")).to_contain_text("Alasan belum menyebut akibatnya.")
            sound(page)
            page.fill("#reason", "Situs dipakai setiap hari; bila hilang, layanan berhenti.")
            page.press("#reason", "Tab")
            expect(page.locator("#draf-tersimpan")).to_contain_text("Draf tersimpan")
            page.wait_for_timeout(1500)
            send_form(page)
        for who, action, step in (
            ("bambang", "forward", "center_disposition"),
            ("hendro", "forward", "policy_selection"),
            ("ratna", "approve", "specification_selection"),
        ):
            with seated(context, who, where) as page:
                sound(page)
                decide(page, action)
                moved(request_id, step)
                sound(page)
        grant(context, where, request_id, server, tree)
        carry_out(context, where, request_id)
        finish(context, where, request_id)


def grant(context: BrowserContext, where: str, request_id: int, server: Server, tree: Path) -> None:
    """The Kasubbid's scope: a wrong folder is told by its field and nothing is lost, then it is granted."""
    with seated(context, "joko", where) as page:
        form = open_move(page, "approve")
        page.select_option(f"{form} select[name=server_id]", str(server.id))
        page.fill(f"{form} textarea[name=folders]", "-oProxyCommand=x")
        page.fill(f"{form} textarea[name=note]", "Sesuai spesifikasi.")
        decide(page, "approve")
        expect(page.locator(form)).to_contain_text("Baris 1")
        assert page.input_value(f"{form} textarea[name=note]") == "Sesuai spesifikasi."
        sound(page)
        page.fill(f"{form} textarea[name=folders]", str(tree))
        decide(page, "approve")
        moved(request_id, "execution")


def carry_out(context: BrowserContext, where: str, request_id: int) -> None:
    """The administrator follows up; the report waits for the proof."""
    with seated(context, "agus", where) as page:
        decide(page, "follow_up")
        form = open_move(page, "report")
        expect(page.locator(f"{form} button[type=submit]").first).to_be_disabled()
        expect(page.locator(form)).to_contain_text("Belum terbukti")
        back_up_and_prove(page)
        decide(page, "report")
        moved(request_id, "subdivision_report")


def finish(context: BrowserContext, where: str, request_id: int) -> None:
    """The report climbs back, is answered and received; every paper can be had."""
    for who, action, step in (
        ("joko", "forward", "division_report"),
        ("ratna", "forward", "reply"),
        ("dewi", "answer", "receipt"),
        ("sari", "receive", "closed"),
    ):
        with seated(context, who, where) as page:
            decide(page, action)
            moved(request_id, step)
            sound(page)
    with seated(context, "sari", where) as page:
        for name in ("fm001", "nota-dinas", "disposisi", "laporan", "balasan", "tanda-terima"):
            expect(page.locator(f"a[href='{where}/{name}.pdf']").first).to_be_visible()
            paper = page.request.get(f"{where}/{name}.pdf")
            assert (paper.status, paper.body()[:5]) == (200, b"%PDF-"), name
    with seated(context, "tono", "/audit?periksa=1") as page:
        expect(page.locator("main")).to_contain_text("Rantai utuh")
        sound(page)
        page.goto("/arsip")
        sound(page)


def test_it_sends_one_request_however_it_is_pressed(app, cast):
    with served(app) as address, chromium(address, viewport=WIDE) as context, seated(context, "sari") as page:
        fill_form(page, Path("/srv/www"))
        revision = page.input_value("input[name=revision]")
        page.dblclick("button[value=send]:visible")
        page.wait_for_url(re.compile(r"/permohonan/\d+$"))
        assert (BackupRequest.select().count(), revision) == (1, "0")
        assert BackupRequest.get().revision == 1


def test_it_is_filled_and_sent_by_the_keyboard_alone(app, cast):
    with served(app) as address, chromium(address, viewport=WIDE) as context, seated(context, "sari") as page:
        page.goto("/permohonan/baru")
        page.focus("#has_folder")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type("/srv/www")
        reach(page, "#reason")
        page.keyboard.type("Berkas ini dipakai setiap hari.")
        reach(page, "button[value=send]")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/permohonan/\d+$"))
        assert BackupRequest.get().form["folders"] == ["/srv/www"]


def reach(page: Page, selector: str) -> None:
    """Go on by Tab until the element has the focus, and see that nothing covers it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_it_works_without_script(app, cast):
    options = {"java_script_enabled": False, "viewport": PHONE}
    with served(app) as address, chromium(address, **options) as context:
        page = context.new_page()
        sign_in(page, "sari")
        page.goto("/permohonan/baru")
        page.check("#has_folder")
        page.fill("#folders", "/srv/www")
        page.fill("#reason", "Berkas ini dipakai setiap hari.")
        page.set_input_files("#attachments", PDF)
        page.click("button[value=send] >> nth=-1")
        page.wait_for_url(re.compile(r"/permohonan/\d+$"))
        context.clear_cookies()
        sign_in(page, "bambang")
        page.goto(f"/permohonan/{BackupRequest.get().id}")
        form = open_move(page, "forward")
        if page.locator(f"{form} input[name=sure]").count():
            page.check(f"{form} input[name=sure]")
        page.click(f"{form} button[type=submit] >> nth=0")
        assert BackupRequest.get().step == "center_disposition"
