"""Running a mirror, and letting a stopped one pass once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from portal.config import Settings
from portal.errors import Forbidden, NotFound, StaleStep, TransitionRefused
from portal.operations import audit, authority, findings, mandates, mirror_authority, mirrors, runs
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import Mirror, MirrorPass, Run, User
from portal.store.queries import mirrors as rows
from portal.store.queries import runs as run_rows
from portal.store.queries.databases import access_specs
from schemas.mirror import GuardReport, PassForm
from schemas.run import FOLDER_MIRROR_KINDS, RunKind, RunSpec, SourceSpec

KINDS = {"vault": RunKind.MIRROR, "path": RunKind.MIRROR_TO_SERVER, "server": RunKind.MIRROR_DATABASE}
FINDING = "mirror_refused"
LIVE = ("queued", "running")
VALID = timedelta(days=3)
"""How long a pass may be used: a list of deletions that nobody ran for days says little of the source now."""


def start(mirror_id: int, user: User, key: str, *, at: datetime, settings: Settings) -> Run:
    """Bring a mirror into step. A pass that a person has given goes along and serves if the guard finds exactly the
    same. Raises NotFound, Forbidden('run.role', 'authority.…', 'server.…'), TransitionRefused('mirror.ended')."""
    runs.require(user, at, Role.ADMINISTRATOR)
    with transaction():
        if known := run_rows.by_key(key):
            return known
        mirror = mirrors.find(mirror_id)
        if not mirror.active:
            raise TransitionRefused("mirror.not_approved" if mirror.open_key else "mirror.ended")
        run = _queue(mirror, user, key, at)
    return runs.send(run, settings, at)


def run_due(at: datetime, settings: Settings) -> list[int]:
    """Start the mirrors whose time has come and return the ids of their runs. One that the guard stopped waits for a
    person; one whose authority has ended rests, its copy grows old for all to see, and that is a finding."""
    started: list[int] = []
    for mirror in rows.by_the_clock():
        if not _is_due(mirror, at):
            continue
        try:
            run = _queue_once(mirror, at)
        except Forbidden as refusal:
            _tell_refused(mirror, refusal, at)
            continue
        if run is not None:
            started.append(runs.send(run, settings, at).id)
    return started


def _tell_refused(mirror: Mirror, refusal: Forbidden, at: datetime) -> None:
    """Raise the finding that a mirror does not run any more, once while it is open."""
    told = {name: _plain(value) for name, value in refusal.context.items()}
    context = {"path": mirror.path, "reason": refusal.code, "told": told}
    with transaction():
        findings.raise_once(mirror.server_id, FINDING, "mirror.refused", at=at, place=str(mirror.id),
                            severity="warn", context=context)  # fmt: skip


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _queue_once(mirror: Mirror, at: datetime) -> Run | None:
    """The run after the mirror's newest one; None when another clock has queued it already."""
    key = f"mirror-{mirror.id}-after-{mirror.last_run_id or 0}"
    with transaction():
        return None if run_rows.by_key(key) else _queue(mirror, None, key, at)


def _is_due(mirror: Mirror, at: datetime) -> bool:
    last = mirror.last_run
    if last is None:
        return True
    if last.state in LIVE or rows.is_stopped(last):
        return False
    # What was let pass holds for days only, and a clock that was set back since does not make anything wait for it.
    allowed = mirror_authority.valid_pass(mirror, at=at)
    passed = allowed is not None and allowed.stopped_run_id == last.id
    return passed or at < last.queued_at or at - last.queued_at >= timedelta(hours=mirror.every_hours)


def _queue(mirror: Mirror, user: User | None, key: str, at: datetime) -> Run:
    """A queued run inside the caller's transaction; without a `user` it is the clock that starts it."""
    grant, _scope = mirrors.authority_of(mirror, user, at=at)
    authority.check_server(mirror.server)
    allowed = mirror_authority.valid_pass(mirror, at=at)
    usable = allowed is not None and (user is None or allowed.allowed_by_id != user.id)
    spec = RunSpec(
        kind=KINDS[mirror.target_kind],
        server=runs.server_spec(mirror.server),
        request_number=grant.backup_request.number,
        sources=(SourceSpec(kind=mirrors.kind_of(mirror), path=mirror.path),),
        grant_digest=grant.digest,
        mirror=mirror_authority.spec_of(mirror, allowed.digest if allowed and usable else ""),
        vault_known=bool(mirror.in_step_at and mirror.entry_count),
        **_standby(mirror),
    )
    request = grant.backup_request
    run = runs.create(spec, mirror.server, user, key, at, backup_request=request, grant=grant)
    Mirror.update(last_run=run).where(Mirror.id == mirror.id).execute()
    return run


def _standby(mirror: Mirror) -> dict[str, Any]:
    """The other server, and for a database how both servers' engines are reached."""
    target = mirror.target_server
    if target is None:
        return {}
    authority.check_server(target)
    ways = {"accesses": access_specs(mirror.server_id), "target_accesses": access_specs(target.id)}
    return {"target": runs.server_spec(target), **(ways if mirror.target_kind == "server" else {})}


def restart(run: Run, user: User, key: str, *, at: datetime, settings: Settings) -> Run:
    """Start again what a mirror's run did not bring to its end. Raises as `start`."""
    if run.state not in runs.RESTARTABLE:
        raise TransitionRefused("run.not_restartable", run=run.id)
    return start(run.spec["mirror"]["mirror_id"], user, key, at=at, settings=settings)


def report_of(run: Run) -> GuardReport | None:
    """What the guard of a run stopped for, or None."""
    if run.kind not in FOLDER_MIRROR_KINDS or not (run.result or {}).get("report"):
        return None
    report = GuardReport.model_validate(run.result["report"])
    return report if report.reasons else None


def allow(run_id: int, form: PassForm, user: User, *, at: datetime) -> MirrorPass:
    """Let a stopped run's list pass once: exactly that list, by its digest.

    Raises NotFound('run.unknown'), TransitionRefused('mirror.not_stopped'), Forbidden('mirror.allower',
    'mirror.own_run'), StaleStep('mirror.list_changed', 'mirror.newer_run', 'mirror.passed_already').
    """
    with transaction():
        run = run_rows.get(run_id)
        if run is None:
            raise NotFound("run.unknown")
        report, digest = report_of(run), str((run.result or {}).get("digest", ""))
        if report is None or run.state != "failed" or (run.result or {}).get("passed"):
            raise TransitionRefused("mirror.not_stopped")
        if not mirrors.may_decide(user, at, run.started_by_id):
            raise mandates.refused("mirror.allower", user, at, (run.started_by_id,))
        if run.started_by_id == user.id:
            raise Forbidden("mirror.own_run")
        if form.digest != digest or report.digest() != digest:
            raise StaleStep("mirror.list_changed")
        mirror = mirrors.find(report.mirror_id)
        if mirror.last_run_id != run.id:
            raise StaleStep("mirror.newer_run")
        if rows.pass_of_run(run_id) is not None:
            raise StaleStep("mirror.passed_already")
        allowed = MirrorPass.create(
            mirror=mirror,
            stopped_run=run,
            digest=digest,
            note=form.note,
            allowed_by=user,
            allowed_at=at,
            expires_at=at + VALID,
        )
        audit.record(
            "mirror:let_pass",
            actor=user,
            subject_type="mirror",
            subject_id=report.mirror_id,
            at=at,
            data={
                "run": run.id,
                "digest": digest,
                "reasons": [reason.value for reason in report.reasons],
                "deletions": report.deletions,
                "note": form.note,
                "ends_at": allowed.expires_at.isoformat(),
            },
        )
        return allowed
