"""A message handed to the office's mail server (SMTP). What the server says is never kept, only its number."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from portal.documents.mail import MailText
from workers.engines.errors import EngineError

TIMEOUT_SECONDS = 20
TOOL = "smtp"


@dataclass(frozen=True, slots=True)
class MailServer:
    """The mail server and how to speak to it. `security`: starttls, tls or none; `ca` holds further authorities."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca: Path | None = None


def compose(letter: MailText, *, sender: str, recipient: str, message_id: str, at: datetime) -> EmailMessage:
    """The mail. `message_id` stays the same however often it is tried, so that a server can tell a second copy.

    Raises EngineError('mail.address') for an address that is none: a line break in it would be a header of its own.
    """
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = Address(display_name="Lumbung", addr_spec=sender)
        mail["To"] = Address(addr_spec=recipient)
        # An address that cannot be written in ASCII needs a server that takes such; few do.
        recipient.encode("ascii")
    except (ValueError, IndexError, MessageError) as error:
        raise EngineError("mail.address", tool=TOOL) from error
    mail["Subject"] = letter.subject
    mail["Date"] = at
    mail["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer about holidays comes back
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    return mail


def send(server: MailServer, mail: EmailMessage, recipient: str) -> None:
    """Hand `mail` over. Raises EngineError: mail.unreachable, mail.tls, mail.login, mail.sender, mail.recipient."""
    with _session(server) as session:
        session.send_message(mail, to_addrs=[recipient])


def check(server: MailServer, sender: str) -> None:
    """Sign in and ask whether `sender` may send, without sending. Raises as `send`."""
    with _session(server) as session:
        session.ehlo_or_helo_if_needed()
        session.noop()
        code, answer = session.mail(sender)
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, answer, sender)
        session.rset()


@contextmanager
def _session(server: MailServer) -> Iterator[smtplib.SMTP]:
    try:
        session = _connected(server)
        try:
            if server.security == "starttls":
                session.starttls(context=_trust(server))
            if server.user:
                _sign_in(session, server)
            yield session
        finally:
            # What was accepted is sent, however the farewell goes.
            with suppress(smtplib.SMTPException, OSError):
                session.quit()
            session.close()
    except (OSError, smtplib.SMTPException) as error:
        # `from None`: a traceback would show what was said, and that holds the password.
        raise _fault(error) from None


def _sign_in(session: smtplib.SMTP, server: MailServer) -> None:
    try:
        session.login(server.user, server.password)
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException as error:  # refused, or no way to sign in that both know
        status = int(getattr(error, "smtp_code", 0) or 0)
        raise EngineError("mail.login", tool=TOOL, permanent=False, status=status) from None


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=_trust(server))
    return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)


def _trust(server: MailServer) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if server.ca:
        context.load_verify_locations(server.ca)
    return context


def _fault(error: OSError | smtplib.SMTPException) -> EngineError:
    """What went wrong, told apart by what somebody can do about it."""
    status = int(getattr(error, "smtp_code", 0) or 0)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        status = max(code for code, _ in error.recipients.values())
        return EngineError("mail.recipient", tool=TOOL, permanent=status >= 500, status=status)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return EngineError("mail.sender", tool=TOOL, permanent=False, status=status)
    if isinstance(error, smtplib.SMTPDataError):
        return EngineError("mail.refused", tool=TOOL, permanent=status >= 500, status=status)
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return EngineError("mail.tls", tool=TOOL, permanent=False)
    return EngineError("mail.unreachable", tool=TOOL, permanent=False)
