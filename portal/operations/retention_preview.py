"""What the rule and the holds of a server come to: the copies that would go, and why each other one stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.sop import retention
from portal.store.models import LegalHold, RetentionRule, Snapshot
from portal.store.queries import emergencies, keeping, restores
from schemas.keeping import RuleForm, list_digest


@dataclass(frozen=True, slots=True)
class Staying:
    """A copy that stays, all the reasons for it, and the hold on it, if any."""

    snapshot: Snapshot
    reasons: tuple[retention.Reason, ...]
    hold: LegalHold | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go and what would stay, newest first; `digest` seals the list of what goes."""

    going: tuple[Snapshot, ...]
    staying: tuple[Staying, ...]
    digest: str


def select(server_id: int, at: datetime) -> retention.Selection:
    """What of a server's copies would go at `at` by the rule that holds, and why each other one stays."""
    return _judged(server_id, keeping.holds_of(server_id), keeping.rule_of(server_id), at)[1]


def going(server_id: int, at: datetime) -> list[str]:
    """The full ids of the copies that would go at `at`, sorted."""
    return _ids(preview(server_id, at).going)


def preview(server_id: int, at: datetime, tried: RuleForm | None = None) -> Preview:
    """Exactly what would go at `at` by the rule that holds, or by one that is only tried."""
    holds = keeping.holds_of(server_id)
    copies, found = _judged(server_id, holds, tried or keeping.rule_of(server_id), at)
    by_id = {copy.id: copy for copy in copies}
    goes = tuple(by_id[copy.id] for copy in found.going)
    return Preview(
        goes,
        tuple(Staying(by_id[copy.id], reasons, holds.get(copy.id)) for copy, reasons in found.staying),
        list_digest(_ids(goes)),
    )


def _judged(
    server_id: int, holds: dict[int, LegalHold], row: RetentionRule | RuleForm | None, at: datetime
) -> tuple[list[Snapshot], retention.Selection]:
    copies = keeping.copies_of(server_id)
    wanted = restores.wanted_copies(server_id, at) | emergencies.unjudged_copies(server_id)
    rule = retention.Rule(row.last, row.daily, row.weekly, row.monthly, row.yearly) if row else None
    seen = [
        retention.Copy(
            id=copy.id,
            created_at=copy.created_at,
            sources=tuple(copy.sources),
            whole=copy.run.state == "succeeded",
            proven_at=copy.proven_at,
            held=copy.id in holds,
            wanted=copy.id in wanted,
            keep_until=retention.keep_until(copy.created_at, int(copy.run.spec.get("retention_days") or 0)),
        )
        for copy in copies
    ]
    return copies, retention.select(seen, rule, at)


def _ids(copies: tuple[Snapshot, ...]) -> list[str]:
    return sorted(copy.snapshot_id for copy in copies)
