"""Break-glass: a backup at once, with a reason, under a review that the Kabid must close (design, "Authority" (c))."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from portal.config import Settings
from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep, TransitionRefused
from portal.operations import (
    audit,
    authority,
    coverage,
    emergency_authority,
    findings,
    mandates,
    office,
    outbox,
    runs,
)
from portal.operations.emergency_authority import OPENERS
from portal.sop import worktime
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import Emergency, Run, Server, Source, User
from portal.store.queries import emergencies as rows
from portal.store.queries import people, second_copies
from portal.store.queries import runs as run_rows
from portal.store.queries.databases import access_specs
from schemas.emergency import EmergencyForm, ReviewForm
from schemas.run import RunKind, RunSpec, SourceSpec

LIVE = ("queued", "running")
FINDING = "emergency"


def break_glass(
    server_id: int, form: EmergencyForm, user: User, key: str, *, at: datetime, settings: Settings
) -> Emergency:
    """Seal the order, open its review and start its backup, in one commit. A form sent twice breaks one glass.

    Raises Forbidden('emergency.role', 'server.…'), NotFound, InvalidInput (field `sources`).
    """
    _require(user, at)
    with transaction():
        if known := rows.by_key(key):
            return known
        server = Server.get_or_none(Server.id == server_id)
        if server is None:
            raise NotFound("server.unknown")
        authority.check_server(server)
        sources = _sources(server, form)
        emergency = Emergency(
            server=server,
            sources=[source.model_dump(mode="json") for source in sources],
            reason=form.reason,
            idempotency_key=key,
            opened_by=user,
            opened_at=at,
            expires_at=at + timedelta(hours=settings.emergency_hours),
        )
        emergency.digest = emergency_authority.order_of(emergency).digest()
        emergency.save()
        _record("opened", emergency, user, at, {
            "reason": form.reason, "sources": [source.path for source in sources], "digest": emergency.digest,
            "ends_at": emergency.expires_at.isoformat()})  # fmt: skip
        outbox.emergency_opened(emergency, at)
        run = _start(emergency, user, key, at)
    runs.send(run, settings, at)
    return Emergency.get_by_id(emergency.id)


def restart(run_id: int, user: User, key: str, *, at: datetime, settings: Settings) -> Run:
    """Start again what a broken glass did not bring to its end, under the same order and the same review.

    Raises NotFound, Forbidden('emergency.role', 'authority.emergency_…', 'server.…'),
    TransitionRefused('run.not_restartable').
    """
    _require(user, at)
    with transaction():
        if known := run_rows.by_key(key):
            return known
        run = run_rows.get(run_id)
        emergency = rows.get(run.spec.get("emergency_id", 0)) if run else None
        if run is None or emergency is None:
            raise NotFound("run.unknown")
        # Only the newest: an order is carried out by one run at a time, and by none after it has succeeded.
        if run.state not in runs.RESTARTABLE or emergency.run_id != run.id:
            raise TransitionRefused("run.not_restartable", run=run_id)
        emergency_authority.check(emergency, at=at)
        authority.check_server(emergency.server)
        again = _start(emergency, user, key, at)
    return runs.send(again, settings, at)


def close(emergency_id: int, form: ReviewForm, user: User, *, at: datetime) -> Emergency:
    """The Kabid's verdict. Raises NotFound, Forbidden('emergency.reviewer') without the role and ('emergency.own') to
    whoever opened it or started one of its runs, TransitionRefused('emergency.live'), StaleStep."""
    with transaction():
        emergency = rows.get(emergency_id)
        if emergency is None:
            raise NotFound("emergency.unknown")
        started = rows.runs_of(emergency)
        began = began_by(emergency, started)
        if not mandates.decides(user, at, Role.DIVISION_HEAD, asked_by=began):
            raise mandates.refused("emergency.reviewer", user, at, began)
        if user.id in began:
            raise Forbidden("emergency.own")
        if any(run.state in LIVE for run in started):
            raise TransitionRefused("emergency.live")
        unreviewed = (Emergency.id == emergency_id) & Emergency.closed_at.is_null()
        said = {"verdict": form.verdict.value, "note": form.note, "closed_by": user, "closed_at": at}
        if Emergency.update(**said).where(unreviewed).execute() != 1:
            raise StaleStep("emergency.closed")
        findings.settle(emergency.server_id, FINDING, str(emergency_id), form.note, user, at=at)
        _record("closed", emergency, user, at, {"verdict": form.verdict.value, "note": form.note})
        return Emergency.get_by_id(emergency_id)


def began_by(emergency: Emergency, started: Iterable[Run]) -> frozenset[int | None]:
    """Who opened it and who started its runs: they review nothing of it, nor does a deputy of theirs."""
    return frozenset({emergency.opened_by_id, *(run.started_by_id for run in started)})


def due(emergency: Emergency, settings: Settings) -> datetime:
    """Until when the review is to be closed, in working days."""
    given = worktime.Allowance(settings.emergency_review_days, "day")
    return worktime.due(office.calendar(), emergency.opened_at, given)


def raise_overdue(at: datetime, settings: Settings) -> list[int]:
    """Make a finding of every review that is past its day; return the emergencies' ids. Run by the clock."""
    late = [row for row in rows.open_reviews() if due(row, settings) < at]
    raised = []
    for emergency in late:
        with transaction():
            # Read again under the lock: it may have been closed in between.
            now = rows.get(emergency.id)
            if now is None or now.closed_at is not None:
                continue
            context = {"emergency": emergency.id, "by": emergency.opened_by.name,
                       "days": settings.emergency_review_days}  # fmt: skip
            if findings.raise_once(
                emergency.server_id, FINDING, "emergency.overdue", at=at, place=str(emergency.id),
                run=now.run, severity="warn", context=context):  # fmt: skip
                raised.append(emergency.id)
    return raised


def _start(emergency: Emergency, user: User, key: str, at: datetime) -> Run:
    server, order = emergency.server, emergency_authority.order_of(emergency)
    databases = any(source.kind == "database" for source in order.sources)
    spec = RunSpec(
        kind=RunKind.BACKUP,
        server=runs.server_spec(server),
        sources=order.sources,
        grant_digest=order.digest(),
        emergency_id=emergency.id,
        accesses=access_specs(server.id) if databases else (),
        vault_known=second_copies.has_any(server.id),
    )
    run = runs.create(spec, server, user, key, at)
    Emergency.update(run=run).where(Emergency.id == emergency.id).execute()
    return run


def _sources(server: Server, form: EmergencyForm) -> tuple[SourceSpec, ...]:
    query = Source.select().where(
        Source.server == server,
        Source.active == True,  # noqa: E712
        Source.id.in_(list(form.sources)),
    )
    found = list(query)
    if len(found) != len(set(form.sources)):
        raise InvalidInput(fields={"sources": ("emergency.other_source", {"server": server.name})})
    folders = coverage.outermost([source for source in found if source.kind != "database"])
    databases = sorted((s for s in found if s.kind == "database"), key=lambda source: source.path)
    return tuple(SourceSpec(kind=source.kind, path=source.path) for source in [*folders, *databases])


def _require(user: User, at: datetime) -> None:
    if not people.roles(user, at) & {role.value for role in OPENERS}:
        raise Forbidden("emergency.role")


def _record(action: str, emergency: Emergency, user: User, at: datetime, data: dict[str, object]) -> None:
    audit.record(
        f"emergency:{action}",
        actor=user,
        subject_type="emergency",
        subject_id=emergency.id,
        at=at,
        data={"server": emergency.server.name, **data},
    )
