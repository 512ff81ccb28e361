"""Read side of the requests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.store.db import hold_key, is_sqlite
from portal.store.models import Attachment, BackupRequest, Disposition, Unit, User
from portal.store.queries import words as index
from portal.store.queries.evaluation.steps import stands
from portal.store.queries.paging import Sheet, sheet_of

READS_ALL = frozenset(
    {"center_head", "division_head", "subdivision_head", "administrator", "admin_affairs_head", "auditor"}
)
"""The roles that read every request that was sent; a unit head reads those of the unit, everybody one's own."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: a person's id and the (role, unit or None) pairs held."""

    user_id: int
    roles: frozenset[tuple[str, int | None]]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list shows: `words` in number, people, unit and form; `step` where given; `mine`: one's own only;
    `unit_id`: those of this unit; `begins`, `ends`: those sent between the two, with `late` those of which a decision
    came late between the two."""

    words: str = ""
    step: str = ""
    mine: bool = False
    unit_id: int | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    late: bool = False


def may_read(backup_request: BackupRequest, reader: Reader) -> bool:
    """Whether the reader may see this request at all; a draft is its owner's alone."""
    if backup_request.requester_id == reader.user_id:
        return True
    if backup_request.submitted_at is None:
        return False
    return any(
        role in READS_ALL or (role == "unit_head" and unit == backup_request.unit_id)
        for role, unit in reader.roles
    )


def search(wanted: Filter, reader: Reader, page: int = 1, place: str = "") -> Sheet[BackupRequest]:
    """The requests that the reader may see and the filter asks for, newest first; `place` is one of a sheet before."""
    held, keys = index.held(wanted.words), (BackupRequest.updated_at, BackupRequest.id)
    return sheet_of(_selection(wanted, reader, held), keys, page, place, counted=not held.common)


def selection(wanted: Filter, reader: Reader) -> Any:
    """The same as a query over requests with their people and units, for exports."""
    return _selection(wanted, reader, index.held(wanted.words))


def _selection(wanted: Filter, reader: Reader, held: index.Held) -> Any:
    query = with_people().where(_readable(reader))
    if wanted.mine:
        query = query.where(BackupRequest.requester == reader.user_id)
    if wanted.step:
        query = query.where(BackupRequest.step == wanted.step)
    query = _narrowed(query, wanted)
    if wanted.words:
        query = query.where(held.condition)
    return query.order_by(BackupRequest.updated_at.desc(), BackupRequest.id.desc())


def _narrowed(query: Any, wanted: Filter) -> Any:
    if wanted.unit_id is not None:
        query = query.where(BackupRequest.unit == wanted.unit_id)
    if wanted.begins is None or wanted.ends is None:
        return query
    if not wanted.late:
        sent = (BackupRequest.submitted_at >= wanted.begins) & (BackupRequest.submitted_at < wanted.ends)
        return query.where(sent)
    late = (Disposition.created_at >= wanted.begins) & (Disposition.created_at < wanted.ends)
    late &= (Disposition.created_at > Disposition.due_at) & stands()
    return query.where(BackupRequest.id.in_(Disposition.select(Disposition.backup_request).where(late)))


def _readable(reader: Reader) -> Any:
    seen = BackupRequest.requester == reader.user_id
    sent = BackupRequest.submitted_at.is_null(False)
    if any(role in READS_ALL for role, _ in reader.roles):
        return seen | sent
    units = [unit for role, unit in reader.roles if role == "unit_head"]
    return (seen | (sent & BackupRequest.unit.in_(units))) if units else seen


def own_open(user_id: int, ended: Iterable[str]) -> list[BackupRequest]:
    """One's own requests that have not ended, newest first."""
    query = with_people().where(BackupRequest.requester == user_id, BackupRequest.step.not_in(list(ended)))
    return list(query.order_by(BackupRequest.updated_at.desc(), BackupRequest.id.desc()))


