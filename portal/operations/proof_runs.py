"""Proof without being asked (design, "Proof"): the clock has every byte of a repository read in a circle of parts, and
the newest copy of all that is kept brought back and compared. Both hang on the server's approved request."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.config import Settings
from portal.errors import PortalError
from portal.operations import findings, keeping, runs
from portal.operations.anomalies import place_of
from portal.store.db import transaction
from portal.store.models import Run, Server, Snapshot
from portal.store.queries import findings as finding_rows
from portal.store.queries import proofs as rows
from portal.store.queries import runs as run_rows
from portal.store.queries import second_copies as copies
from schemas.run import RunKind

AGAIN = timedelta(hours=12)
"""How long after an attempt that did not end well the clock waits before the next one."""
LATE = ("restore_test", "proof.overdue")


def start_checks(at: datetime, settings: Settings) -> list[int]:
    """Start the check of the next part of every repository whose turn it is, so that the circle closes within
    `integrity_circle_days` (0: never by itself). Return the runs' ids."""
    if not settings.integrity_circle_days:
        return []
    every = timedelta(days=settings.integrity_circle_days) / settings.integrity_parts
    started = []
    for server in copies.servers():
        with transaction():
            run_rows.hold_server(server.id)
            if _check_is_due(server, every, at):
                run = _check(server, at, settings)
                started += [run] if run else []
    return _sent(started, at, settings)


def start_tests(at: datetime, settings: Settings) -> list[int]:
    """Start a restore test for what was not proven to come back for `restore_test_days` (0: never by itself), one at a
    time on a server. Return the runs' ids."""
    if not settings.restore_test_days:
        return []
    every, started = timedelta(days=settings.restore_test_days), []
    for server in copies.servers():
        with transaction():
            run_rows.hold_server(server.id)
            if rows.is_live(server.id, RunKind.RESTORE_TEST):
                continue
            due = [copy for copy in rows.newest_copies(server.id) if _test_is_due(copy, every, at)]
            # One that nothing allows any more does not keep the others waiting.
            run = next((run for copy in due if (run := _test(copy, at))), None)
            started += [run] if run else []
    return _sent(started, at, settings)


def tell_overdue(at: datetime, settings: Settings) -> list[int]:
    """Raise a finding for what is kept and was not proven for as long as a certificate holds: nobody knows whether it
    still comes back. Return the findings' ids."""
    if not settings.restore_test_days:
        return []
    patience, told = timedelta(days=settings.certificate_days), []
    for server in copies.servers():
        for copy in rows.newest_copies(server.id):
            since = rows.proven_at(copy) or rows.first_kept_at(copy)
            closed = finding_rows.last_closed(server.id, LATE[0])
            if at - since <= patience or (closed and at - closed <= patience):
                continue
            with transaction():
                found = findings.raise_once(
                    server.id, *LATE, at=at, severity="warn", place=place_of(copy),
                    context={"days": settings.certificate_days, "sources": ", ".join(copy.sources)})  # fmt: skip
            told += [found.id] if found else []
    return told


def _check_is_due(server: Server, every: timedelta, at: datetime) -> bool:
    last = rows.last_run(server.id, RunKind.INTEGRITY)
    if last is None:
        first = rows.first_copy_at(server.id)
        return first is not None and at - first >= every
    if last.state in rows.LIVE:
        return False
    read = last.state == "succeeded" or last.code == "restic.damaged"
    return _passed(last.queued_at, every if read else min(every, AGAIN), at)


def _test_is_due(copy: Snapshot, every: timedelta, at: datetime) -> bool:
    """Whether nothing of the same sources was proven for so long. The first proof is due on the second day: a request
    waits for it, and a person may be about to start it."""
    proven, tried = rows.proven_at(copy), rows.last_test_at(copy)
    waited = (
        _passed(proven, every, at)
        if proven
        else _passed(rows.first_kept_at(copy), min(every, timedelta(days=1)), at)
    )
    return waited and (tried is None or _passed(tried, min(every, AGAIN), at))


def _passed(since: datetime, span: timedelta, at: datetime) -> bool:
    """Whether so much time has gone by; a clock that was set back since does not make anything wait for it."""
    return at - since >= span or at < since


def _check(server: Server, at: datetime, settings: Settings) -> Run | None:
    key = f"integrity:{server.id}:{at:%Y%m%dT%H%M%S}"
    try:
        return keeping.order_integrity(server, None, key, at=at, parts=settings.integrity_parts)
    except PortalError:
        return None  # no request holds any more; what is kept without one is told by `tell_overdue`


def _test(copy: Snapshot, at: datetime) -> Run | None:
    try:
        return runs.order_restore_test(copy, None, f"proof:{copy.id}:{at:%Y%m%dT%H%M%S}", at=at)
    except PortalError:
        return None


def _sent(started: list[Run], at: datetime, settings: Settings) -> list[int]:
    for run in started:
        runs.send(run, settings, at)
    return [run.id for run in started]
