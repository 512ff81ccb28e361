"""The portal's own way into the second vault: a key pair, the machine's trusted host key, and starting anew."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.config import Settings
from portal.errors import InvalidInput
from portal.operations import audit, keys
from portal.store.db import transaction
from portal.store.models import Snapshot, VaultState

KEY_TYPES = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")


def folder(settings: Settings) -> Path:
    """Where the key and the trusted host key lie: files `key`, `key.pub` and `host_key`."""
    return settings.secrets_path / "second-vault"


def public_key(*, at: datetime, settings: Settings) -> str:
    """The line for the machine's authorized_keys; the pair is made at first use and stays. Raises OSError."""
    line = folder(settings) / "key.pub"
    if not line.exists():
        private = Ed25519PrivateKey.generate()
        text = keys.public_line(private, "lumbung-second-vault")
        keys.keep(private, folder(settings) / "key")
        line.write_text(f"{text}\n", encoding="ascii")
        with transaction():
            _record("second:key_made", at, fingerprint=keys.fingerprint(text))
    return line.read_text(encoding="ascii").strip()


def trust(host_key: str, *, at: datetime, settings: Settings) -> str:
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
    folder(settings).mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting = folder(settings) / "host_key.new"
    waiting.write_text(" ".join(parts) + "\n", encoding="ascii")
    waiting.replace(folder(settings) / "host_key")
    with transaction():
        _record("second:trusted", at, fingerprint=fingerprint)
    return fingerprint


def renew(*, at: datetime) -> int:
    """Begin with an empty second vault, as after its disk was lost: everything counts as lacking there. Return how
    many copies that are."""
    with transaction():
        count = Snapshot.update(second_at=None).where(Snapshot.second_at.is_null(False)).execute()
        VaultState.update(second_copied_at=None, second_bytes=None).execute()
        _record("second:renewed", at, count=count)
        return int(count)


def _record(tag: str, at: datetime, **data: object) -> None:
    audit.record(tag, actor=None, subject_type="vault", at=at, data=data)
