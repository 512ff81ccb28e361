"""What an official reads before signing: the paper as it would go out, as a draft."""

from __future__ import annotations

from datetime import datetime

from portal.config import Settings
from portal.documents.papers import ReplyPaper
from portal.documents.render import render
from portal.errors import NotFound
from portal.operations import disposition, mandates, papers, replies, styles
from portal.sop.table import Effect
from portal.store.models import BackupRequest, User

SIGNED_BY = {"nota_dinas": Effect.NOTA_DINAS, "report": Effect.REPORT, "reply": Effect.REPLY,
             "postponement": Effect.INTERIM_REPLY}  # fmt: skip
"""The papers that can be looked at before they are signed, and the effect that signs each."""


def preview(
    backup_request: BackupRequest, kind: str, user: User, settings: Settings, *, at: datetime
) -> bytes:
    """The paper that `user` would sign with the next decision: no signature, no seal, KONSEP beside its number.

    Raises NotFound: 'paper.unknown', and 'paper.not_yet' for whoever has no such decision to make now.
    """
    if kind not in SIGNED_BY:
        raise NotFound("paper.unknown")
    moves = disposition.available(backup_request, user, at)
    role = next((move.role for move in moves if SIGNED_BY[kind] in move.effect), None)
    if role is None:
        raise NotFound("paper.not_yet")
    mandate = mandates.seats(backup_request, user, at).get(role)
    paper = papers.draft(backup_request, kind, user, settings, at=at, mandate=mandate)
    if isinstance(paper, ReplyPaper):
        opening, closing = replies.words(backup_request, user, settings, at=at)
        paper = paper.model_copy(update={"opening": opening, "closing": closing})
    return render(paper.template, paper, logo=styles.picture_of(paper.letterhead))
