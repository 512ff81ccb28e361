"""A person at a browser without JavaScript: signs in, opens pages, fills and sends forms over HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

import requests
from lxml import html

Values = Mapping[str, str | list[str]]
Files = Mapping[str, tuple[str, bytes]]
SECONDS = 60


class PageError(AssertionError):
    """A page did not answer as a person would need it to."""


class Browser:
    """One signed-in person. A form is read from the open page and sent with its hidden fields, as a browser does."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url, self.username = url, username
        self.session = requests.Session()
        # A connection that the server closes just as the next form is sent would lose that form.
        self.session.headers["Connection"] = "close"
        self.answer = requests.Response()
        self.page = html.fromstring("<html></html>")
        self.open("/masuk")
        self.send("/masuk", {"username": username, "password": password})
        if self.path.startswith("/masuk"):
            raise PageError(f"{username} could not sign in: {self.text[:300]}")

    @property
    def path(self) -> str:
        """The path of the open page."""
        return urlsplit(self.answer.url).path

    @property
    def text(self) -> str:
        """What the open page says in its main part, white space folded."""
        main = self.page.xpath("//main") or [self.page]
        return re.sub(r"\s+", " ", main[0].text_content()).strip()

    def open(self, path: str, *, expect: int = 200) -> Browser:
        """Open a page. Raises PageError for another status than `expect`."""
        return self._show(self.session.get(self.url + path, timeout=SECONDS), expect)

    def form(self, address: str, /, **hidden: str) -> html.FormElement:
        """The form of the open page that posts to `address` and carries these hidden values. Raises PageError."""
        for form in self.page.forms:
            target = urlsplit(urljoin(self.answer.url, form.get("action") or self.path)).path
            if target == address and all(form.fields.get(name) == value for name, value in hidden.items()):
                return form
        raise PageError(
            f"{self.username} sees no form to {address} {hidden} on {self.path}: {self.text[:800]}"
        )

    def send(
        self, address: str, values: Values, /, *, expect: int = 200, files: Files | None = None, **hidden: str
    ) -> Browser:
        """Fill the form that posts to `address` and send it, following redirects. Raises PageError."""
        kept = [pair for pair in _filled(self.form(address, **hidden)) if pair[0] not in values]
        answer = self.session.post(
            self.url + address,
            data=kept + _pairs(values),
            files=files,
            timeout=SECONDS,
            headers=self._referer(),
        )
        return self._show(answer, expect)

    def post(self, path: str, values: Values) -> requests.Response:
        """Send values without a form but with a valid token, as someone would who bends the page."""
        token = self.page.xpath("//meta[@name='csrf-token']/@content")
        data = [("csrf_token", token[0] if token else ""), *_pairs(values)]
        return self.session.post(
            self.url + path, data=data, timeout=SECONDS, allow_redirects=False, headers=self._referer()
        )

    def download(self, path: str) -> bytes:
        """The bytes of a paper or file. Raises PageError unless the answer is 200."""
        answer = self.session.get(self.url + path, timeout=SECONDS)
        if answer.status_code != requests.codes.ok:
            raise PageError(f"{self.username} got {answer.status_code} for {path}")
        return answer.content

    def _show(self, answer: requests.Response, expect: int) -> Browser:
        self.answer = answer
        self.page = html.fromstring(answer.content or b"<html></html>")
        if answer.status_code != expect:
            raise PageError(f"{self.username}: {answer.status_code} for {answer.url}: {self.text[:800]}")
        return self

    def _referer(self) -> dict[str, str]:
        return {"Referer": self.answer.url or self.url}


def _filled(form: html.FormElement) -> list[tuple[str, str]]:
    """What a browser would send of a form as it stands: a chosen radio button with an empty value is empty, where lxml
    says "on"."""
    empty = set(form.xpath(".//input[@type='radio'][@checked][@value='']/@name"))
    return [(name, "" if name in empty and value == "on" else value) for name, value in form.form_values()]


def _pairs(values: Values) -> list[tuple[str, str]]:
    return [
        (name, item)
        for name, value in values.items()
        for item in (value if isinstance(value, list) else [value])
    ]
