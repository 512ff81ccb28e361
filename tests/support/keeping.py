"""Rules, old copies and cuts to test on."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.operations import cuts, retention, retention_preview
from portal.store.models import RetentionCut, Server, Snapshot, User
from schemas.keeping import RuleForm

NONE = {"last": 0, "daily": 0, "weekly": 0, "monthly": 0, "yearly": 0}


def ruled(server: Server, user: User, *, at: datetime, **counts: int) -> None:
    """Let the Kasubbid set a rule: what is not named is 0."""
    retention.set_rule(server.id, RuleForm(**(NONE | counts)), user, at=at)


def aged(snapshot: Snapshot, days: int) -> Snapshot:
    """The copy as if it had been made `days` earlier."""
    made = Snapshot.get_by_id(snapshot.id).created_at - timedelta(days=days)
    Snapshot.update(created_at=made).where(Snapshot.id == snapshot.id).execute()
    return Snapshot.get_by_id(snapshot.id)


def asked(server: Server, user: User, *, at: datetime) -> RetentionCut:
    """A cut of what the preview shows."""
    return cuts.request(server.id, retention_preview.preview(server.id, at).digest, user, at=at)
