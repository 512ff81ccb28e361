"""Secrets that the database keeps: sealed by AES-256-GCM with a key that lies outside of it, in <secrets>."""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.config import Settings
from portal.errors import Forbidden

KEY_FILE = "sealing-key"
NONCE_BYTES = 12


def seal(text: str, purpose: str, settings: Settings) -> str:
    """Seal `text` for `purpose`, which must be told again to open it: a seal moved to another row opens nothing."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(_key(settings)).encrypt(nonce, text.encode(), purpose.encode())
    return base64.b64encode(nonce + sealed).decode("ascii")


def unseal(sealed: str, purpose: str, settings: Settings) -> str:
    """The text that was sealed. Raises Forbidden('seal.broken') when key, purpose or seal are not those."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        opened = AESGCM(_key(settings)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode())
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise Forbidden("seal.broken") from error
    return opened.decode()


def kept(name: str, make: Callable[[], str], settings: Settings) -> str:
    """A secret of the installation, made once; written aside and linked whole, so that nobody ever reads half of it."""
    path = settings.secrets_path / name
    if not path.exists():
        settings.ensure_folders()
        waiting = path.with_name(f"{name}.{os.getpid()}.{secrets.token_hex(4)}")
        _write(waiting, make())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(waiting)
        waiting.unlink()
    return path.read_text(encoding="ascii").strip()


def _key(settings: Settings) -> bytes:
    return bytes.fromhex(kept(KEY_FILE, lambda: secrets.token_hex(32), settings))


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
