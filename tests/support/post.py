"""A mail server and a receiver of webhooks as an office has them, on loopback, ended with the test."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from office.sshd import free_port

USER, PASSWORD = "lumbung", "padi-menguning-di-lumbung-7"


@dataclass
class MailServer:
    """Keeps what it is given. `refuse` answers an address with that line instead of taking it."""

    port: int = field(default_factory=free_port)
    tls: ssl.SSLContext | None = None
    auth: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    sessions: int = 0
    controller: Controller | None = None

    def start(self) -> None:
        """Listen."""
        self.controller = Controller(
            self, hostname="127.0.0.1", port=self.port, tls_context=self.tls, auth_required=self.auth,
            authenticator=_authenticate if self.auth else None, auth_require_tls=bool(self.tls),
            require_starttls=bool(self.tls))  # fmt: skip
        self.controller.start()

    def stop(self) -> None:
        """Listen no more."""
        if self.controller:
            self.controller.stop()
        self.controller = None

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender."""
        self.sessions += 1
        if address in self.refuse:
            return self.refuse[address]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an address."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail."""
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.to.append(list(envelope.rcpt_tos))
        return "250 OK"


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=known, handled=False)


@contextmanager
def mail_server(**options: object) -> Iterator[MailServer]:
    """A running mail server."""
    server = MailServer(**options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@dataclass
class Receiver:
    """Keeps every post. `status` is what it answers."""

    status: int = 204
    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = field(default_factory=free_port)
    tls: ssl.SSLContext | None = None
    server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """Listen."""
        keeper = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                keeper.posts.append((self.path, dict(self.headers), body))
                self.send_response(keeper.status)
                if 300 <= keeper.status < 400:
                    self.send_header("Location", f"http://127.0.0.1:{keeper.port}/lain")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """A test's output is for failures."""

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        if self.tls:
            self.server.socket = self.tls.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
        self.server = None


@contextmanager
def receiver(**options: object) -> Iterator[Receiver]:
    """A running receiver."""
    made = Receiver(**options)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that signs itself: the file that trusts it, and the server's side of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "uji")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, private = folder / "ca.pem", folder / "key.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return trusted, context
