"""The settings page: everything as it stands, no secret, and a mail to oneself with its result."""

from __future__ import annotations

import re

import pytest

from app import create_app
from portal.config import Settings
from portal.store import db
from portal.store.models import AuditEntry, OutboxEvent
from portal.web import settings as page
from portal.web.messages import labels
from tests.support.app import Browser
from tests.support.post import mail_server
from workers import postman

PASSWORD = "padi-menguning-di-lumbung"


@pytest.fixture
def mailed(settings, cast):
    with mail_server() as server:
        told = settings.model_copy(
            update={"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": "none",
                    "mail_sender": "lumbung@kantor.example", "webhook_url": ""}
        )  # fmt: skip
        app = create_app(told)
        app.testing = True
        yield server, told, Browser(app.test_client()).sign_in("sri")


def test_only_the_system_administrator_sees_it(browser):
    assert browser("sri").get("/pengaturan").status_code == 200
    for who in ("sari", "joko", "agus", "hendro", "tono"):
        assert browser(who).get("/pengaturan").status_code == 403
        assert browser(who).post("/pengaturan/surel/uji", data={"key": "k" * 32}).status_code == 403


def test_it_shows_no_secret(cast, tmp_path, monkeypatch):
    monkeypatch.setenv("LUMBUNG_SMTP_PASSWORD", PASSWORD)
    told = Settings(
        var=tmp_path / "var", cookie_secure=False, secret_key="k" * 40, sign_in_per_minute=1000,
        smtp_host="surel.kantor.example", smtp_user="lumbung", smtp_password=PASSWORD,
        mail_sender="lumbung@kantor.example", webhook_url="https://penerima.example/kait/" + "t" * 40,
        webhook_secret="r" * 40)  # fmt: skip
    app = create_app(told)
    text = Browser(app.test_client()).sign_in("sri").get("/pengaturan").text
    assert "surel.kantor.example" in text
    assert "https://penerima.example/…" in text
    for secret in (PASSWORD, "t" * 40, "r" * 40, "k" * 40):
        assert secret not in text
    row = re.search(r"LUMBUNG_SMTP_PASSWORD</code>(.*?)</td>", text, re.DOTALL)
    assert "dari lingkungan" in row[1]


def test_a_password_in_the_databases_address_is_not_shown():
    assert (
        page.place("postgresql://lumbung:rahasia@db.kantor.example/lumbung")
        == "postgresql://db.kantor.example/…"
    )
    assert page.place("sqlite:////srv/lumbung.db") == "sqlite:////srv/lumbung.db"


def test_a_test_mail_arrives_and_its_result_is_shown(mailed):
    server, told, sri = mailed
    form = sri.get("/pengaturan").text
    key = re.search(r'name="key" value="([^"]+)"', form)[1]
    for _ in range(2):
        assert sri.post("/pengaturan/surel/uji", data={"key": key}).status_code == 303
    assert OutboxEvent.select().where(OutboxEvent.kind == "test").count() == 1, "a double click is one mail"
    assert AuditEntry.select().where(AuditEntry.tag == "outbox:tested").count() == 1
    postman.go_round(told, db.now())
    # The morning's digest may go with it.
    assert server.to.count(["sri@example.go.id"]) == 1
    assert "Terkirim" in sri.get("/pengaturan").text


def test_what_is_not_set_is_said(browser):
    text = browser("sri").get("/pengaturan").text
    assert "Surel belum disetel." in text
    assert "Kalender kantor" in text


def test_everything_shown_has_words():
    for names in page.GROUPS.values():
        assert set(names) <= set(Settings.model_fields)
        assert set(names) <= set(labels("setting"))
    assert (
        {endpoint for endpoint, _ in page.TILES}
        == set(labels("settings_tile"))
        == set(labels("settings_hint"))
    )
