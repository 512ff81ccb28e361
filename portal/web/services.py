"""One's own copies: each service that was granted, how it stands, and what can be asked about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request

from portal.operations import followups, papers, schedule_runs
from portal.sop import standing
from portal.sop.due import next_due
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import services as rows
from portal.web.access import SIGNED_IN
from portal.web.addresses import page_number
from portal.web.identity import Person, person
from portal.web.requests.followup import NAMES

if TYPE_CHECKING:
    from portal.store.models import BackupRequest, Grant, Run, Snapshot

blueprint = Blueprint("services", __name__)
ACCESS = {"services.index": SIGNED_IN}


@dataclass(frozen=True, slots=True)
class Service:
    """A service as its requester sees it. `next_at` is when its next backup starts by itself, `asks` what can be asked
    about it now, `mine` whether it is the person's own and not only of the person's unit."""

    grant: Grant
    request: BackupRequest
    state: str
    mine: bool
    newest: Snapshot | None
    copies: int
    proof: Run | None
    next_at: datetime | None
    mirrors: int
    papers: list[str]
    follow_ups: list[BackupRequest]
    asks: tuple[str, ...]

    @property
    def until(self) -> datetime:
        """Its last moment: an end at midnight belongs to the day before."""
        return self.grant.revoked_at or self.grant.ends_at - timedelta(seconds=1)


@blueprint.get("/salinan")
def index() -> str:
    """The services that the person asked for, and those of the units that the person heads."""
    who, at = person(), db.now()
    units = [unit for role, unit in who.roles if role == Role.UNIT_HEAD and unit is not None]
    found = rows.granted_to(who.id, units, page_number(request.args.get("halaman")))
    listed = [service(grant, who, at) for grant in found.rows]
    return render_template(
        "services/index.html", services=listed, found=found, ask_names=NAMES, heads_a_unit=bool(units)
    )


def service(grant: Grant, who: Person, at: datetime) -> Service:
    """What is to be known of one service."""
    asked = grant.backup_request
    newest, proof = rows.newest_copy(asked.id), rows.last_proof(asked.id)
    return Service(
        grant=grant,
        request=asked,
        state=_state(grant, newest, proof, at).value,
        mine=asked.requester_id == who.id,
        newest=newest,
        copies=rows.count_copies(asked.id),
        proof=proof,
        next_at=_next_at(grant, at),
        mirrors=len(rows.live_mirrors(asked.id)),
        papers=papers.available(asked),
        follow_ups=rows.follow_ups([asked.id]),
        asks=followups.open_for(asked, at=at) if followups.may_ask(asked, who.user, at=at) else (),
    )


def _state(grant: Grant, newest: Snapshot | None, proof: Run | None, at: datetime) -> standing.State:
    asked = grant.backup_request
    return standing.judge(
        standing.Service(
            frequency=grant.scope["frequency"],
            ends_at=grant.ends_at,
            ended=followups.is_ended(grant, at),
            stopping=followups.is_terminated(grant),
            followed_up=asked.followed_up_at is not None,
            postponed=asked.paused_at is not None,
            newest_at=newest.created_at if newest else _mirrored_at(asked.id),
            proven_at=_proven_at(proof) or _mirrored_at(asked.id),
        ),
        at,
    )


def _proven_at(proof: Run | None) -> datetime | None:
    return proof.finished_at if proof else None


def _mirrored_at(request_id: int) -> datetime | None:
    """When the mirror that is the longest out of step was in step, for services that only mirror."""
    moments: list[Any] = [mirror.in_step_at for mirror in rows.live_mirrors(request_id)]
    return min(moments) if moments and all(moments) else None


def _next_at(grant: Grant, at: datetime) -> datetime | None:
    """When the next backup starts by itself, as long as the term holds."""
    if grant.revoked_at is not None:
        return None
    running = [row for row in rows.live_schedules(grant.backup_request_id) if row.state == "active"]
    due = [next_due(schedule_runs.rule_of(row), row.id, max(at, row.begins_at)) for row in running]
    starts = [found.start for found in due if found is not None and found.start < grant.ends_at]
    return min(starts, default=None)
