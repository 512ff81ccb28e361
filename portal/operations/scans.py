"""Scans of papers that were signed with a pen: each is matched by the code on it, none lands on another file."""

from __future__ import annotations

import re
from datetime import datetime
from typing import IO

from portal.config import Settings
from portal.documents import scanned
from portal.errors import Forbidden, InvalidInput, NotFound
from portal.operations import attachments, audit
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import Attachment, BackupRequest, IssuedPaper, User
from portal.store.queries import issued as rows
from portal.store.queries import people
from portal.store.queries import requests as request_rows

CODE = re.compile(r"https?://[^\s]+/verifikasi/([A-Za-z0-9_-]{22})")
MAY_BRING = frozenset(set(Role) - {Role.REQUESTER, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.UNIT_HEAD})


def may_bring(backup_request: BackupRequest, user: User, at: datetime) -> bool:
    """Whether `user` has a part in the request: it is theirs, or a desk of it is."""
    if backup_request.requester_id == user.id:
        return True
    return any(
        role in MAY_BRING or (role == Role.UNIT_HEAD and unit == backup_request.unit_id)
        for role, unit in people.roles_held(user, at)
    )


def take(
    request_id: int, user: User, filename: str, stream: IO[bytes], *, at: datetime, settings: Settings
) -> Attachment:
    """Keep the scan with the paper whose code it shows. Raises Forbidden('scan.not_yours'), NotFound, and InvalidInput
    (field `scan`) for what is too large or no scan, shows no code, or shows a paper of another request."""
    backup_request = request_rows.get(request_id)
    if backup_request is None:
        raise NotFound("request.unknown")
    if not may_bring(backup_request, user, at):
        raise Forbidden("scan.not_yours")
    _check_count(request_id, settings)
    try:
        digest, size, media_type = attachments.store(stream, settings)
    except InvalidInput as error:
        raise InvalidInput(fields={"scan": error.fields["attachments"]}) from None
    try:
        paper = _matched(request_id, digest, media_type, settings)
    except InvalidInput:
        attachments.forget(digest, settings)
        raise
    with transaction():
        if same := rows.scans(request_id).where(Attachment.sha256 == digest).first():
            return same
        _check_count(request_id, settings)
        row = Attachment.create(
            backup_request=request_id,
            filename=attachments.safe_name(filename),
            media_type=media_type,
            size_bytes=size,
            sha256=digest,
            uploaded_by=user,
            created_at=at,
            scan_of=paper,
        )
        audit.record(
            "scan:added",
            actor=user,
            subject_type="paper",
            subject_id=paper.id,
            at=at,
            data={"attachment": row.id, "number": paper.number, "kind": paper.kind, "sha256": digest,
                  "size_bytes": size, "request": request_id},
        )  # fmt: skip
        return row


def _matched(request_id: int, digest: str, media_type: str, settings: Settings) -> IssuedPaper:
    """The paper of this request that the scan shows."""
    try:
        read = scanned.codes(attachments.path_of(digest, settings), media_type)
    except scanned.Unreadable:
        raise _refused("scan.unreadable", pages=scanned.MAX_PAGES) from None
    codes = [found[1] for text in read if (found := CODE.fullmatch(text))]
    if not codes:
        raise _refused("scan.no_code")
    papers = [paper for code in codes if (paper := rows.by_code(code))]
    mine = [paper for paper in papers if paper.backup_request_id == request_id]
    if len({paper.subject for paper in mine}) > 1:
        raise _refused("scan.several")
    if mine:
        if mine[0].letter is not None and mine[0].letter.voided_at is not None:
            raise _refused("scan.void", number=mine[0].number)
        return mine[0]
    if papers:
        raise _refused("scan.other_paper", paper=papers[0].kind, number=papers[0].number)
    raise _refused("scan.unknown_code")


def _check_count(request_id: int, settings: Settings) -> None:
    if rows.scans(request_id).count() >= settings.attachments_per_request:
        raise _refused("scan.too_many", most=settings.attachments_per_request)


def _refused(code: str, **context: object) -> InvalidInput:
    return InvalidInput(fields={"scan": (code, context)})
