"""Screenshots of the main pages in headless Chromium: a desktop, a phone, and the dark."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.sync_api import Browser, StorageState, sync_playwright

FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
         "--disable-component-update")  # fmt: skip
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LOOKS = (("", DESKTOP, "light"), ("-ponsel", PHONE, "light"), ("-gelap", DESKTOP, "dark"))
"""What a file's name ends with, the window, the theme."""


def take(
    url: str,
    passwords: Mapping[str, str],
    pages: list[tuple[str, str, str]],
    folder: Path,
    *,
    looks: Sequence[tuple[str, dict[str, int], str]] = LOOKS,
    whole: bool = True,
) -> list[str]:
    """Photograph `pages` (name, who, path) into `folder`, each in its `looks`, `whole` or what the window shows; return
    the files' names."""
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        try:
            signed_in = {who: _sign_in(chromium, url, who, passwords) for who in {who for _, who, _ in pages}}
            return [
                name
                for page in pages
                for name in _photograph(
                    chromium, url, signed_in[page[1]], page, folder, looks=looks, whole=whole
                )
            ]
        finally:
            chromium.close()


def _sign_in(chromium: Browser, url: str, who: str, passwords: Mapping[str, str]) -> StorageState:
    """What a browser keeps of a person who has signed in; nothing for nobody."""
    context = chromium.new_context(locale="id-ID")
    tab = context.new_page()
    if who:
        tab.goto(f"{url}/masuk")
        tab.fill("#username", who)
        tab.fill("#password", passwords[who])
        tab.click("button[type=submit]")
        tab.wait_for_url(lambda address: "/masuk" not in address)
    kept = context.storage_state()
    context.close()
    return kept


def _photograph(
    chromium: Browser,
    url: str,
    signed_in: StorageState,
    page: tuple[str, str, str],
    folder: Path,
    *,
    looks: Sequence[tuple[str, dict[str, int], str]],
    whole: bool,
) -> list[str]:
    name, _who, path = page
    taken = []
    for suffix, size, scheme in looks:
        context = chromium.new_context(
            viewport=size,
            color_scheme=scheme,
            locale="id-ID",
            storage_state=signed_in,  # type: ignore[arg-type]
        )
        tab = context.new_page()
        tab.goto(url + path)
        tab.screenshot(path=str(folder / f"{name}{suffix}.png"), full_page=whole)
        taken.append(f"{name}{suffix}.png")
        context.close()
    return taken
