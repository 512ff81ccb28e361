"""Mail handed to a real SMTP server, and each way in which that can go wrong."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.mailbox import Mailbox
from office.sshd import free_port
from portal import config
from portal.documents.mail import MailText
from tests.support import post
from tests.support.post import PASSWORD, USER
from workers.engines import mail
from workers.engines.errors import EngineError

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TEXT = MailText("Backup gagal: Web", "Isi – surel.\n", "<p>Isi – surel.</p>\n")
SENDER, TO = "lumbung@kantor.example", "agus@kantor.example"


def composed(recipient=TO, text=TEXT):
    return mail.compose(text, sender=SENDER, recipient=recipient, message_id="lumbung-1", at=AT)


def plain(port):
    return mail.MailServer("127.0.0.1", port, "none")


def code_of(action):
    with pytest.raises(EngineError) as fault:
        action()
    return fault.value.code, fault.value.permanent


def test_it_arrives_as_text_and_html():
    with post.mail_server() as server:
        mail.send(plain(server.port), composed(), TO)
    [got] = server.mails
    assert (got["Subject"], got["To"], got["Message-ID"]) == (
        TEXT.subject, TO, "<lumbung-1@kantor.example>")  # fmt: skip
    assert got["Auto-Submitted"] == "auto-generated"
    assert "Isi – surel." in got.get_body(("plain",)).get_content()
    assert "<p>Isi – surel.</p>" in got.get_body(("html",)).get_content()


@pytest.mark.parametrize("hostile", ["a@b.example\r\nBcc: x@y.example", "a@b.example\nX: y", "bukan alamat", "",
                                     "a@b.example, c@d.example", "<a@b.example>", "surèl@b.example"])  # fmt: skip
def test_an_address_that_is_none_is_refused(hostile):
    assert code_of(lambda: composed(hostile)) == ("mail.address", True)


@given(st.text() | st.from_regex(r"[a-z]{1,5}[@\\r\\n,:<>; ]{1,4}[a-z.]{1,9}"))
def test_an_address_is_one_address_or_refused(address):
    refused = None
    try:
        made = composed(address)
    except EngineError as fault:
        refused = fault.code
    if refused is not None:
        assert refused == "mail.address"
        return
    lines = bytes(made).partition(b"\r\n\r\n")[0].decode().split("\r\n")
    names = [line.partition(":")[0] for line in lines if not line.startswith((" ", "\t"))]
    assert names == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    ]
    assert len(made["To"].addresses) == 1


def test_a_subject_with_a_line_break_is_refused():
    with pytest.raises(ValueError, match="linefeed"):
        composed(text=MailText("a\r\nBcc: x@y.example", "", ""))


@pytest.fixture
def trusted(tmp_path):
    return post.certificate(tmp_path)


def test_it_signs_in_over_an_encrypted_connection(trusted):
    ca, context = trusted
    with post.mail_server(tls=context, auth=True) as server:
        office = mail.MailServer("127.0.0.1", server.port, "starttls", USER, PASSWORD, ca)
        mail.check(office, SENDER)
        mail.send(office, composed(), TO)
        assert len(server.mails) == 1
        wrong = mail.MailServer("127.0.0.1", server.port, "starttls", USER, "keliru-sekali", ca)
        assert code_of(lambda: mail.send(wrong, composed(), TO)) == ("mail.login", False)
        assert len(server.mails) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(trusted):
    _, context = trusted
    with post.mail_server(tls=context, auth=True) as server:
        office = mail.MailServer("127.0.0.1", server.port, "starttls", USER, PASSWORD)
        assert code_of(lambda: mail.check(office, SENDER)) == ("mail.tls", False)


def test_it_does_not_fall_back_to_plain_text():
    with post.mail_server() as server:
        office = mail.MailServer("127.0.0.1", server.port, "starttls")
        assert code_of(lambda: mail.send(office, composed(), TO)) == ("mail.tls", False)
        assert server.mails == []


def test_it_tells_refusals_apart():
    with post.mail_server() as server:
        office = plain(server.port)
        server.refuse[TO] = "550 no such user"
        assert code_of(lambda: mail.send(office, composed(), TO)) == ("mail.recipient", True)
        server.refuse[TO] = "451 come back later"
        assert code_of(lambda: mail.send(office, composed(), TO)) == ("mail.recipient", False)
        server.refuse = {SENDER: "550 not from here"}
        assert code_of(lambda: mail.send(office, composed(), TO)) == ("mail.sender", False)
        assert code_of(lambda: mail.check(office, SENDER)) == ("mail.sender", False)
        assert server.mails == []


def test_a_check_sends_nothing():
    with post.mail_server() as server:
        mail.check(plain(server.port), SENDER)
        assert (server.sessions, server.mails) == (1, [])


def test_nobody_listens():
    assert code_of(lambda: mail.check(plain(free_port()), SENDER)) == ("mail.unreachable", False)


def test_a_server_that_says_nothing_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        office = plain(silent.getsockname()[1])
        assert code_of(lambda: mail.check(office, SENDER)) == ("mail.unreachable", False)


def test_nothing_shows_the_password():
    assert PASSWORD not in repr(mail.MailServer("h", 1, "tls", USER, PASSWORD))


def test_the_practice_office_keeps_its_mails_as_files(tmp_path):
    for number in (1, 2):
        office = Mailbox(tmp_path / "surel")
        office.start()
        try:
            settings = config.load(office.environment)
            assert settings.channels == ("mail",)
            mail.send(plain(settings.smtp_port), composed(), TO)
        finally:
            office.stop()
        kept = sorted(path.name for path in office.folder.iterdir())
        assert kept == ["0001.eml", "0002.eml"][:number]
    assert b"Subject: Backup gagal: Web" in (office.folder / "0002.eml").read_bytes()
