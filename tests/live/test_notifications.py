"""Two real clock processes on both kinds of database, a real mail server and a real receiver: each message once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from office.database_servers import PostgreSQL
from portal.config import Settings
from portal.operations import findings
from portal.store import db
from portal.store.models import OutboxMessage
from tests.support import machines, post

ROOT = Path(__file__).resolve().parents[2]
FINDINGS = 25
SECRET = "rahasia-bersama-penerima-yang-panjang"


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    server = PostgreSQL()
    try:
        server.start()
        server.sql("CREATE ROLE lumbung LOGIN PASSWORD 'lumbung'")
        yield server
    finally:
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request, settings: Settings) -> Settings:
    if request.param == "sqlite":
        return settings
    server = request.getfixturevalue("postgresql")
    server.sql("CREATE DATABASE lumbung OWNER lumbung")
    url = f"postgresql://lumbung:lumbung@127.0.0.1:{server.port}/lumbung"
    return settings.model_copy(update={"database_url": url})


def clock(settings: Settings, mailbox: post.MailServer, receiver: post.Receiver) -> subprocess.Popen[bytes]:
    """A clock process as the Procfile starts it, with its output in a file."""
    secret = settings.var / "kait"
    secret.write_text(SECRET, encoding="ascii")
    environment = {
        **os.environ,
        "LUMBUNG_VAR": str(settings.var),
        "DATABASE_URL": settings.database_url,
        "LUMBUNG_SWEEP_SECONDS": "1",
        "LUMBUNG_SMTP_HOST": "127.0.0.1",
        "LUMBUNG_SMTP_PORT": str(mailbox.port),
        "LUMBUNG_SMTP_SECURITY": "none",
        "LUMBUNG_MAIL_SENDER": "lumbung@kantor.example",
        "LUMBUNG_WEBHOOK_URL": f"http://127.0.0.1:{receiver.port}/kait",
        "LUMBUNG_WEBHOOK_SECRET_FILE": str(secret),
    }
    with (settings.var / "clock.log").open("ab") as output:
        argv = [sys.executable, "-m", "workers.clock"]
        return subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=output, stderr=output)


def waiting() -> int:
    return int(OutboxMessage.select().where(OutboxMessage.state.in_(("pending", "sending"))).count())


def test_each_message_goes_out_once(settings: Settings, cast) -> None:
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    with post.mail_server() as mailbox, post.receiver() as receiver:
        clocks = [clock(settings, mailbox, receiver) for _ in range(2)]
        try:
            for number in range(FINDINGS):
                with db.transaction():
                    findings.raise_once(
                        server.id, "integrity", "restic.damaged", at=db.now(), place=f"{number}"
                    )
            deadline = time.monotonic() + 90
            while time.monotonic() < deadline and (
                OutboxMessage.select().count() < 2 * FINDINGS or waiting() > 0
            ):
                time.sleep(0.2)
        finally:
            for process in clocks:
                process.send_signal(signal.SIGTERM)
            codes = [process.wait(40) for process in clocks]
        log = (settings.var / "clock.log").read_text(encoding="utf-8")
        assert codes == [0, 0], log
        told = Counter(mail["Message-ID"] for mail in mailbox.mails if "Temuan:" in mail["Subject"])
        assert (len(told), set(told.values())) == (FINDINGS, {1}), log
        keys = Counter(headers["X-Lumbung-Delivery"] for _, headers, _ in receiver.posts)
        posted = {key: times for key, times in keys.items() if key.startswith("finding:")}
        assert (len(posted), set(posted.values())) == (FINDINGS, {1}), log
        assert SECRET not in log
    assert {message.state for message in OutboxMessage.select()} == {"sent"}
