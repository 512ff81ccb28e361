"""Read side of the runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from portal.store.db import database, hold_key, is_sqlite
from portal.store.models import BackupRequest, Run, RunStep, Server, User
from portal.store.queries.paging import Page, page_of
from schemas.run import DATA_KINDS, RESTORE_KINDS

DIGITS_MAX = 10
# Any number that no other advisory lock of the portal uses.
_CLAIMS_LOCK = 119_008


def get(run_id: int) -> Run | None:
    """One run, or None."""
    return Run.get_or_none(Run.id == run_id)


def by_key(idempotency_key: str) -> Run | None:
    """The run that a form with this key has started already, or None; of two at once the second waits for the first."""
    hold_key(idempotency_key)
    return Run.get_or_none(Run.idempotency_key == idempotency_key)


def steps(run_id: int) -> list[RunStep]:
    """The steps of a run in their order."""
    return list(RunStep.select().where(RunStep.run == run_id).order_by(RunStep.position))


def hold_server(server_id: int) -> None:
    """Let one transaction at a time decide who works on a server, until its commit. SQLite's writers are one anyway."""
    if not is_sqlite():
        Server.select(Server.id).where(Server.id == server_id).for_update().execute()


def server_busy(server_id: int, *, except_run: int | None = None) -> bool:
    """Whether a run that moves data of this server is under way: one at a time, as its repository has one writer."""
    query = Run.select().where(Run.server == server_id, Run.state == "running", Run.kind.in_(DATA_KINDS))
    if except_run is not None:
        query = query.where(Run.id != except_run)
    return query.exists()


def restore_waits(server_id: int) -> bool:
    """Whether somebody waits for data of this server to come back: other work on it lets that go first."""
    return _waiting_restores(server_id).exists()


def hold_claims() -> None:
    """Let one transaction at a time count who is at work, until its commit. SQLite's writers are one anyway."""
    if not is_sqlite():
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_CLAIMS_LOCK,))


def at_work() -> int:
    """How many runs that move data are under way."""
    return int(Run.select().where(Run.state == "running", Run.kind.in_(DATA_KINDS)).count())


def failed_backups(codes: Collection[str], *, since: datetime) -> list[Run]:
    """The backups that people have started for a request and that ended `since` with one of `codes`."""
    by_people = (Run.kind == "backup") & Run.started_by.is_null(False) & Run.backup_request.is_null(False)
    ended = Run.state.in_(("failed", "interrupted")) & Run.code.in_(list(codes)) & (Run.finished_at >= since)
    return list(Run.select().where(by_people, ended).order_by(Run.id))


def tries(run: Run) -> int:
    """How many times in a row this backup was tried, this run the last of them."""
    count = 1
    while run.parent is not None and run.kind == run.parent.kind:
        count, run = count + 1, run.parent
    return count


def leases() -> list[tuple[int, int, datetime]]:
    """The leases of the running runs: (run, token, when it runs out)."""
    query = Run.select(Run.id, Run.lease_token, Run.lease_expires_at).where(Run.state == "running")
    return [(run.id, run.lease_token, run.lease_expires_at) for run in query]


