"""The daily digest: what ran, what failed, what is found wrong, how old the copies are. Once a day, at 07:30."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from portal.operations import outbox
from portal.operations.letters import OFFICE_ZONE
from portal.store.db import transaction
from portal.store.queries import digest as rows
from portal.store.queries import findings
from portal.store.queries import outbox as outbox_rows

AT = time(7, 30)
LINES_MOST = 20
LOOK_BACK = timedelta(days=7)
"""What a digest tells at most after a longer silence."""


def announce_due(at: datetime) -> bool:
    """Write today's digest once its hour has come; a portal that was down then tells it when it is back."""
    local = at.astimezone(OFFICE_ZONE)
    key = f"digest:{local.date().isoformat()}"
    if local.time() < AT or outbox_rows.is_known(key):
        return False
    with transaction():
        return outbox.announce("digest", key, subject=("digest", None), facts=facts(at), at=at)


def facts(at: datetime) -> dict[str, Any]:
    """What there is to tell since the last digest."""
    since = max(rows.last_told(at) or at - timedelta(days=1), at - LOOK_BACK)
    ended = rows.ended(since, at)
    bad = [run for run in ended if run.state not in ("succeeded", "cancelled")]
    ages = rows.newest_copies(at)
    return {
        "since": since.isoformat(),
        "at": at.isoformat(),
        "succeeded": sum(run.state == "succeeded" for run in ended),
        "cancelled": sum(run.state == "cancelled" for run in ended),
        "bad": len(bad),
        "runs": [
            {"run": run.id, "run_kind": run.kind, "state": run.state, "server": run.server.name}
            for run in bad[:LINES_MOST]
        ],
        "findings": findings.count_open(),
        "copies": [
            {
                "server": name,
                "made_at": made.isoformat() if made else "",
                "age_hours": max(0, int((at - made).total_seconds() // 3600)) if made else None,
                "proven_at": proven.isoformat() if proven else "",
            }
            for name, made, proven in ages[:LINES_MOST]
        ],
        "servers": len(ages),
    }
