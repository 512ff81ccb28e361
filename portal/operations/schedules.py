"""Schedules: made, changed, paused, resumed and ended by the Kasubbid, each under one approved request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep, TransitionRefused
from portal.operations import audit, authority, runs, schedule_runs
from portal.sop import due
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import BackupRequest, Schedule, User
from portal.store.queries import people
from portal.store.queries import schedules as rows
from schemas.schedule import ScheduleForm, ScheduleRule

MOVES = {
    "paused": (("active",), "paused"),
    "resumed": (("paused",), "active"),
    "ended": (("active", "paused"), "ended"),
}
"""What is done to a schedule: in which states, and into which."""


def create(request_id: int, form: ScheduleForm, user: User, key: str, *, at: datetime) -> Schedule:
    """Make a schedule under an approved request. `key` makes a double click make one.

    Raises NotFound, InvalidInput, Forbidden('schedule.role', 'schedule.once', 'chain.own_request', 'authority.…',
    'server.…').
    """
    _require(user, at)
    rule = _rule(form, at)
    with transaction():
        if known := rows.by_key(key):
            return known
        backup_request = BackupRequest.get_or_none(BackupRequest.id == request_id)
        if backup_request is None:
            raise InvalidInput(fields={"request_id": ("schedule.request", {})})
        server_id = _check(backup_request, user, at)
        schedule = Schedule.create(
            name=form.name,
            backup_request=backup_request,
            server=server_id,
            rule=rule.model_dump(mode="json"),
            begins_at=at,
            idempotency_key=key,
            created_by=user,
            created_at=at,
        )
        _note(schedule, "created", user, at, request=backup_request.number, rule=schedule.rule)
        return schedule


def change(schedule_id: int, revision: int, form: ScheduleForm, user: User, *, at: datetime) -> Schedule:
    """Give a schedule another name or rule; it goes by it from now on. Raises as `pause`, and InvalidInput."""
    _require(user, at)
    rule = _rule(form, at).model_dump(mode="json")
    with transaction():
        schedule = _held(schedule_id, revision)
        if schedule.state == "ended":
            raise TransitionRefused("schedule.has_ended")
        old = {"name": schedule.name, **schedule.rule}
        new = {"name": form.name, **rule}
        changed = [name for name in new if old.get(name) != new[name]]
        schedule_runs.give_up_pending(schedule, at)
        _note(schedule, "changed", user, at, old={name: old.get(name) for name in changed},
              new={name: new[name] for name in changed})  # fmt: skip
        return _write(schedule, user, at, name=form.name, rule=rule, begins_at=at)


def pause(schedule_id: int, revision: int, user: User, *, at: datetime) -> Schedule:
    """Let a schedule rest. Raises NotFound, Forbidden('schedule.role'), StaleStep, TransitionRefused."""
    return _move(schedule_id, revision, user, at, "paused")


def resume(schedule_id: int, revision: int, user: User, *, at: datetime) -> Schedule:
    """Let it go on; what was due while it rested does not count. Raises as `pause` and as `create`."""
    _require(user, at)
    with transaction():
        schedule = _held(schedule_id, revision)
        _check(schedule.backup_request, user, at)
        return _move(schedule_id, revision, user, at, "resumed", begins_at=at)


def end(schedule_id: int, revision: int, user: User, *, at: datetime) -> Schedule:
    """End a schedule for good; what it did stays. Raises as `pause`."""
    return _move(schedule_id, revision, user, at, "ended")


def find(schedule_id: int) -> Schedule:
    """The schedule. Raises NotFound('schedule.unknown')."""
    schedule = rows.get(schedule_id)
    if schedule is None:
        raise NotFound("schedule.unknown")
    return schedule


def may_keep(user: User, at: datetime) -> bool:
    """Whether the person makes and changes schedules."""
    return Role.SUBDIVISION_HEAD.value in people.roles(user, at)


def _require(user: User, at: datetime) -> None:
    if not may_keep(user, at):
        raise Forbidden("schedule.role")


def _rule(form: ScheduleForm, at: datetime) -> ScheduleRule:
    """The form's rule. Raises InvalidInput where its parts do not fit together, or where it would never come."""
    if problems := form.problems():
        raise InvalidInput(fields=problems)
    rule = form.rule()
    if due.next_due(rule, 0, at) is None:
        raise InvalidInput(fields={"rhythm": ("schedule.never", {})})
    return rule


def _check(backup_request: BackupRequest, user: User, at: datetime) -> int:
    """A backup under this request could start now, and comes more than once; the id of its server."""
    runs.not_own(backup_request, user)
    _, scope = authority.of_request(backup_request, at=at)
    if scope.frequency == "once":
        raise Forbidden("schedule.once", number=backup_request.number)
    return int(runs.check_startable(backup_request, at=at)[2].id)


def _held(schedule_id: int, revision: int) -> Schedule:
    schedule = rows.hold(schedule_id)
    if schedule is None:
        raise NotFound("schedule.unknown")
    if schedule.revision != revision:
        raise StaleStep("schedule.moved")
    return schedule


def _move(
    schedule_id: int,
    revision: int,
    user: User,
    at: datetime,
    action: str,
    **fields: Any,
) -> Schedule:
    _require(user, at)
    states, state = MOVES[action]
    with transaction():
        schedule = _held(schedule_id, revision)
        if schedule.state not in states:
            raise TransitionRefused("schedule.state", schedule_state=schedule.state)
        schedule_runs.give_up_pending(schedule, at)
        _note(schedule, action, user, at)
        return _write(schedule, user, at, state=state, **fields)


def _write(schedule: Schedule, user: User, at: datetime, **fields: Any) -> Schedule:
    Schedule.update(changed_by=user, changed_at=at, revision=Schedule.revision + 1, **fields).where(
        Schedule.id == schedule.id
    ).execute()
    return Schedule.get_by_id(schedule.id)


def _note(schedule: Schedule, action: str, user: User, at: datetime, **data: Any) -> None:
    audit.record(
        f"schedule:{action}",
        actor=user,
        subject_type="schedule",
        subject_id=schedule.id,
        at=at,
        data={"name": schedule.name, "server_id": schedule.server_id, **data},
    )
