"""The postman: makes messages of what happened and hands each to its channel, once. The clock keeps it going."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from portal.config import Settings
from portal.documents import mail as words
from portal.operations import channels, daily_mails, delivery, digest
from portal.store import db
from workers.engines import mail, webhook
from workers.engines.errors import EngineError
from workers.patience import patiently

if TYPE_CHECKING:
    from portal.store.models import OutboxMessage

log = structlog.get_logger(__name__)
MOST_PER_ROUND = 50
NOTE_SECONDS = 120
OF_THE_CHANNEL = frozenset({"mail.unreachable", "mail.tls", "mail.login", "mail.sender", "webhook.unreachable",
                            "webhook.tls", "webhook.redirect", "webhook.status"})  # fmt: skip
"""Faults that the next message would meet as well: the channel is left in peace for a moment."""


Send = Callable[["OutboxMessage", Settings, datetime], None]


class Gone(Exception):
    """The message concerns nobody any more."""


def keep(settings: Settings, stopped: threading.Event) -> None:
    """Make rounds until `stopped`. What breaks a round is logged by its name alone, and the next one comes."""
    while not stopped.wait(settings.sweep_seconds):
        try:
            go_round(settings, db.now())
        except Exception as error:  # noqa: BLE001  (the next round must come; a traceback could show a secret)
            log.error("post.round_failed", kind=type(error).__name__)  # noqa: TRY400


def go_round(settings: Settings, at: datetime) -> None:
    """One round that begins at `at`: spread what is new, then send what is due on each channel."""
    now = _from(at)
    with db.connection():
        if settings.channels:
            digest.announce_due(at)
            daily_mails.announce_due(at)
        delivery.spread(at, settings.channels)
    for channel in settings.channels:
        _deliver(channel, SENDERS[channel], settings, now)
        with db.connection():
            if channels.take_check(channel, now()):
                _check(channel, settings, now())


def _from(at: datetime) -> Callable[[], datetime]:
    """The present, counted from `at`: a round may take minutes, and a claim runs from when it was made."""
    began = time.monotonic()
    return lambda: at + timedelta(seconds=time.monotonic() - began)


def _deliver(channel: str, send: Send, settings: Settings, now: Callable[[], datetime]) -> None:
    for _ in range(MOST_PER_ROUND):
        at = now()
        with db.connection():
            message = delivery.claim(channel, at)
            if message is None:
                return
            fault = _hand_over(message, send, settings, at)
            if fault and fault.code in OF_THE_CHANNEL:
                channels.fails(channel, fault.code, fault.context, at)
                delivery.hold_back(channel, at)
                return


def _hand_over(message: OutboxMessage, send: Send, settings: Settings, at: datetime) -> EngineError | None:
    """Send one claimed message and note how it went; return the fault, if any. No transaction is open meanwhile."""
    try:
        send(message, settings, at)
    except Gone:
        delivery.dropped(message)
        return None
    except EngineError as fault:
        delivery.not_sent(message, fault.code, fault.context, at, permanent=fault.permanent)
        log.warning("post.not_sent", message=message.id, channel=message.channel, code=fault.code)
        return fault
    except Exception as error:  # noqa: BLE001  (one message that cannot be written must not hold up the others)
        delivery.not_sent(message, "outbox.unexpected", {"kind": type(error).__name__}, at, permanent=False)
        log.error("post.unexpected", message=message.id, kind=type(error).__name__)  # noqa: TRY400
        return None
    # It has arrived: a database that is locked for a moment must not make it go out a second time.
    if not patiently(lambda: delivery.sent(message, at), seconds=NOTE_SECONDS):
        log.warning("post.claim_lost", message=message.id)
    channels.works(message.channel, at)
    return None


def _check(channel: str, settings: Settings, at: datetime) -> None:
    """Try a channel that may have had nothing to carry for long, and note how it is."""
    try:
        CHECKS[channel](settings, at)
    except EngineError as fault:
        channels.fails(channel, fault.code, fault.context, at)
        log.warning("post.check_failed", channel=channel, code=fault.code)
    else:
        channels.works(channel, at)


def _mail(message: OutboxMessage, settings: Settings, at: datetime) -> None:
    """Send a message as mail. Raises Gone, EngineError."""
    address = delivery.address_of(message, at)
    if address is None:
        raise Gone
    event = message.event
    url = words.link(settings.base_url, event.subject_type, event.subject_id)
    letter = words.render(event.kind, event.facts | {"reader": message.recipient_id}, url)
    made = mail.compose(
        letter,
        sender=settings.mail_sender,
        recipient=address,
        message_id=f"lumbung-{message.id}-{int(message.queued_at.timestamp())}",
        at=at,
    )
    mail.send(mail_server(settings), made, address)


def mail_server(settings: Settings) -> mail.MailServer:
    """The office's mail server, as set."""
    return mail.MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value(),
        ca=settings.ca_bundle,
    )


def _webhook(message: OutboxMessage, settings: Settings, at: datetime) -> None:
    """Post a message to the receiver. Raises EngineError."""
    event = message.event
    payload = {
        "event": event.kind,
        "id": event.key,
        "at": event.created_at.isoformat(),
        "subject": {"type": event.subject_type, "id": event.subject_id},
        "url": words.link(settings.base_url, event.subject_type, event.subject_id),
        "facts": event.facts,
    }
    webhook.post(receiver(settings), payload, delivery=event.key, at=at)


def receiver(settings: Settings) -> webhook.Receiver:
    """The office's receiver of events, as set."""
    secret = settings.webhook_secret.get_secret_value()
    return webhook.Receiver(settings.webhook_url, secret, settings.ca_bundle)


def _check_mail(settings: Settings, _at: datetime) -> None:
    mail.check(mail_server(settings), settings.mail_sender)


def _check_webhook(settings: Settings, at: datetime) -> None:
    stamp = at.isoformat()
    webhook.post(receiver(settings), {"event": "ping", "at": stamp}, delivery=f"ping:{stamp}", at=at)


CHECKS: dict[str, Callable[[Settings, datetime], None]] = {"mail": _check_mail, "webhook": _check_webhook}
SENDERS: dict[str, Send] = {"mail": _mail, "webhook": _webhook}
