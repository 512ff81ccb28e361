"""Files that come with the form: checked by content, limited in size and number, kept by their SHA-256."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from portal.config import Settings
from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep
from portal.operations import audit
from portal.operations.submission import EDITABLE
from portal.store.db import transaction
from portal.store.models import Attachment, User
from portal.store.queries import requests as rows

CHUNK_BYTES = 1024 * 1024
HEAD_BYTES = 16
SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
}
"""What may be attached, and the bytes each begins with: the content decides, never the name or the browser."""


def attach(
    request_id: int, user: User, filename: str, stream: IO[bytes], *, at: datetime, settings: Settings
) -> Attachment:
    """Keep a file with a draft or a returned form. Raises InvalidInput (field `attachments`) when it is too large, of
    another kind, empty or one too many; NotFound, Forbidden, StaleStep as for drafts."""
    _check_owner(request_id, user)
    _check_count(request_id, settings)
    digest, size, media_type = store(stream, settings)
    with transaction():
        _check_owner(request_id, user)
        if same := _kept(request_id).where(Attachment.sha256 == digest).first():
            return same
        _check_count(request_id, settings)
        row = Attachment.create(
            backup_request=request_id,
            filename=safe_name(filename),
            media_type=media_type,
            size_bytes=size,
            sha256=digest,
            uploaded_by=user,
            created_at=at,
        )
        audit.record(
            "attachment:added",
            actor=user,
            subject_type="request",
            subject_id=request_id,
            at=at,
            data={"attachment": row.id, "filename": row.filename, "sha256": digest, "size_bytes": size},
        )
        return row


def remove(attachment_id: int, user: User, *, at: datetime) -> Attachment:
    """Take a file off a form not yet sent. The row stays, marked removed. Raises NotFound, StaleStep, Forbidden, also
    ('attachment.is_scan') for the scan of a signed paper."""
    with transaction():
        row = Attachment.get_or_none(Attachment.id == attachment_id, Attachment.removed_at.is_null())
        if row is None:
            raise NotFound("attachment.unknown")
        _check_owner(row.backup_request_id, user)
        if row.scan_of_id is not None:
            raise Forbidden("attachment.is_scan")
        Attachment.update(removed_at=at).where(Attachment.id == attachment_id).execute()
        audit.record(
            "attachment:removed",
            actor=user,
            subject_type="request",
            subject_id=row.backup_request_id,
            at=at,
            data={"attachment": row.id, "filename": row.filename},
        )
        return row


def _kept(request_id: int) -> Any:
    return Attachment.select().where(
        Attachment.backup_request == request_id,
        Attachment.removed_at.is_null(),
        Attachment.scan_of.is_null(),
    )


def _check_count(request_id: int, settings: Settings) -> None:
    """Asked before the bytes are taken in, so that refused files fill no disk, and again with the row."""
    if _kept(request_id).count() >= settings.attachments_per_request:
        raise _refused("attachment.too_many", most=settings.attachments_per_request)


def path_of(sha256: str, settings: Settings) -> Path:
    """Where the bytes with this digest lie."""
    return settings.var / "attachments" / sha256[:2] / sha256


def _check_owner(request_id: int, user: User) -> None:
    backup_request = rows.get(request_id)
    if backup_request is None:
        raise NotFound("request.unknown")
    if backup_request.requester_id != user.id:
        raise Forbidden("request.not_yours")
    if backup_request.step not in EDITABLE:
        raise StaleStep("request.already_sent")


def store(stream: IO[bytes], settings: Settings) -> tuple[str, int, str]:
    """Stream the file to disk; return its digest, size and kind."""
    folder = settings.var / "attachments"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size, head = hashlib.sha256(), 0, b""
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        temporary = Path(file.name)
        try:
            while chunk := stream.read(CHUNK_BYTES):
                head = (head + chunk)[:HEAD_BYTES] if len(head) < HEAD_BYTES else head
                size += len(chunk)
                if size > settings.attachment_max_bytes:
                    raise _refused("attachment.too_large", most=settings.attachment_max_bytes)
                digest.update(chunk)
                file.write(chunk)
            media_type = _kind(head)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    target = path_of(digest.hexdigest(), settings)
    target.parent.mkdir(exist_ok=True, mode=0o700)
    temporary.replace(target)
    return digest.hexdigest(), size, media_type


def _kind(head: bytes) -> str:
    if not head:
        raise _refused("attachment.empty")
    for media_type, beginnings in SIGNATURES.items():
        if head.startswith(beginnings):
            return media_type
    raise _refused("attachment.kind")


def forget(sha256: str, settings: Settings) -> None:
    """Remove bytes that were taken in and then refused, unless they are kept for something else."""
    if not Attachment.select().where(Attachment.sha256 == sha256).exists():
        path_of(sha256, settings).unlink(missing_ok=True)


def safe_name(filename: str) -> str:
    """The name of an upload as it may be shown and downloaded under."""
    name = "".join(c for c in filename.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())
    return name.strip(". ")[-200:] or "lampiran"


def _refused(code: str, **context: object) -> InvalidInput:
    return InvalidInput(code, fields={"attachments": (code, context)})
