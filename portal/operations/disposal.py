"""The record of disposal, as a paper: built from the cut, its list and the evidence of its run."""

from __future__ import annotations

from portal.config import Settings
from portal.documents.papers import DisposalPaper, DisposedCopy
from portal.documents.render import render
from portal.errors import NotFound
from portal.operations import mandates, styles
from portal.operations.papers import local_day, signatory
from portal.sop.table import Role
from portal.store.models import RetentionCut
from portal.store.queries import keeping, runs


def pdf(cut: RetentionCut, settings: Settings) -> bytes:
    """The record as PDF/A. Raises NotFound('cut.no_record') until the removal has ended well."""
    run = runs.get(cut.run_id) if cut.run_id else None
    removal = (run.evidence or {}).get("removal") if run else None
    if cut.state != "done" or cut.done_at is None or run is None or removal is None:
        raise NotFound("cut.no_record")
    rule, day = cut.rule, local_day(cut.done_at)
    paper = DisposalPaper(
        letterhead=styles.letterhead(settings),
        number=f"PM-{day.year}-{cut.id:04d}",
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
        administrator=signatory(
            cut.requested_by,
            cut.requested_at,
            mandates.standing(cut.requested_by, Role.ADMINISTRATOR, cut.requested_at),
        ),
        approver=signatory(
            cut.decided_by,
            cut.decided_at,
            mandates.standing(cut.decided_by, Role.SUBDIVISION_HEAD, cut.decided_at),
        ),
    )
    return render(paper.template, paper, logo=styles.picture_of(paper.letterhead))
