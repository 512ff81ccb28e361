"""What the end of a mirror's run changes, in the commit that ends it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.operations import audit
from portal.store.db import transaction
from portal.store.models import Mirror, MirrorPass, Run
from schemas.run import FOLDER_MIRROR_KINDS, RunKind

KEPT = ("succeeded", "incomplete")


def apply(run: Run, result: dict[str, Any] | None, at: datetime) -> None:
    """Note what lay under the folder, and that the copy is in step as of the run's beginning; a pass serves once."""
    if run.kind == RunKind.MIRROR_DATABASE and run.state == "succeeded" and result:
        Mirror.update(
            in_step_at=run.started_at,
            in_step_run=run,
            entry_count=result["rows"],
            total_bytes=result["total_bytes"],
        ).where(Mirror.id == int(run.spec["mirror"]["mirror_id"])).execute()
    if run.kind not in FOLDER_MIRROR_KINDS or run.state not in KEPT or not result:
        return
    mirror_id = int(run.spec["mirror"]["mirror_id"])
    changes: dict[str, Any] = {
        "mount": result["report"]["mount"],
        "entry_count": result["entries"],
        "total_bytes": result["total_bytes"],
    }
    if run.state == "succeeded":
        changes |= {"in_step_at": run.started_at, "in_step_run": run}
    Mirror.update(**changes).where(Mirror.id == mirror_id).execute()
    if result.get("passed"):
        used = MirrorPass.update(used_by=run).where(
            MirrorPass.mirror == mirror_id,
            MirrorPass.digest == run.spec["mirror"]["passed"],
            MirrorPass.used_by.is_null(),
        )
        if used.execute():
            audit.record(
                "mirror:pass_used",
                actor=None,
                subject_type="mirror",
                subject_id=mirror_id,
                at=at,
                data={"run": run.id, "digest": run.spec["mirror"]["passed"]},
            )


def quarantine_removed(mirror_id: int, place: str, at: datetime) -> None:
    """Note that what went in one run is kept no longer."""
    with transaction():
        audit.record(
            "mirror:quarantine_removed",
            actor=None,
            subject_type="mirror",
            subject_id=mirror_id,
            at=at,
            data={"quarantine": place},
        )
