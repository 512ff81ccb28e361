"""The portal's own key pairs: the public half stands in the catalogue, the private half in a 0600 file."""

from __future__ import annotations

import base64
import hashlib
import os
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.config import Settings
from portal.errors import InvalidInput
from portal.operations import audit
from portal.operations.runs import INQUIRERS, require
from portal.store.db import transaction
from portal.store.models import SshKey, User
from portal.store.queries import servers as rows


def generate(name: str, user: User, *, at: datetime, settings: Settings) -> SshKey:
    """Make an ed25519 key pair called `name` and return its row.

    Raises Forbidden('run.role'), InvalidInput (field `key_name`) for a name that is taken, OSError when the private
    half cannot be written; nothing is kept then.
    """
    require(user, at, *INQUIRERS)
    private = Ed25519PrivateKey.generate()
    with transaction():
        if rows.key_by_name(name):
            raise InvalidInput(fields={"key_name": ("key.name_taken", {"name": name})})
        row = SshKey.create(name=name, public_key="", fingerprint="", created_by=user, created_at=at)
        row.public_key = public_line(private, f"lumbung-{row.id}")
        row.fingerprint = fingerprint(row.public_key)
        row.save()
        audit.record(
            "key:generated",
            actor=user,
            subject_type="key",
            subject_id=row.id,
            at=at,
            data={"name": name, "fingerprint": row.fingerprint},
        )
        keep(private, path_of(row.id, settings))
    return row


def path_of(key_id: int, settings: Settings) -> Path:
    """Where the private half of a key lies."""
    return settings.secrets_path / "ssh" / str(key_id)


def fingerprint(public_key: str) -> str:
    """SHA256:… of a public key in OpenSSH's form ("type base64 comment"), as `ssh-keygen -lf` prints it."""
    digest = hashlib.sha256(base64.b64decode(public_key.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("=")


def public_line(private: Ed25519PrivateKey, comment: str) -> str:
    """The public half as a line for authorized_keys."""
    public = private.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return f"{public.decode('ascii')} {comment}"


def keep(private: Ed25519PrivateKey, path: Path) -> None:
    """Write the private half so that it is there whole or not at all, and readable by the owner only."""
    text = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    # What an id that was rolled back has left behind belongs to nobody; the new row's key takes its place.
    waiting = path.with_suffix(".new")
    waiting.unlink(missing_ok=True)
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(path)
