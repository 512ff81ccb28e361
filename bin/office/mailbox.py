"""The practice office's mail server: takes every mail and keeps it as a file, for people to open."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from office.sshd import free_port


@dataclass
class Mailbox:
    """A mail server on loopback; what it takes lies in `folder` as 0001.eml and so on."""

    folder: Path
    port: int = field(default_factory=free_port)
    controller: Controller | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a portal that sends here."""
        return {
            "LUMBUNG_SMTP_HOST": "127.0.0.1",
            "LUMBUNG_SMTP_PORT": str(self.port),
            "LUMBUNG_SMTP_SECURITY": "none",
            "LUMBUNG_MAIL_SENDER": "lumbung@kantor.example",
        }

    def start(self) -> None:
        """Listen, numbering on from what lies there."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        numbers = itertools.count(1 + len(list(self.folder.glob("*.eml"))))
        self.controller = Controller(_Keeper(self.folder, numbers), hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        """Listen no more."""
        if self.controller:
            self.controller.stop()
        self.controller = None


@dataclass
class _Keeper:
    folder: Path
    numbers: itertools.count[int]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail."""
        (self.folder / f"{next(self.numbers):04d}.eml").write_bytes(envelope.original_content or b"")
        return "250 OK"
