"""The portal's own way into a vault on another machine: a key pair, and the host key that it trusts there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.config import Settings
from portal.errors import InvalidInput
from portal.operations import audit, keys
from portal.store.db import transaction

FIRST, SECOND = "repository-vault", "second-vault"
"""Which vault: the machine of the repositories, or that of their second copies."""
TAGS = {FIRST: "repository", SECOND: "second"}
KEY_TYPES = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")


def folder(which: str, settings: Settings) -> Path:
    """Where the key and the trusted host key lie: files `key`, `key.pub` and `host_key`."""
    return settings.secrets_path / which


def public_key(which: str, *, at: datetime, settings: Settings) -> str:
    """The line for the machine's authorized_keys; the pair is made at first use and stays. Raises OSError."""
    line = folder(which, settings) / "key.pub"
    if not line.exists():
        private = Ed25519PrivateKey.generate()
        text = keys.public_line(private, f"lumbung-{which}")
        keys.keep(private, folder(which, settings) / "key")
        line.write_text(f"{text}\n", encoding="ascii")
        with transaction():
            _record(which, "key_made", at, fingerprint=keys.fingerprint(text))
    return line.read_text(encoding="ascii").strip()


def trust(which: str, host_key: str, *, at: datetime, settings: Settings) -> str:
    """Trust the machine that shows this host key ("type base64"), and return its fingerprint.

    Raises InvalidInput (field `host_key`), OSError.
    """
    parts = host_key.split()[:2]
    try:
        if parts[0] not in KEY_TYPES:
            raise ValueError(parts[0])
        fingerprint = keys.fingerprint(" ".join(parts))
    except (IndexError, ValueError) as error:
        raise InvalidInput(fields={"host_key": ("host_key.unreadable", {})}) from error
    place = folder(which, settings)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting = place / "host_key.new"
    waiting.write_text(" ".join(parts) + "\n", encoding="ascii")
    waiting.replace(place / "host_key")
    with transaction():
        _record(which, "trusted", at, fingerprint=fingerprint)
    return fingerprint


def _record(which: str, what: str, at: datetime, **data: object) -> None:
    audit.record(f"{TAGS[which]}:{what}", actor=None, subject_type="vault", at=at, data=data)
