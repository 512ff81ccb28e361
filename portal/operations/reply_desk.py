"""The desk where the Kabag TU puts the drafted reply into better words before signing it."""

from __future__ import annotations

from datetime import datetime

from portal.config import Settings
from portal.documents.text import passage
from portal.errors import InvalidInput, NotFound
from portal.operations import audit, disposition, replies
from portal.operations.replies import Words
from portal.sop.table import Effect
from portal.store.db import transaction
from portal.store.models import BackupRequest, ReplyDraft, User
from portal.store.queries import requests as rows

SIGNS = frozenset({Effect.REPLY, Effect.INTERIM_REPLY})
LENGTH = {"opening": (40, 4000), "closing": (0, 2000)}


def may_write(backup_request: BackupRequest, user: User, at: datetime) -> bool:
    """Whether the reply is `user`'s to sign now."""
    moves = disposition.available(backup_request, user, at)
    return any(not SIGNS.isdisjoint(move.effect) for move in moves)


def drafted(request_id: int, user: User, *, at: datetime, settings: Settings) -> Words:
    """What the decision gives, for whoever signs the reply now. Raises NotFound as `save`."""
    return replies.drafted(_signable(rows.get(request_id), user, at), user, settings, at=at)


def save(request_id: int, user: User, words: Words, *, at: datetime, settings: Settings) -> BackupRequest:
    """Keep the words. The drafted ones again remove what was kept. Raises NotFound('request.unknown'),
    NotFound('paper.not_yet') for whoever has no reply to sign, InvalidInput (fields `opening`, `closing`)."""
    words = _checked(words)
    with transaction():
        backup_request = _signable(rows.lock(request_id), user, at)
        drafted = replies.drafted(backup_request, user, settings, at=at)
        kept = replies.written(backup_request, drafted) or drafted
        ReplyDraft.delete().where(ReplyDraft.backup_request == request_id).execute()
        if words != drafted:
            ReplyDraft.create(
                backup_request=request_id,
                drafted=replies.joined(drafted),
                text=replies.joined(words),
                written_by=user,
                written_at=at,
            )
        if words != kept:
            audit.record("reply:worded", actor=user, subject_type="request", subject_id=request_id, at=at,
                         data={"number": backup_request.number, "changes": replies.changes(kept, words)})  # fmt: skip
        return backup_request


def _signable(backup_request: BackupRequest | None, user: User, at: datetime) -> BackupRequest:
    if backup_request is None:
        raise NotFound("request.unknown")
    if not may_write(backup_request, user, at):
        raise NotFound("paper.not_yet")
    return backup_request


def _checked(words: Words) -> Words:
    parts = {name: passage(text) for name, text in zip(LENGTH, words, strict=True)}
    wrong = {
        name: ("reply.length", {"min": least, "max": most})
        for name, (least, most) in LENGTH.items()
        if not least <= len(parts[name]) <= most
    }
    if wrong:
        raise InvalidInput(fields=wrong)
    return parts["opening"], parts["closing"]
