"""An event posted to the office's receiver as signed JSON. No redirect is followed, no answer is kept."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from workers.engines.errors import EngineError

TIMEOUT_SECONDS = 15
TOOL = "webhook"
TIMESTAMP, SIGNATURE, DELIVERY = "X-Lumbung-Timestamp", "X-Lumbung-Signature", "X-Lumbung-Delivery"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where events are posted, and the secret shared with it; `ca` holds further authorities."""

    url: str
    secret: str = field(repr=False)
    ca: Path | None = None


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """`sha256=…`: HMAC-SHA256 of "<timestamp>.<body>". The time is signed too, so that an old post can be refused."""
    signed = str(timestamp).encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def post(receiver: Receiver, payload: dict[str, Any], *, delivery: str, at: datetime) -> None:
    """Post `payload`. `delivery` stays the same however often it is tried, so that a receiver can tell a second copy.

    Raises EngineError: webhook.unreachable, webhook.tls, webhook.redirect, webhook.status.
    """
    body = json.dumps(payload, ensure_ascii=False, sort_keys=True).encode()
    timestamp = int(at.timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Lumbung",
        TIMESTAMP: str(timestamp),
        SIGNATURE: signature(receiver.secret, timestamp, body),
        DELIVERY: delivery,
    }
    status = _status(receiver, body, headers)
    if 300 <= status < 400:
        raise EngineError("webhook.redirect", tool=TOOL, permanent=False, status=status)
    if not 200 <= status < 300:
        raise EngineError("webhook.status", tool=TOOL, permanent=False, status=status)


def _status(receiver: Receiver, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(receiver.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _connection(receiver)
    try:
        connection.request("POST", path, body, headers)
        return int(connection.getresponse().status)
    except ssl.SSLError:
        raise EngineError("webhook.tls", tool=TOOL, permanent=False) from None
    except (OSError, http.client.HTTPException):
        # `from None`: the address may hold a token of the receiver's, and a traceback would show it.
        raise EngineError("webhook.unreachable", tool=TOOL, permanent=False) from None
    finally:
        connection.close()


def _connection(receiver: Receiver) -> http.client.HTTPConnection:
    parts = urlsplit(receiver.url)
    host = parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT_SECONDS)
    context = ssl.create_default_context()
    if receiver.ca:
        context.load_verify_locations(receiver.ca)
    return http.client.HTTPSConnection(host, parts.port, timeout=TIMEOUT_SECONDS, context=context)
