"""Read side of the schedules and of what became of their due times."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from portal.store.db import hold_key, is_sqlite
from portal.store.models import BackupRequest, Finding, Grant, Run, Schedule, ScheduledRun, Server
from portal.store.queries.paging import Page, page_of


def get(schedule_id: int) -> Schedule | None:
    """One schedule, or None."""
    return Schedule.get_or_none(Schedule.id == schedule_id)


def by_key(idempotency_key: str) -> Schedule | None:
    """The schedule that a form with this key has made already, or None; of two at once the second waits."""
    hold_key(idempotency_key)
    return Schedule.get_or_none(Schedule.idempotency_key == idempotency_key)


def active() -> list[Schedule]:
    """The schedules that start runs."""
    return list(Schedule.select().where(Schedule.state == "active").order_by(Schedule.id))


def hold(schedule_id: int) -> Schedule | None:
    """The schedule, held until the commit: one clock at a time decides. SQLite's writers are one anyway."""
    query = Schedule.select().where(Schedule.id == schedule_id)
    return (query if is_sqlite() else query.for_update()).first()


def settled_until(schedule: Schedule, at: datetime) -> datetime:
    """The due time up to which everything is settled, as seen at `at`. What a clock that ran ahead has written later
    than `at` does not count: it must not silence the schedule when the clock is set right."""
    mine = (ScheduledRun.schedule == schedule.id) & (ScheduledRun.due_at <= at)
    last = ScheduledRun.select().where(mine).order_by(ScheduledRun.due_at.desc()).first()
    return max(schedule.begins_at, last.due_at) if last else schedule.begins_at


def written_ahead(at: datetime) -> list[ScheduledRun]:
    """Due times later than `at` that a clock running ahead has settled without a run."""
    query = ScheduledRun.select().where(ScheduledRun.due_at > at, ScheduledRun.run.is_null())
    return list(query.order_by(ScheduledRun.id))


def live_run(schedule_id: int) -> Run | None:
    """The run of this schedule that has not ended, or None."""
    query = Run.select().join(ScheduledRun, on=(ScheduledRun.run == Run.id))
    return query.where(ScheduledRun.schedule == schedule_id, Run.state.in_(("queued", "running"))).first()


def of_run(run_id: int) -> ScheduledRun | None:
    """The due time that a run was started for (the newest try of it), or None."""
    return ScheduledRun.get_or_none(ScheduledRun.run == run_id)


def waiting() -> list[tuple[ScheduledRun, Run]]:
    """The due times whose run still waits in the queue, with that run."""
    query = ScheduledRun.select(ScheduledRun, Schedule, Run).join(Schedule).switch(ScheduledRun).join(Run)
    found = query.where(Run.state == "queued").order_by(ScheduledRun.id)
    return [(scheduled, scheduled.run) for scheduled in found if scheduled.run is not None]


def failed() -> list[ScheduledRun]:
    """The due times of active schedules whose run ended without success."""
    query = ScheduledRun.select(ScheduledRun, Schedule, Run).join(Schedule).switch(ScheduledRun).join(Run)
    ended = Run.state.in_(("failed", "interrupted"))
    newest = ScheduledRun.select(fn.MAX(ScheduledRun.due_at)).join(Schedule).where(Schedule.state == "active")
    found = query.where(ended, ScheduledRun.due_at.in_(newest.group_by(ScheduledRun.schedule)))
    return list(found.where(Schedule.state == "active").order_by(ScheduledRun.id))


def is_newest(scheduled: ScheduledRun) -> bool:
    """Whether no later due time of its schedule is settled."""
    later = (ScheduledRun.schedule == scheduled.schedule_id) & (ScheduledRun.due_at > scheduled.due_at)
    return not ScheduledRun.select().where(later).exists()


def was_run_since(run: Run) -> bool:
    """Whether a backup of the same request was started after this run."""
    same = (Run.backup_request == run.backup_request_id) & (Run.kind == run.kind)
    return Run.select().where(same, Run.id > run.id).exists()


