"""The page of the notifications, and the warning on the front page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from app import create_app
from portal.operations import channels, delivery
from portal.store import db
from portal.store.models import AuditEntry, OutboxEvent, OutboxMessage
from portal.web import messages
from tests.support import machines
from tests.support.app import Browser
from workers import postman

ROOT = Path(__file__).resolve().parents[2]
SECRET = "rahasia-bersama-penerima-yang-panjang"


@pytest.fixture
def office(settings):
    return settings.model_copy(update={
        "smtp_host": "127.0.0.1", "smtp_security": "none", "mail_sender": "lumbung@kantor.example",
        "webhook_url": "http://127.0.0.1:9/kait", "webhook_secret": SecretStr(SECRET)})  # fmt: skip


@pytest.fixture
def open_office(office, cast):
    app = create_app(office)
    app.testing = True
    return lambda who: Browser(app.test_client()).sign_in(who)


@pytest.fixture
def failed(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    row = machines.approved(cast["sari"], cast["joko"], server)
    run = machines.started(row, cast["agus"], settings, at=db.now())
    run = machines.finished(run, state="failed", code="server.unreachable", at=db.now())
    delivery.spread(db.now(), ["mail", "webhook"])
    return run


@pytest.mark.parametrize(("who", "status"), [("agus", 200), ("joko", 200), ("sri", 200), ("ratna", 403), ("sari", 403),
                                             ("tono", 403)])  # fmt: skip
def test_it_is_for_those_who_look_after_it(browser, who, status):
    assert browser(who).get("/pemberitahuan").status_code == status
    for path in ("/pemberitahuan/uji", "/pemberitahuan/1/ulang"):
        assert (browser(who).post(path).status_code == 403) == (status == 403)


def test_nothing_set_is_said_quietly_to_those_whom_it_concerns(browser):
    page = browser("agus").get("/").text
    assert "belum disetel" in page
    assert "mungkin tidak sampai" not in page
    assert "belum disetel" not in browser("sari").get("/").text
    page = browser("agus").get("/pemberitahuan").text
    assert "LUMBUNG_SMTP_HOST" in page
    assert "Kirim pesan uji" not in page
    assert "Belum ada pemberitahuan" in page
    assert browser().get("/healthz").json["notifications"] == "off"


def test_it_lists_filters_and_searches(open_office, failed):
    agus = open_office("agus")
    page = agus.get("/pemberitahuan").text
    assert (page.count("Pekerjaan gagal</a>"), f'href="/pekerjaan/{failed.id}"' in page) == (3, True)
    assert agus.get("/pemberitahuan?saluran=mail").text.count("Pekerjaan gagal</a>") == 2
    assert agus.get("/pemberitahuan?cari=Yusuf").text.count("Pekerjaan gagal</a>") == 1
    assert agus.get("/pemberitahuan?cari=prtrn").text.count("Pekerjaan gagal</a>") == 3
    assert "Tidak ada yang cocok" in agus.get("/pemberitahuan?keadaan=failed").text
    assert (
        "/pekerjaan/"
        not in re.search(r"<table.*</table>", open_office("sri").get("/pemberitahuan").text, re.S)[0]
    )


@pytest.mark.parametrize(
    "odd", ["halaman=x", "keadaan=%3Cb%3E", "saluran=x", "cari=%00", "cari=%25", "cari=" + "9" * 50]
)
def test_it_answers_whatever_is_asked(open_office, failed, odd):
    assert open_office("agus").get(f"/pemberitahuan?{odd}").status_code == 200


def test_a_message_that_was_given_up_is_told_and_sent_again(open_office, failed):
    first = OutboxMessage.get()
    OutboxMessage.update(state="failed", attempts=10, code="mail.recipient", context={"status": 550}).where(
        OutboxMessage.id == first.id
    ).execute()
    joko = open_office("joko")
    assert "1 pemberitahuan dalam tujuh hari terakhir tidak sampai" in joko.get("/").text
    page = joko.get("/pemberitahuan").text
    assert "menolak alamat penerima (kode 550)" in page
    assert "segera dicoba" in joko.follow(joko.post(f"/pemberitahuan/{first.id}/ulang")).text
    again = OutboxMessage.get_by_id(first.id)
    assert (again.state, again.attempts) == ("pending", 0)
    assert AuditEntry.select().where(AuditEntry.tag == "outbox:sent_again").count() == 1
    refused = joko.post(f"/pemberitahuan/{first.id}/ulang")
    assert refused.status_code == 409
    assert "tidak sedang gagal" in refused.text
    assert joko.post("/pemberitahuan/999/ulang").status_code == 404


def test_a_trial_goes_to_whoever_asks_once(open_office, cast):
    agus = open_office("agus")
    for _ in range(2):
        page = agus.follow(agus.post("/pemberitahuan/uji", {"key": "kunci-pesan-uji-0001"})).text
    assert cast["agus"].email in page
    [event] = OutboxEvent.select()
    assert (event.kind, event.recipient_id) == ("test", cast["agus"].id)
    delivery.spread(db.now(), ["mail", "webhook"])
    assert [message.recipient_id for message in OutboxMessage.select()] == [cast["agus"].id, None]
    assert AuditEntry.select().where(AuditEntry.tag == "outbox:tested").count() == 1


def test_a_trial_without_a_channel_is_refused_with_the_reason(browser):
    answer = browser("agus").post("/pemberitahuan/uji", {"key": "kunci-pesan-uji-0001"})
    assert answer.status_code == 409
    assert "Belum ada saluran" in answer.text


def test_a_channel_that_fails_is_told_on_the_front_page(open_office, office):
    for _ in range(2):
        channels.fails("mail", "mail.login", {"status": 535}, db.now())
    for who in ("agus", "joko", "sri"):
        page = open_office(who).get("/").text
        assert "mungkin tidak sampai" in page
        assert "menolak akun portal (kode 535)" in page
        assert "LUMBUNG_SMTP_USER" in page
    assert "mungkin tidak sampai" not in open_office("sari").get("/").text
    visitor = open_office("agus")
    assert visitor.get("/healthz").json["notifications"] == "failed"
    assert "Gagal 2 kali berturut-turut" in visitor.get("/pemberitahuan").text
    channels.works("mail", db.now())
    assert "mungkin tidak sampai" not in visitor.get("/").text
    assert visitor.get("/healthz").json["notifications"] == "ok"


def test_every_code_of_a_channel_says_why_and_what_to_do():
    sources = "".join(
        (ROOT / path).read_text(encoding="utf-8")
        for path in ("workers/engines/mail.py", "workers/engines/webhook.py", "workers/postman.py")
    )
    codes = set(re.findall(r'EngineError\(\s*"([a-z]+\.[a-z_]+)"', sources)) | postman.OF_THE_CHANNEL
    assert len(codes) >= 11
    for code in codes | {"outbox.unexpected", "outbox.stuck", "outbox.given_up"}:
        assert messages.knows(code), code
        assert messages.knows(f"{code}.next"), code