def waiting(*, before: datetime, after: datetime) -> list[Run]:
    """The queued runs that were last sent to the queue before `before`, or never, and whose server is free. Sent
    `after` the present means that the clock was set back since: nobody knows when, so it counts as never."""
    sent = Run.enqueued_at
    lost = sent.is_null() | (sent < before) | (sent > after)
    query = Run.select().where(Run.state == "queued", lost)
    return [
        run
        for run in query.order_by(Run.queued_at)
        if run.kind not in DATA_KINDS or not server_busy(run.server_id)
    ]


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list of runs is narrowed to; an empty value narrows nothing. `inquiries`: those as well; `kinds`: any of
    these; `begins`, `ends`: those that ended between the two; `unit_id`: those for requests of this unit."""

    words: str = ""
    kind: str = ""
    state: str = ""
    server_id: int | None = None
    inquiries: bool = False
    kinds: tuple[str, ...] = ()
    begins: datetime | None = None
    ends: datetime | None = None
    unit_id: int | None = None


def search(wanted: Filter, page: int = 1) -> Page[Run]:
    """The runs, newest first, with server, request and who started them. `words` are looked for in the names of
    server, person and request; a bare number is a run's or a request's."""
    query = (
        Run.select(Run, Server, BackupRequest, User)
        .join(Server)
        .switch(Run)
        .join(BackupRequest, JOIN.LEFT_OUTER)
        .switch(Run)
        .join(User, JOIN.LEFT_OUTER, on=(Run.started_by == User.id))
    )
    if wanted.kind:
        query = query.where(Run.kind == wanted.kind)
    elif not wanted.inquiries:
        query = query.where(Run.kind.in_(DATA_KINDS))
    if wanted.state:
        query = query.where(Run.state == wanted.state)
    if wanted.server_id is not None:
        query = query.where(Run.server == wanted.server_id)
    if wanted.words:
        query = query.where(_holds(wanted.words))
    query = _narrowed(query, wanted)
    return page_of(query.order_by(Run.id.desc()), page)


def _narrowed(query: Any, wanted: Filter) -> Any:
    if wanted.kinds:
        query = query.where(Run.kind.in_(wanted.kinds))
    if wanted.begins is not None and wanted.ends is not None:
        query = query.where(Run.finished_at >= wanted.begins, Run.finished_at < wanted.ends)
    if wanted.unit_id is not None:
        query = query.where(BackupRequest.unit == wanted.unit_id)
    return query


def of_request(request_id: int, kinds: Iterable[str] = DATA_KINDS) -> list[Run]:
    """The runs that were started for a request, newest first."""
    query = Run.select().where(Run.backup_request == request_id, Run.kind.in_(list(kinds)))
    return list(query.order_by(Run.id.desc()))


def of_server(server_id: int, most: int = 10) -> list[Run]:
    """The newest runs of a server that move data."""
    query = Run.select().where(Run.server == server_id, Run.kind.in_(DATA_KINDS))
    return list(query.order_by(Run.id.desc()).limit(most))


def succeeded_since(server_id: int, kind: str, since: datetime) -> list[Run]:
    """The runs of this kind on this server that have succeeded after `since`."""
    went_well = (Run.server == server_id) & (Run.kind == kind) & (Run.state == "succeeded")
    return list(Run.select().where(went_well, Run.finished_at > since))


def carried_out_by(request_id: int, user_id: int, kinds: Iterable[str]) -> bool:
    """Whether somebody has started a run of one of these kinds for a request."""
    mine = (Run.backup_request == request_id) & (Run.started_by == user_id)
    return bool(Run.select().where(mine, Run.kind.in_(list(kinds))).exists())


def ahead_of(run: Run) -> Run | None:
    """The run that holds the server which `run` waits for, or the restore that goes first, or None."""
    if run.kind not in DATA_KINDS:
        return None
    query = Run.select().where(Run.server == run.server_id, Run.state == "running", Run.kind.in_(DATA_KINDS))
    holder = query.where(Run.id != run.id).first()
    if holder is not None or run.kind in RESTORE_KINDS:
        return holder
    return _waiting_restores(run.server_id).order_by(Run.id).first()


def counts_by_state() -> dict[str, int]:
    """How many runs that move data are in each state."""
    query: Any = Run.select(Run.state, fn.COUNT(Run.id)).where(Run.kind.in_(DATA_KINDS)).group_by(Run.state)
    return {str(state): int(count) for state, count in query.tuples()}


def _waiting_restores(server_id: int) -> Any:
    return Run.select().where(Run.server == server_id, Run.state == "queued", Run.kind.in_(RESTORE_KINDS))


def _holds(words: str) -> Any:
    """Every number of a year holds that year's digits: a bare number means a run or a request's own number."""
    if words.isdecimal() and len(words) < DIGITS_MAX:
        return (Run.id == int(words)) | BackupRequest.number.endswith(f"-{int(words):04d}")
    return Server.name.contains(words) | BackupRequest.number.contains(words) | User.name.contains(words)