def was_told(run_id: int, code: str) -> bool:
    """Whether a finding of this code was raised for a run, open or closed."""
    return Finding.select().where(Finding.run == run_id, Finding.code == code).exists()


def search(words: str, state: str, page: int = 1) -> Page[Schedule]:
    """The schedules by server and name, those that have ended last; `words` in the names or the request's number."""
    order = ((Schedule.state == "ended").asc(), fn.LOWER(Server.name), fn.LOWER(Schedule.name), Schedule.id)
    return page_of(_wanted(words, state).order_by(*order), page)


def everything(words: str, state: str) -> list[Schedule]:
    """The same schedules on one page, by number."""
    return list(_wanted(words, state).order_by(Schedule.id))


def _wanted(words: str, state: str) -> Any:
    query = Schedule.select(Schedule, Server, BackupRequest).join(Server).switch(Schedule).join(BackupRequest)
    query = query.where(Schedule.state == state) if state else query
    if words:
        query = query.where(
            Schedule.name.contains(words) | Server.name.contains(words) | BackupRequest.number.contains(words)
        )
    return query


def counts() -> dict[str, int]:
    """How many schedules are in each state."""
    query: Any = Schedule.select(Schedule.state, fn.COUNT(Schedule.id)).group_by(Schedule.state)
    return {str(state): int(count) for state, count in query.tuples()}


def of_server(server_id: int) -> list[Schedule]:
    """The schedules of a server that have not ended, by name."""
    query = Schedule.select().where(Schedule.server == server_id, Schedule.state != "ended")
    return list(query.order_by(fn.LOWER(Schedule.name)))


def settled(schedule_ids: Iterable[int], since: datetime, before: datetime) -> list[ScheduledRun]:
    """What became of the due times in a span of time, oldest first, with the run of each."""
    query = ScheduledRun.select(ScheduledRun, Run).join(Run, JOIN.LEFT_OUTER)
    query = query.where(
        ScheduledRun.schedule.in_(list(schedule_ids)),
        ScheduledRun.due_at >= since,
        ScheduledRun.due_at < before,
    )
    return list(query.order_by(ScheduledRun.due_at))


def last_settled(schedule_ids: Iterable[int]) -> dict[int, ScheduledRun]:
    """The newest settled due time of each schedule."""
    newest = ScheduledRun.select(fn.MAX(ScheduledRun.id)).where(ScheduledRun.schedule.in_(list(schedule_ids)))
    query = ScheduledRun.select(ScheduledRun, Run).join(Run, JOIN.LEFT_OUTER)
    found = query.where(ScheduledRun.id.in_(newest.group_by(ScheduledRun.schedule)))
    return {row.schedule_id: row for row in found}


def newest(schedule_id: int, most: int = 10) -> list[ScheduledRun]:
    """The last due times that were settled, newest first, with the run of each."""
    query = ScheduledRun.select(ScheduledRun, Run).join(Run, JOIN.LEFT_OUTER)
    return list(
        query.where(ScheduledRun.schedule == schedule_id).order_by(ScheduledRun.due_at.desc()).limit(most)
    )


def grant_ends(request_ids: Iterable[int]) -> dict[int, datetime]:
    """Until when the authority of each request holds."""
    query = Grant.select().where(Grant.backup_request.in_(list(request_ids)))
    return {grant.backup_request_id: grant.revoked_at or grant.ends_at for grant in query}


def schedulable(user_id: int, at: datetime) -> list[Grant]:
    """The grants that hold at `at` for more than one time and are not the person's own, by server."""
    query = Grant.select(Grant, BackupRequest, Server).join(BackupRequest).switch(Grant).join(Server)
    query = query.where(
        Grant.revoked_at.is_null(),
        Grant.starts_at <= at,
        Grant.ends_at > at,
        BackupRequest.requester != user_id,
        BackupRequest.followed_up_at.is_null(False),
        BackupRequest.step != "withdrawn",
    )
    found = query.order_by(fn.LOWER(Server.name), BackupRequest.number)
    return [grant for grant in found if grant.scope["frequency"] != "once"]
