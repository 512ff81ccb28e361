"""What the end of a restore changes, in the commit that ends its run."""

from __future__ import annotations

from datetime import datetime

from portal.operations import audit
from portal.store.models import Restore, Run
from schemas.run import RESTORE_KINDS


def apply(run: Run, at: datetime) -> None:
    """Note a restore that was carried out whole as done; an approval serves once."""
    if run.kind not in RESTORE_KINDS or run.state != "succeeded":
        return
    restore_id = run.spec["restore"]["restore_id"]
    done = Restore.update(state="done", done_at=at, run=run).where(
        Restore.id == restore_id, Restore.state == "approved"
    )
    if done.execute():
        handover = (run.evidence or {}).get("handover") or {}
        audit.record(
            "restore:done",
            actor=None,
            subject_type="restore",
            subject_id=restore_id,
            at=at,
            data={"run": run.id, "place": handover.get("place", ""), "sha256": handover.get("sha256", "")},
        )
