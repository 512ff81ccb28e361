"""The office calendar: a change is shown first, and the due times of requests under way follow in its commit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.errors import Forbidden, StaleStep
from portal.operations import audit, office
from portal.operations.calendar_edits import Edit, seeding
from portal.sop import worktime
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import BackupRequest, CalendarDay, CalendarPeriod, DueMove, User
from portal.store.queries import dispositions, people
from portal.store.queries import requests as request_rows

SEEN = timedelta(minutes=1)
"""From when on a due time has moved: what was left of a clock is kept in whole seconds, office hours in minutes."""


@dataclass(frozen=True, slots=True)
class Move:
    """A due time that a change would move. While the request is postponed, `left` is what it would keep instead."""

    request: BackupRequest
    old_due: datetime
    new_due: datetime
    left: int | None = None

    def is_late(self, at: datetime) -> bool:
        """Whether the desk would be late by it, and is not now."""
        return self.left is None and self.new_due < at <= self.old_due


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would bring about. `digest` seals it: what is carried out is what was shown."""

    edit: Edit
    moves: tuple[Move, ...]
    digest: str


def preview(edit: Edit) -> Preview:
    """What `edit` would move. Raises worktime.CalendarError where the office would never open."""
    moves = tuple(_moves(edit.calendar()))
    shown: list[Any] = [edit.what, edit.told]
    shown += [
        [move.request.id, move.old_due.isoformat(), move.new_due.isoformat(), move.left] for move in moves
    ]
    text = json.dumps(shown, sort_keys=True, default=str)
    return Preview(edit, moves, hashlib.sha256(text.encode()).hexdigest()[:32])


def change(edit: Edit, digest: str, actor: User, *, at: datetime) -> Preview:
    """Carry out what `preview` showed under `digest`, and move the due times in the same commit.

    Raises Forbidden('calendar.role'), StaleStep('calendar.moved') where something else would move by now,
    worktime.CalendarError.
    """
    if Role.SYSTEM_ADMIN.value not in people.roles(actor, at):
        raise Forbidden("calendar.role")
    with transaction():
        found = preview(edit)
        if found.digest != digest:
            raise StaleStep("calendar.moved")
        _carry_out(found, actor, at)
    return found


def seed(years: Iterable[int], *, actor: User | None, at: datetime) -> tuple[int, int]:
    """Add what is known of `years` and the calendar lacks; return how many days and periods. For set-up and the command
    line: the page shows first what would move."""
    with transaction():
        found = preview(seeding(years))
        _carry_out(found, actor, at)
    return len(found.edit.days), len(found.edit.periods)


def _carry_out(found: Preview, actor: User | None, at: datetime) -> None:
    edit = found.edit
    for day in edit.gone_days | {values["date"] for values in edit.days}:
        CalendarDay.delete().where(CalendarDay.date == day).execute()
    for values in edit.days:
        CalendarDay.create(**values)
    for period_id in edit.gone_periods:
        CalendarPeriod.delete().where(CalendarPeriod.id == period_id).execute()
    for values in edit.periods:
        rest = {name: value for name, value in values.items() if name != "id"}
        if "id" in values:
            CalendarPeriod.update(**rest).where(CalendarPeriod.id == values["id"]).execute()
        else:
            CalendarPeriod.create(**rest)
    audit.record(f"calendar:{edit.what}", actor=actor, subject_type="calendar",
                 data=edit.told | {"moved": len(found.moves)}, at=at)  # fmt: skip
    for move in found.moves:
        _move(move, edit, actor, at)


def _move(move: Move, edit: Edit, actor: User | None, at: datetime) -> None:
    request = move.request
    changes: dict[str, Any] = {"due_at": move.new_due}
    if move.left is not None:
        changes["remaining_seconds"] = move.left
    seen = (BackupRequest.id == request.id) & (BackupRequest.revision == request.revision)
    if BackupRequest.update(**changes).where(seen).execute() != 1:
        raise StaleStep("calendar.moved")
    told = {"what": edit.what, **{name: value for name, value in edit.told.items() if name != "hours"}}
    DueMove.create(
        backup_request=request, step=request.step, entered_at=request.step_entered_at, old_due=move.old_due,
        new_due=move.new_due, change=told, actor=actor, created_at=at)  # fmt: skip
    data = {
        "number": request.number,
        "old_due": move.old_due.isoformat(),
        "new_due": move.new_due.isoformat(),
    }
    audit.record("request:due_moved", actor=actor, subject_type="request", subject_id=request.id,
                 data=data | told, at=at)  # fmt: skip


def _moves(after: worktime.OfficeCalendar) -> Iterable[Move]:
    """The due times of requests under way that the calendar `after` has elsewhere."""
    for request in request_rows.with_clock():
        yield from _moves_of(request, after)


def _moves_of(request: BackupRequest, after: worktime.OfficeCalendar) -> Iterable[Move]:
    found = office.account(request, dispositions.of_request(request.id), after)
    if found is None or request.due_at is None:
        return
    left = int((found.left or -found.late) / timedelta(seconds=1)) if request.paused_at else None
    kept = request.remaining_seconds if request.paused_at else None
    moved = abs(found.due_at - request.due_at) >= SEEN or (left is None) != (kept is None)
    if moved or abs(timedelta(seconds=(left or 0) - (kept or 0))) >= SEEN:
        yield Move(request, request.due_at, found.due_at, left)
