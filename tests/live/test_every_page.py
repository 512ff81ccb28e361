"""Every page that a link leads to, for every role, in both themes and at both widths: readable by everybody (axe-core),
inside the window, without a complaint of the browser, and small over the wire."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from portal.store.models import Snapshot, User
from tests.support.browsing import accessibility, chromium, served, sign_in
from tests.support.site import Site

ROLES = ("sari", "bambang", "hendro", "ratna", "joko", "agus", "dewi", "tono")
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LONG_NAME = "Prof. Dr. Ir. Raden Mas Suryaningratkusumawardhana Adiwijayakusuma, M.Sc., Ph.D."
FIRST_PAGE, LATER_PAGE = 150_000, 40_000
"""Bytes over the wire: with nothing in the browser's cache, and after the first page."""
FILES = re.compile(r"\.(pdf|csv|txt|jsonl|json|zip|tar|xlsx|pub)$|/unduh$|^/lampiran/|^/static/|^/keluar$")
seen: dict[str, set[str]] = {}
"""By look and kind of page: the roles that it was looked at for, two at most."""


@pytest.fixture
def office(site: Site, app: Flask) -> Iterator[str]:
    """A served office with a copy that was proven, and a name that is too long for every box."""
    app.testing = False
    site.backup()
    site.restore_test(Snapshot.get().id)
    User.update(welcomed_at=None).execute()  # everybody sees the introduction
    User.update(name=LONG_NAME).where(User.username == "hendro").execute()
    with served(app) as address:
        yield address


def kind_of(path: str) -> str:
    """The page without the numbers of what it shows, and what it is narrowed to."""
    return re.sub(r"\d+", "N", path.split("?", maxsplit=1)[0])


def links(page: Page) -> list[str]:
    """The paths that the page's links lead to, files left out."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    parts = [urlsplit(each) for each in found]
    here = urlsplit(page.url).netloc
    return [
        f"{part.path}?{part.query}".rstrip("?")
        for part in parts
        if part.netloc == here and not FILES.search(part.path)
    ]


def walk(page: Page, role: str, look: str) -> list[str]:
    """Visit every kind of page that can be reached from the front, once in this look; what is wrong with them."""
    waiting, queued, wrong = ["/"], {"/"}, []
    while waiting:
        path = waiting.pop(0)
        answer = page.goto(path)
        assert answer is not None
        if answer.status != 200:
            wrong.append(f"{role} {path}: {answer.status}")
            continue
        looked = seen.setdefault(f"{look} {kind_of(path)}", set())
        if len(looked) < 2:
            looked.add(role)
            wrong += [f"{role} {path}: {what}" for what in accessibility(page)]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append(f"{role} {path}: wider than the window")
            if page.locator("h1").count() != 1:
                wrong.append(f"{role} {path}: {page.locator('h1').count()} headings of the first level")
        for each in links(page):
            if kind_of(each) not in queued:
                queued.add(kind_of(each))
                waiting.append(each)
    return wrong


def complain(wrong: list[str], role: str, told: ConsoleMessage) -> None:
    """Note an error that the browser tells, a broken rule of the page's policy among them."""
    if told.type == "error":
        wrong.append(f"{role} {told.page.url if told.page else ''}: {told.text}")


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", PHONE)], ids=["wide", "phone-dark"])
def test_every_page_is_for_everybody(office: str, scheme: str, size: dict[str, int]) -> None:
    wrong: list[str] = []
    for role in ROLES:
        with chromium(office, color_scheme=scheme, viewport=size) as context:
            page = context.new_page()
            page.on("console", partial(complain, wrong, role))
            sign_in(page, role)
            wrong += walk(page, role, scheme)
    assert not wrong, "\n".join(wrong)
    assert len(seen) >= 40, "the links lead to the whole site"


def test_pages_are_small_over_the_wire(office: str) -> None:
    with chromium(office) as context:
        page, bytes_of = context.new_page(), counter(context)
        page.goto("/masuk")
        assert 0 < bytes_of() <= FIRST_PAGE
        sign_in(page, "joko")
        bytes_of()
        for path in ("/", "/kotak-masuk", "/permohonan", "/server", "/pekerjaan", "/jadwal", "/penyimpanan"):
            page.goto(path)
            assert 0 < bytes_of() <= LATER_PAGE, path


def counter(context: BrowserContext) -> Callable[[], int]:
    """A function that tells the bytes that came over the wire since it was last asked."""
    page = context.pages[0]
    session, total = context.new_cdp_session(page), [0]
    session.send("Network.enable")
    session.on(
        "Network.loadingFinished", lambda told: total.__setitem__(0, total[0] + told["encodedDataLength"])
    )

    def since() -> int:
        page.wait_for_load_state("networkidle")
        found, total[0] = total[0], 0
        return int(found)

    return since
