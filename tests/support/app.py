"""A client that behaves as a browser does: it keeps cookies, sends the form token, and can speak htmx."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.people import PASSWORD

_TOKEN = re.compile(r'name="csrf-token"[^>]*content="([^"]+)"')
HTMX = {"HX-Request": "true"}


class Browser:
    """Drives the pages. Every post carries the token of the page last seen; CSRF stays on in tests."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._token = ""

    def get(self, path: str, *, htmx: bool = False, **kwargs: Any) -> TestResponse:
        """Open a page (following nothing); with `htmx`, ask as htmx does."""
        return self._note(self.client.get(path, headers=HTMX if htmx else None, **kwargs))

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, htmx: bool = False, **kwargs: Any
    ) -> TestResponse:
        """Send a form with the token; a list as value sends the name several times."""
        fields = {"csrf_token": self.token()} | (data or {})
        return self._note(self.client.post(path, data=fields, headers=HTMX if htmx else None, **kwargs))

    def follow(self, response: TestResponse) -> TestResponse:
        """Go where a redirect leads, and on until there is a page."""
        while response.status_code in (301, 302, 303, 307, 308):
            response = self.get(response.location)
        return response

    def sign_in(self, username: str, password: str = PASSWORD) -> Browser:
        """Sign in through the page; fails the test when that is refused."""
        self.get("/masuk")
        answer = self.post("/masuk", {"username": username, "password": password})
        assert answer.status_code == 303, answer.text
        self.get(answer.location)
        return self

    def sign_out(self) -> None:
        """Sign out through the page."""
        self._note(self.post("/keluar"))
        self._token = ""

    def token(self) -> str:
        """The form token, from the sign-in page when no page was opened yet."""
        if not self._token:
            self.get("/masuk")
        return self._token

    def _note(self, response: TestResponse) -> TestResponse:
        if response.mimetype == "text/html":
            found = _TOKEN.search(response.text)
            self._token = found.group(1) if found else self._token
        return response
