"""A real Chromium on a really served application."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.people import PASSWORD

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


class _Quiet(WSGIRequestHandler):
    def log(self, *_args: Any) -> None:
        """A test's output is for failures."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve `app` on a free port of loopback; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def chromium(address: str, **options: Any) -> Iterator[BrowserContext]:
    """A context of the installed Chromium whose relative addresses begin with `address`; options are Playwright's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(base_url=address, **options)
        context.set_default_timeout(10_000)
        try:
            yield context
        finally:
            context.close()
            browser.close()


def sign_in(page: Page, username: str) -> None:
    """Sign in through the page that is asked for first, as one of the cast."""
    page.goto("/masuk")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Masuk')")
    page.wait_for_url("**/")


def accessibility(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core finds wrong with the page: (rule, elements). Asked through the debugger, which the page's policy
    does not bind."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    asked = "axe.run().then(r => JSON.stringify(r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))])))"
    answer = session.send("Runtime.evaluate", {"expression": asked, "awaitPromise": True})
    session.detach()
    return [(rule, elements) for rule, elements in json.loads(answer["result"]["value"])]