def count_ended(user_id: int, ended: Iterable[str]) -> int:
    """How many of one's own requests have ended."""
    mine = (BackupRequest.requester == user_id) & BackupRequest.step.in_(list(ended))
    return BackupRequest.select().where(mine).count()


def by_draft_key(draft_key: str) -> BackupRequest | None:
    """The request whose form was opened with this key, or None; of two at once the second waits for the first."""
    hold_key(draft_key)
    return BackupRequest.get_or_none(BackupRequest.draft_key == draft_key)


def attachments(request_id: int) -> list[Attachment]:
    """What came with the form and was not removed, oldest first; scans of papers are no part of it."""
    query = Attachment.select().where(
        Attachment.backup_request == request_id,
        Attachment.removed_at.is_null(),
        Attachment.scan_of.is_null(),
    )
    return list(query.order_by(Attachment.id))


def attachment(attachment_id: int) -> Attachment | None:
    """One attachment that was not removed, or None."""
    return Attachment.get_or_none(Attachment.id == attachment_id, Attachment.removed_at.is_null())


def get(request_id: int) -> BackupRequest | None:
    """One request, or None."""
    return BackupRequest.get_or_none(BackupRequest.id == request_id)


def lock(request_id: int) -> BackupRequest | None:
    """One request for a decision: on PostgreSQL its row is held until the commit; SQLite holds the whole file."""
    query = BackupRequest.select().where(BackupRequest.id == request_id)
    return (query if is_sqlite() else query.for_update()).first()


def postponed_until(at: datetime) -> list[int]:
    """The requests whose postponement ends at or before `at`."""
    rows = BackupRequest.select(BackupRequest.id).where(
        BackupRequest.paused_at.is_null(False), BackupRequest.postponed_until <= at
    )
    return [row.id for row in rows]


def with_clock() -> list[BackupRequest]:
    """The requests under way whose step has a due time."""
    running = BackupRequest.due_at.is_null(False) & BackupRequest.closed_at.is_null()
    return list(BackupRequest.select().where(running).order_by(BackupRequest.id))


def count_numbered(year: int) -> int:
    """How many requests carry a number of `year`; numbers are never given back."""
    return BackupRequest.select().where(BackupRequest.number.startswith(f"PB-{year}-")).count()


def on_desks(
    roles: Iterable[tuple[str, int | None]], steps_of: dict[str, list[str]], user_id: int
) -> list[BackupRequest]:
    """The requests that wait for any of `roles` (role, unit or None), soonest due first, never `user_id`'s own.

    `steps_of` maps a role to the steps that are its desk, from the rule book.
    """
    desks = _desks(roles, steps_of)
    if desks is None:
        return []
    query = with_people().where(desks, BackupRequest.requester != user_id)
    return list(query.order_by(BackupRequest.due_at.asc(nulls="LAST"), BackupRequest.id))


def count_on_desks(
    roles: Iterable[tuple[str, int | None]], steps_of: dict[str, list[str]], user_id: int
) -> int:
    """How many requests `on_desks` gives."""
    desks = _desks(roles, steps_of)
    return (
        0
        if desks is None
        else BackupRequest.select().where(desks, BackupRequest.requester != user_id).count()
    )


def _desks(roles: Iterable[tuple[str, int | None]], steps_of: dict[str, list[str]]) -> Any:
    desks = None
    for role, unit_id in roles:
        desk = BackupRequest.step.in_(steps_of.get(role, []))
        if unit_id is not None:
            desk &= BackupRequest.unit == unit_id
        desks = desk if desks is None else desks | desk
    return desks


def with_people() -> Any:
    """Requests with who asked and the unit, in one question to the database."""
    return (
        BackupRequest.select(BackupRequest, User, Unit)
        .join(User, on=(BackupRequest.requester == User.id))
        .switch(BackupRequest)
        .join(Unit, on=(BackupRequest.unit == Unit.id))
    )
