"""The whole way: a run fails, and its message arrives at a real mail server and a real receiver, once."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from portal.operations import channels, delivery, findings, outbox
from portal.store import db
from portal.store.models import OutboxEvent, OutboxMessage, RoleHolding, Server, User
from tests.support import machines, post
from tests.support.post import PASSWORD, USER
from workers import clock, postman

AT = machines.AT - timedelta(hours=4)
"""Before the hour of the daily digest."""
SECRET = "rahasia-bersama-penerima-yang-panjang"


@pytest.fixture
def mailbox():
    with post.mail_server() as server:
        yield server


@pytest.fixture
def receiver():
    with post.receiver() as there:
        yield there


@pytest.fixture
def office(settings, mailbox, receiver):
    return settings.model_copy(update={
        "smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_security": "none",
        "mail_sender": "lumbung@kantor.example", "webhook_url": f"http://127.0.0.1:{receiver.port}/kait",
        "webhook_secret": SecretStr(SECRET), "base_url": "https://lumbung.example/",
        "sweep_seconds": 1})  # fmt: skip


@pytest.fixture
def failed(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    Server.update(name="Web\r\nBcc: x@y.example").execute()  # as an older version might have let it in
    row = machines.approved(cast["sari"], cast["joko"], server)
    run = machines.started(row, cast["agus"], settings)
    return machines.finished(run, state="failed", code="server.unreachable")


def events(receiver):
    """What was posted, without the checks and the digest."""
    known = [headers["X-Lumbung-Delivery"] for _, headers, _ in receiver.posts]
    return [key for key in known if not key.startswith(("ping:", "digest:"))]


def failures(mailbox):
    return [mail for mail in mailbox.mails if "gagal" in mail["Subject"]]


def states():
    query = OutboxMessage.select().order_by(OutboxMessage.id)
    return [(message.channel, message.state, message.code) for message in query]


def test_a_failure_arrives_once_at_each_administrator_and_the_receiver(
    cast, office, failed, mailbox, receiver
):
    for minute in range(3):
        postman.go_round(office, AT + timedelta(minutes=minute))
    assert sorted(mailbox.to) == [[cast["agus"].email], [cast["yusuf"].email]]
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 2
    assert (
        f"https://lumbung.example/pekerjaan/{failed.id}"
        in mailbox.mails[0].get_body(("plain",)).get_content()
    )
    assert events(receiver) == [f"run:{failed.id}:failed"]
    assert {state for _, state, _ in states()} == {"sent"}


def test_what_was_down_gets_it_later_exactly_once(office, failed, mailbox, receiver):
    mailbox.stop()
    receiver.stop()
    postman.go_round(office, AT)
    assert ("mail", "pending", "mail.unreachable") in states()
    assert ("webhook", "pending", "webhook.unreachable") in states()
    mailbox.start()
    receiver.start()
    postman.go_round(office, AT + timedelta(seconds=30))
    assert (mailbox.mails, events(receiver)) == ([], []), "it is left in peace for a moment"
    for minute in range(2, 8):
        postman.go_round(office, AT + timedelta(minutes=minute))
    assert (len(mailbox.mails), len(events(receiver))) == (2, 1)


def test_a_channel_that_is_away_is_tried_once_a_round(office, failed, mailbox, receiver):
    mailbox.stop()
    postman.go_round(office, AT)
    attempts = [message.attempts for message in OutboxMessage.select().where(OutboxMessage.channel == "mail")]
    assert sorted(attempts) == [0, 1]
    assert len(events(receiver)) == 1, "the other channel does not wait for it"


def test_one_address_that_is_refused_holds_nobody_up(cast, office, failed, mailbox):
    mailbox.refuse[cast["agus"].email] = "550 no such user"
    User.update(email="yusuf@example.go.id\r\nBcc: x@y.example").where(User.username == "yusuf").execute()
    RoleHolding.create(user=cast["wulan"], role="administrator", since=AT - timedelta(days=1))
    postman.go_round(office, AT)
    assert mailbox.to == [[cast["wulan"].email]]
    assert {("mail", "failed", "mail.address"), ("mail", "failed", "mail.recipient")} < set(states())


def test_two_clocks_at_once_send_it_once(office, failed, mailbox, receiver):
    start = threading.Barrier(4)

    def go() -> None:
        start.wait()
        with db.connection():
            postman.go_round(office, AT)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(go) for _ in range(4)]:
            done.result()
    postman.go_round(office, AT)
    assert (len(mailbox.mails), len(events(receiver))) == (2, 1)
    assert {state for _, state, _ in states()} == {"sent"}


def test_whoever_has_lost_the_role_gets_none(cast, office, failed, mailbox):
    delivery.spread(AT, ["mail"])
    User.update(active=False).where(User.username == "agus").execute()
    postman.go_round(office, AT)
    assert mailbox.to == [[cast["yusuf"].email]]
    assert ("mail", "dropped", "outbox.left") in states()


def test_a_message_that_cannot_be_put_into_words_holds_nobody_up(
    office, failed, mailbox, receiver, monkeypatch
):
    def broken(*_args):
        raise KeyError("server")

    monkeypatch.setattr(postman.words, "render", broken)
    postman.go_round(office, AT)
    assert [code for channel, _, code in states() if channel == "mail"] == ["outbox.unexpected"] * 2
    assert len(events(receiver)) == 1


def test_secrets_are_in_no_log_and_no_row(office, failed, receiver, tmp_path):
    ca, context = post.certificate(tmp_path)
    receiver.stop()
    with post.mail_server(tls=context, auth=True) as server, capture_logs() as logs:
        wrong = office.model_copy(update={"smtp_port": server.port, "smtp_security": "starttls", "smtp_user": USER,
                                          "smtp_password": SecretStr("keliru-sekali"), "ca_bundle": ca})  # fmt: skip
        postman.go_round(wrong, AT)
        right = wrong.model_copy(update={"smtp_password": SecretStr(PASSWORD)})
        postman.go_round(right, AT + timedelta(minutes=2))
        assert len(server.mails) == 2
    told = str(logs) + str(list(OutboxMessage.select().dicts())) + repr(right)
    assert "mail.login" in told
    assert not any(secret in told for secret in (PASSWORD, "keliru-sekali", SECRET))


def test_the_clock_keeps_the_postman_going_and_a_broken_round_ends_nothing(
    office, failed, mailbox, monkeypatch
):
    real, calls = postman.delivery.spread, []

    def sometimes(*args):
        calls.append(args)
        if len(calls) == 1:
            raise OSError(PASSWORD)
        return real(*args)

    monkeypatch.setattr(postman.delivery, "spread", sometimes)
    stopped = threading.Event()
    with capture_logs() as logs:
        thread = threading.Thread(target=postman.keep, args=(office, stopped))
        thread.start()
        deadline = time.monotonic() + 20
        while len(failures(mailbox)) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        stopped.set()
        thread.join(20)
    assert (len(failures(mailbox)), thread.is_alive()) == (2, False)
    assert "OSError" in str(logs)
    assert PASSWORD not in str(logs)
    assert clock.POST_SECONDS > 0


def test_the_digest_arrives_once_in_the_morning(cast, office, mailbox, receiver):
    for minute in range(-2, 3):
        postman.go_round(office, machines.AT.replace(hour=0, minute=30) + timedelta(minutes=minute))
    assert mailbox.to == [[cast["joko"].email]]
    assert mailbox.mails[0]["Subject"] == "Ringkasan harian: semua pekerjaan baik"


def test_without_a_channel_nothing_is_written(settings, failed):
    postman.go_round(settings, machines.AT)
    assert states() == []
    assert [event.kind for event in OutboxEvent.select()] == ["run_failed"]


def test_a_missed_backup_reaches_those_who_start_backups_and_the_subdivision_head(cast, office, mailbox):
    server = machines.trusted(cast["agus"], cast["joko"], office)
    with db.transaction():
        findings.raise_once(server.id, outbox.MISSED, "schedule.missed", at=AT,
                            context={"schedule": "Malam", "count": 3})  # fmt: skip
    postman.go_round(office, AT)
    told = {(to, mail["Subject"].split(":")[0]) for [to], mail in zip(mailbox.to, mailbox.mails, strict=True)}
    assert told == {(cast["joko"].email, "Temuan"), (cast["agus"].email, "Backup terjadwal tidak berjalan"),
                    (cast["yusuf"].email, "Backup terjadwal tidak berjalan")}  # fmt: skip


def test_a_channel_with_nothing_to_carry_is_tried_by_itself(database, office, mailbox, receiver):
    postman.go_round(office, AT)
    assert (mailbox.sessions, len(mailbox.mails), len(receiver.posts)) == (1, 0, 1)
    mailbox.stop()
    receiver.status = 500
    assert channels.troubles(office.channels, AT) == []
    day = timedelta(days=1)
    for minute in (10, 20):
        postman.go_round(office, AT + day + timedelta(minutes=minute))
    codes = [trouble.code for trouble in channels.troubles(office.channels, AT + day)]
    assert codes == ["mail.unreachable", "webhook.status"]
    mailbox.start()
    receiver.status = 204
    postman.go_round(office, AT + day + timedelta(minutes=30))
    assert channels.troubles(office.channels, AT + day) == []


def test_a_trial_arrives(cast, office, mailbox, receiver):
    outbox.test(cast["agus"], "kunci-uji", at=AT, settings=office)
    postman.go_round(office, AT)
    assert mailbox.to == [[cast["agus"].email]]
    assert "https://lumbung.example/pemberitahuan" in mailbox.mails[0].get_body(("html",)).get_content()
    assert events(receiver) == ["test:kunci-uji"]


def test_what_a_dying_clock_had_handed_over_comes_again_under_the_same_name(
    cast, office, mailbox, monkeypatch
):
    outbox.test(cast["agus"], "kunci-uji", at=AT, settings=office)
    real = delivery.sent

    def killed(*_args):
        raise SystemExit

    monkeypatch.setattr(postman.delivery, "sent", killed)
    with pytest.raises(SystemExit):
        postman.go_round(office, AT)
    monkeypatch.setattr(postman.delivery, "sent", real)
    postman.go_round(office, AT + timedelta(minutes=9))
    assert len(mailbox.mails) == 1
    postman.go_round(office, AT + timedelta(minutes=11))
    postman.go_round(office, AT + timedelta(minutes=30))
    assert len(mailbox.mails) == 2
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 1


def test_a_database_that_is_locked_for_a_moment_sends_nothing_twice(cast, office, mailbox, monkeypatch):
    outbox.test(cast["agus"], "kunci-uji", at=AT, settings=office)
    real, calls = delivery.sent, []

    def locked(*args):
        calls.append(args)
        if len(calls) < 3:
            raise db.Unavailable[0]("database is locked")
        return real(*args)

    monkeypatch.setattr(postman.delivery, "sent", locked)
    postman.go_round(office, AT)
    postman.go_round(office, AT + timedelta(minutes=11))
    assert len([to for to in mailbox.to if to == [cast["agus"].email]]) == 1
