"""From an empty catalogue to a proven copy in a real Chromium, against a real sshd, with a worker beside the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.operations import leases, run_logs
from portal.store import db
from portal.store.models import Server, Source
from tests.support import machines
from tests.support.browsing import accessibility, chromium, served, sign_in

SECONDS = 60_000


def page_of(context: BrowserContext, who: str) -> Page:
    context.clear_cookies()
    page = context.new_page()
    page.set_default_timeout(SECONDS)
    sign_in(page, who)
    return page


def stays(page: Page) -> None:
    """Mark the document, to see that it is never loaded anew."""
    page.evaluate("document.body.dataset.same = 'yes'")


def enrol(page: Page, sshd, name: str = "Server latihan") -> None:
    page.goto("/server")
    page.click("text=Daftarkan server >> nth=0")
    page.fill("#name", name)
    page.fill("#address", "127.0.0.1")
    page.fill("#port", str(sshd.port))
    page.fill("#username", sshd.username)
    page.click("button:has-text('Daftarkan server')")
    sshd.authorize(page.inner_text("#baris-kunci").strip())


def prove(page: Page, cast, tree) -> None:
    """Back up the chosen folder under an approved request, then prove the copy, watching one page."""
    at = db.now()
    term = {"starts_at": at - timedelta(days=1), "ends_at": at + timedelta(days=30)}
    request_ = machines.approved(cast["sari"], cast["joko"], Server.get(), folders=(str(tree),), **term)
    page.goto(f"/permohonan/{request_.id}")
    page.click("button:has-text('Mulai backup')")
    stays(page)
    expect(page.locator("section[aria-label='Hasil pekerjaan'] h2")).to_have_text("Berhasil", timeout=SECONDS)
    expect(page.locator("#run-lead")).to_contain_text("Berhasil")
    expect(page.locator(".lb-log")).to_contain_text("ended: succeeded")
    assert page.evaluate("document.body.dataset.same") == "yes"
    assert accessibility(page) == []
    page.click("#run-actions >> text=Uji pemulihan")
    page.click("button:has-text('Mulai uji pemulihan')")
    expect(page.locator("text=cocok berkas demi berkas")).to_be_visible(timeout=SECONDS)
    page.goto(f"/server/{Server.get().id}")
    expect(page.locator("#salinan")).not_to_contain_text("Belum diuji")


def test_it_leads_from_an_empty_catalogue_to_a_proven_copy(app, cast, settings, sshd, tree, worker):
    with served(app) as address, chromium(address, viewport={"width": 1280, "height": 900}) as context:
        agus = page_of(context, "agus")
        enrol(agus, sshd)
        agus.click("button:has-text('Pindai kunci host')")
        agus.wait_for_selector("button:has-text('Ajukan')")
        seen = agus.inner_text(".lb-fingerprints dd >> nth=1")
        agus.click("button:has-text('Ajukan')")
        expect(agus.locator("text=Menunggu persetujuan")).to_be_visible()

        joko = page_of(context, "joko")
        joko.goto(f"/server/{Server.get().id}")
        joko.click("a:has-text('Setujui')")
        expect(joko.locator("#setujui")).to_be_visible()
        assert joko.inner_text("#setujui .lb-fingerprint") == seen
        joko.click("button:has-text('Sudah sama, setujui')")
        expect(joko.locator("#notices")).to_contain_text("Kunci host disetujui")
        joko.click("button:has-text('Coba masuk')")
        joko.wait_for_selector("button:has-text('Jelajahi folder server')")

        joko.click("button:has-text('Jelajahi folder server') >> nth=0")
        for name in tree.parent.parts[1:]:
            joko.click(f"li:has(.lb-listing-name:text-matches('^{name}')) button:has-text('Buka')")
        joko.click(f"li:has(.lb-listing-name:text-matches('^{tree.name}')) button:has-text('Pilih')")
        expect(joko.locator("text=Ruang kosong di gudang")).to_be_visible()
        joko.click("button:has-text('Tambahkan folder ini')")
        expect(joko.locator("text=Siap dipakai")).to_be_visible()
        assert accessibility(joko) == []
        source = Source.get()
        assert (source.path, source.size_bytes is not None) == (str(tree), True)

        prove(page_of(context, "agus"), cast, tree)


def test_it_works_without_script(app, cast, settings, sshd, worker):
    options = {"java_script_enabled": False, "viewport": {"width": 390, "height": 844}}
    with served(app) as address, chromium(address, **options) as context:
        agus = page_of(context, "agus")
        enrol(agus, sshd)
        agus.click("button:has-text('Pindai kunci host')")
        if agus.locator("text=Muat ulang").count():
            agus.click("text=Muat ulang")
        while not agus.locator("button:has-text('Ajukan')").count():
            agus.wait_for_timeout(300)
            agus.goto(f"/server/{Server.get().id}")
        agus.click("button:has-text('Ajukan')")
        joko = page_of(context, "joko")
        joko.goto(f"/server/{Server.get().id}")
        joko.click("a:has-text('Setujui')")
        joko.click("button:has-text('Sudah sama, setujui')")
        assert Server.get().host_key_state == "approved"


def test_it_keeps_up_with_a_long_log_and_stops_asking(app, cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    run = machines.started(machines.approved(cast["sari"], cast["joko"], server), cast["agus"], settings)
    lease = leases.claim(run.id, "w", at=db.now(), seconds=3600)
    path = run_logs.path_of(run.id, settings)
    line = "2026-11-24T10:00:00.123Z INFO srv/www/berkas-{:06d}.html\n"
    path.write_text("".join(line.format(number) for number in range(50_000)))
    with served(app) as address, chromium(address) as context:
        page = page_of(context, "agus")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"/pekerjaan/{run.id}?mulai=0")
        stays(page)
        with path.open("a") as file:
            file.write("".join(line.format(number) for number in range(50_000, 100_000)))
        expect(page.locator(".lb-log")).to_contain_text("berkas-099999", timeout=SECONDS)
        count = "document.querySelector('.lb-log').textContent.match(/berkas-/g).length"
        assert page.evaluate(count) == 100_000
        leases.finish(lease, state="failed", code="rsync.link_lost", at=db.now())
        expect(page.locator("text=Sambungan ke server terputus")).to_be_visible()
        expect(page.locator("button:has-text('Mulai lagi')")).to_be_visible()
        page.wait_for_timeout(1500)
        asked.clear()
        page.wait_for_timeout(3000)
        assert asked == []
        assert page.evaluate(count) == 100_000
        assert page.evaluate("document.body.dataset.same") == "yes"


def test_it_leaves_an_open_question_alone_while_the_run_goes_on(app, cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    run = machines.started(machines.approved(cast["sari"], cast["joko"], server), cast["agus"], settings)
    lease = leases.claim(run.id, "w", at=db.now(), seconds=3600)
    with served(app) as address, chromium(address) as context:
        page = page_of(context, "agus")
        page.goto(f"/pekerjaan/{run.id}")
        page.click("a:has-text('Batalkan')")
        for percent in (20.0, 60.0):
            leases.renew(lease, at=db.now(), progress={"phase": "pull", "percent": percent})
            expect(page.locator("#keadaan progress")).to_have_attribute("value", str(percent))
        expect(page.locator("dialog#batalkan")).to_be_visible()
        page.click("button:has-text('Batalkan pekerjaan')")
        expect(page.locator("text=Pembatalan sudah diminta Agus")).to_be_visible()
        assert leases.renew(lease, at=db.now()) is True


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_readable_in_both_themes_and_widths(app, cast, settings, theme, width):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    request_ = machines.approved(cast["sari"], cast["joko"], server)
    snapshot = machines.backed_up(request_, cast["agus"], settings)
    failed = machines.finished(
        machines.started(request_, cast["agus"], settings), state="failed", code="ssh.timeout"
    )
    changed = machines.trusted(cast["agus"], cast["joko"], settings, name="Berubah")
    machines.scanned(changed, cast["agus"], settings, machines.OTHER_HOST_KEY)
    fresh = machines.enrolled(cast["agus"], settings, name="Baru")
    found = {"path": "/srv", "cut": False, "entries": [
        {"name": "www " * 30, "kind": "folder", "size_bytes": 1, "usable": True}]}  # fmt: skip
    listing = machines.answered(server, machines.RunKind.LISTING, cast["agus"], settings, found, path="/srv")
    options = {"viewport": {"width": width, "height": 844}, "color_scheme": theme}
    with served(app) as address, chromium(address, **options) as context:
        page = page_of(context, "agus")
        for path in ("/server", "/server/baru", f"/server/{server.id}", f"/server/{fresh.id}", f"/server/{changed.id}",
                     f"/server/{server.id}/folder/{listing.id}", "/pekerjaan", f"/pekerjaan/{failed.id}",
                     f"/pekerjaan/{snapshot.run_id}"):  # fmt: skip
            page.goto(path)
            assert accessibility(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
