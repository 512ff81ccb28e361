"""Which papers a decision signs, and how those that grow over the desks keep what was signed before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.config import Settings
from portal.documents.papers import Paper
from portal.operations import issued, papers
from portal.sop.table import Action, Effect, Step, Transition
from portal.store.models import BackupRequest
from portal.store.queries import issued as rows
from portal.store.queries import letters

LETTERS = {
    Effect.NOTA_DINAS: "nota_dinas",
    Effect.AGENDA: "disposition",
    Effect.REPORT: "report",
    Effect.REPLY: "reply",
    Effect.INTERIM_REPLY: "postponement",
    Effect.RECEIPT: "receipt",
}
GROWS = {
    "disposition": ("entries", "awaiting"),
    "report": ("forwardings",),
    "fm001": (
        "unit_head",
        "administrator",
        "foot",
        "foot_date",
        "postponed_reason",
        "postponed_until",
    ),
}
"""What later desks add to a paper; all else stays as it was when it was signed first."""


def freeze(backup_request: BackupRequest, row: Transition, *, at: datetime, settings: Settings) -> None:
    """Freeze each paper that the decision signed or added to. Must run inside its transaction, after the move."""
    there = {letter.kind: letter for letter in letters.of_request(backup_request.id)}
    for kind in touched(row):
        letter = there.get(kind)
        if kind != "fm001" and letter is None:
            continue
        subject = f"letter:{letter.id}" if letter else f"request:{backup_request.id}"
        paper = papers.build(backup_request, kind, settings)
        before = rows.newest(subject)
        if before is not None and row.action != Action.SUBMIT:
            paper = _grown(issued.read(before), paper)
        issued.write(
            subject,
            paper,
            at=at,
            settings=settings,
            backup_request=backup_request,
            letter=letter,
            revision=backup_request.revision,
        )


def touched(row: Transition) -> list[str]:
    """The kinds of papers that a decision signs or adds to."""
    kinds = [LETTERS[effect] for effect in row.effect if effect in LETTERS]
    form = row.action in (Action.SUBMIT, Action.FOLLOW_UP, Action.POSTPONE)
    if form or (row.step, row.action) == (Step.UNIT_NOTE, Action.FORWARD):
        kinds.insert(0, "fm001")
    if row.step in papers.SELECTIONS and row.action in (Action.FORWARD, Action.APPROVE, Action.REFUSE):
        kinds.append("disposition")
    if row.step in papers.FORWARDINGS and row.action == Action.FORWARD:
        kinds.append("report")
    return list(dict.fromkeys(kinds))


def _grown(before: Paper, built: Paper) -> Paper:
    """The paper as it was signed, with what has come to it since."""
    added: dict[str, Any] = {}
    for name in GROWS.get(before.template, ()):
        kept, now = getattr(before, name), getattr(built, name)
        added[name] = (*kept, *now[len(kept) :]) if isinstance(kept, tuple) else now
    return before.model_copy(update=added)
