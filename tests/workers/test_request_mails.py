"""Mails about requests through a real mail server, with two clocks and two postmen that run at the same time."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from portal.operations import reminders
from portal.store import db
from tests.support import desks
from tests.support.post import mail_server
from workers import postman


def wib(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC)


@pytest.fixture
def server(settings):
    with mail_server() as running:
        yield running


@pytest.fixture
def mailed(settings, server):
    update = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": "none",
              "mail_sender": "lumbung@kantor.example"}  # fmt: skip
    return settings.model_copy(update=update)


def test_each_mail_arrives_once_however_many_clocks_and_postmen_run(cast, mailed, server):
    file = desks.file(mailed, cast, at=wib(23, 9))
    file.walk("policy_selection")
    failures: list[Exception] = []
    together = threading.Barrier(2)

    def run() -> None:
        at = wib(23, 13)
        while at < wib(23, 18):
            together.wait(60)  # both take the same instant for the present, as two clocks of one office do
            try:
                with db.connection():
                    reminders.send_due(at)
                postman.go_round(mailed, at)
            except Exception as error:  # noqa: BLE001
                failures.append(error)
            at += timedelta(minutes=45)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    come = Counter((*to, mail["Subject"]) for to, mail in zip(server.to, server.mails, strict=True))
    mine = {key: times for key, times in come.items() if file.row.number in key[1]}
    number = file.row.number
    assert mine == {
        ("sari@example.go.id", f"Permohonan {number} sudah dikirim"): 1,
        ("ratna@example.go.id", f"{number} menunggu keputusan Anda: Seleksi kebijakan"): 1,
        ("ratna@example.go.id", f"{number} segera jatuh tempo: Seleksi kebijakan"): 1,
        ("ratna@example.go.id", f"{number} lewat tenggat: Seleksi kebijakan"): 1,
    }


def test_nothing_about_a_step_is_sent_in_the_night(cast, mailed, server):
    file = desks.file(mailed, cast, at=wib(23, 9))
    file.walk("policy_selection")
    postman.go_round(mailed, wib(23, 9))
    before = len(server.mails)
    for hour in (16, 20, 23):
        reminders.send_due(wib(23, hour))
        postman.go_round(mailed, wib(23, hour))
    assert [mail["Subject"] for mail in server.mails[before:] if file.row.number in mail["Subject"]] == []
    reminders.send_due(wib(24, 7, 30))
    postman.go_round(mailed, wib(24, 7, 30))
    subjects = [mail["Subject"] for mail in server.mails[before:] if file.row.number in mail["Subject"]]
    assert subjects == [f"{file.row.number} lewat tenggat: Seleksi kebijakan"]


def test_whoever_was_told_of_a_decision_hears_once_that_it_was_taken_back(cast, mailed, server):
    file = desks.file(mailed, cast, at=wib(23, 9)).walk("execution")
    postman.go_round(mailed, file.at)
    file.at += timedelta(minutes=2)
    file.undo("joko")
    file.undo("joko", revision=file.row.revision - 1)  # a double click
    for minute in (3, 4):
        postman.go_round(mailed, wib(23, 9, minute))
    told = [to for to, mail in zip(server.to, server.mails, strict=True) if "dibatalkan" in mail["Subject"]]
    assert sorted(told) == [["agus@example.go.id"], ["sari@example.go.id"], ["yusuf@example.go.id"]]
    # Nobody has heard of the next one, so nobody hears that it does not hold.
    file.act("joko", "refuse", note="Belum tersedia.")
    before = len(server.mails)
    file.undo("joko")
    postman.go_round(mailed, wib(23, 9, 5))
    assert len(server.mails) == before
