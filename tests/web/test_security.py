from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from app import create_app

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PAGES = [
    path for path in TEMPLATES.rglob("*.html") if not {"pdf", "mail"} & set(path.relative_to(TEMPLATES).parts)
]


def test_it_sends_a_policy_without_unsafe_words(browser):
    headers = browser().get("/masuk").headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "HX-Request" in headers["Vary"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_it_is_stricter_over_https(settings, cast):
    secure = create_app(settings.model_copy(update={"cookie_secure": True}))
    answer = secure.test_client().get("/masuk", base_url="https://lumbung.example")
    assert "Strict-Transport-Security" in answer.headers
    assert answer.headers["Set-Cookie"].startswith("__Host-lumbung=")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_it_keeps_the_policy_on_errors_and_files(browser):
    visitor = browser()
    for path in ("/tidak-ada", "/static/favicon.svg"):
        assert "default-src 'none'" in visitor.get(path).headers["Content-Security-Policy"]


def test_it_believes_a_proxy_only_when_told(settings, cast):
    def address(trusted: int) -> str:
        app = create_app(settings.model_copy(update={"trusted_proxies": trusted}))
        seen = []
        app.before_request_funcs[None].insert(0, lambda: seen.append(__import__("flask").request.remote_addr))
        app.test_client().get("/masuk", headers={"X-Forwarded-For": "10.9.8.7"})
        return seen[0]

    assert address(0) == "127.0.0.1"
    assert address(1) == "10.9.8.7"


def test_it_configures_htmx_without_eval(browser):
    page = browser().get("/masuk").text
    config = json.loads(unescape(re.search(r"name=\"htmx-config\" content='([^']*)'", page).group(1)))
    assert config["allowEval"] is config["allowScriptTags"] is config["includeIndicatorStyles"] is False
    assert config["historyCacheSize"] == 0
    assert config["selfRequestsOnly"] is True
    assert {"code": "422", "swap": True} in config["responseHandling"]


@pytest.mark.parametrize("path", PAGES, ids=[str(path.relative_to(TEMPLATES)) for path in PAGES])
def test_it_has_nothing_in_a_template_that_the_policy_forbids(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|javascript:|\son[a-z]+=|hx-on|hx-vars|js:|\|\s*safe\b", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"hx-trigger=\"[^\"]*\[", text)
    assert not re.search(r"(src|href)=\"(https?:)?//", text)
    if re.search(r"<form[^>]*method=\"post\"", text):
        assert text.count("csrf") >= len(re.findall(r"<form[^>]*method=\"post\"", text))
