"""The record of disposal, as a paper: frozen, numbered and sealed once the removal has ended, by the clock or by
whoever asks for it first."""

from __future__ import annotations

from typing import Any

from portal.config import Settings
from portal.documents.papers import DisposalPaper, DisposedCopy
from portal.errors import NotFound
from portal.operations import issued, letters, styles
from portal.operations.signatories import in_post, local_day
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import IssuedPaper, RetentionCut, Run
from portal.store.queries import issued as rows
from portal.store.queries import keeping, runs

CLASSIFICATION = "BA"


def pdf(cut: RetentionCut, settings: Settings) -> bytes:
    """The record as it was sealed. Raises NotFound('cut.no_record') until the removal has ended well,
    TransitionRefused('paper.damaged')."""
    return issued.document(rows.newest(_subject(cut)) or _issue(cut, settings), settings)


def issue_waiting(settings: Settings) -> list[int]:
    """Freeze the records of removals that have ended and that nobody has asked for; their papers' ids."""
    return [_issue(cut, settings).id for cut in keeping.without_record() if _removal(cut)]


def _issue(cut: RetentionCut, settings: Settings) -> IssuedPaper:
    """Number it and freeze what it says; of two who ask at once the first one's stays."""
    done = _removal(cut)
    if done is None:
        raise NotFound("cut.no_record")
    with transaction():
        rows.hold_editions()
        if (there := rows.newest(_subject(cut))) is not None:
            return there
        at = cut.done_at
        sequence = rows.count_of(DisposalPaper.template, local_day(at).year) + 1
        number = letters.number_of(
            CLASSIFICATION, sequence, settings.center_short, at, settings.letter_pattern
        )
        return issued.write(_subject(cut), _paper(cut, *done, number, settings), at=at, settings=settings)


def _subject(cut: RetentionCut) -> str:
    return f"cut:{cut.id}"


def _removal(cut: RetentionCut) -> tuple[Run, dict[str, Any]] | None:
    """The run that carried it out, and what it removed; None until it has ended well."""
    run = runs.get(cut.run_id) if cut.run_id else None
    removal = (run.evidence or {}).get("removal") if run else None
    if cut.state != "done" or cut.done_at is None or run is None or removal is None:
        return None
    return run, removal


def _paper(
    cut: RetentionCut, run: Run, removal: dict[str, Any], number: str, settings: Settings
) -> DisposalPaper:
    rule, day = cut.rule, local_day(cut.done_at)
    return DisposalPaper(
        letterhead=styles.letterhead(settings),
        number=number,
        dated=day,
        server=cut.server.name,
        rule=(rule.last, rule.daily, rule.weekly, rule.monthly, rule.yearly),
        rule_version=rule.version,
        copies=tuple(
            DisposedCopy(
                snapshot_id=copy.snapshot_id,
                created_at=copy.created_at,
                sources=tuple(copy.sources),
                file_count=copy.file_count,
                total_bytes=copy.total_bytes,
            )
            for copy in keeping.listed(cut)
        ),
        removed_at=cut.done_at,
        run_id=run.id,
        kept=len(removal["kept"]),
        bytes_before=removal["bytes_before"],
        bytes_after=removal["bytes_after"],
        list_digest=cut.digest,
        evidence_digest=run.evidence["digest"],
        administrator=in_post(cut.requested_by, Role.ADMINISTRATOR, cut.requested_at),
        approver=in_post(cut.decided_by, Role.SUBDIVISION_HEAD, cut.decided_at),
    )
