"""The words of a reply: drafted from the decision, and as the Kabag TU has put them since."""

from __future__ import annotations

import difflib
from datetime import datetime

from portal.config import Settings
from portal.documents.papers import ReplyPaper
from portal.documents.render import prose
from portal.operations import papers
from portal.sop.table import Step
from portal.store.models import BackupRequest, ReplyDraft, User

PARTS = "\f"
DIFF_LINES = 60
DIFF_WIDTH = 300
Words = tuple[str, str]
"""What stands before the facts, and what after them."""


def drafted(backup_request: BackupRequest, user: User, settings: Settings, *, at: datetime) -> Words:
    """What the decision gives."""
    paper = papers.draft(backup_request, kind_of(backup_request), user, settings, at=at)
    if not isinstance(paper, ReplyPaper):
        raise TypeError("a reply expected")
    return prose(paper)


def kind_of(backup_request: BackupRequest) -> str:
    """Which letter is being written: the reply, or at execution the one that tells of the postponement."""
    return "postponement" if backup_request.step == Step.EXECUTION else "reply"


def written(backup_request: BackupRequest, drafted: Words) -> Words | None:
    """What was put in the place of these drafted words, or None."""
    row = of(backup_request)
    return parted(row.text) if row and row.drafted == joined(drafted) else None


def of(backup_request: BackupRequest) -> ReplyDraft | None:
    """The kept draft, or None. One whose `drafted` words are no longer what the decision gives answers another one, and
    is not signed."""
    return ReplyDraft.get_or_none(ReplyDraft.backup_request == backup_request.id)


def words(backup_request: BackupRequest, user: User, settings: Settings, *, at: datetime) -> Words:
    """What the reply says when `user` signs it now."""
    given = drafted(backup_request, user, settings, at=at)
    return written(backup_request, given) or given


def joined(words: Words) -> str:
    """Both parts as one text."""
    return PARTS.join(words)


def parted(text: str) -> Words:
    """One text as its two parts."""
    opening, _, closing = text.partition(PARTS)
    return opening, closing


def changes(before: Words, after: Words) -> list[str]:
    """The lines that went (`-`) and came (`+`), for the trail; cut where there are very many."""
    lines = difflib.unified_diff(
        "\n".join(before).splitlines(), "\n".join(after).splitlines(), lineterm="", n=0
    )
    told = [line[:DIFF_WIDTH] for line in lines if not line.startswith(("---", "+++", "@@"))]
    return told[:DIFF_LINES]
