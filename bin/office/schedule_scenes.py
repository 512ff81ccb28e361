"""The scenes of the demonstration about schedules: one that ran at its time, one that did not and says so."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta

from office.browser import PageError
from office.checks import Check
from office.scenes import SUCCEEDED, Stage
from portal.sop.due import OFFICE_ZONE
from portal.store import db
from portal.store.models import Run, Schedule, ScheduledRun, Snapshot
from portal.web.messages import label

WAIT_SECONDS = 150
MISSED = label("scheduled_state", "missed")
FINDING = label("finding_kind", "schedule_missed")
NOTE = "Proses clock dihidupkan lagi dan backup susulan sudah berhasil."


def ran(stage: Stage) -> None:
    """The Kasubbid makes a schedule, and the portal keeps it by itself, once."""
    request_id = _request(stage)
    with stage.checks.that("schedule.ran") as check:
        due = (_office_now() + timedelta(minutes=1)).replace(second=0, microsecond=0)
        schedule_id = _make(stage, check, request_id, "Harian situs", due)
        run_id = _await_row(schedule_id)
        if run_id is None:
            raise PageError("the due time was settled without a run")
        state = stage.desks.await_run(run_id)
        page = stage.desks["auditor"].open(f"/jadwal/{schedule_id}")
        check.demand(state == SUCCEEDED, f"run {run_id}: {state}")
        check.demand(f"Pekerjaan #{run_id}" in page.text, "the schedule does not name its run")
        with db.connection():
            key = f"schedule:{schedule_id}:"
            runs = Run.select().where(Run.idempotency_key.startswith(key)).count()
        check.demand(runs == 1, f"{runs} runs for one due time")
        _end(stage, schedule_id)
        check.detail = f"due {due:%H:%M}, run {run_id}: {state}, started by the portal"


def missed(stage: Stage) -> None:
    """What the portal could not keep stands on a page until the Kasubbid has dealt with it."""
    request_id = _request(stage)
    with stage.checks.that("schedule.missed_alarm") as check:
        due = _office_now() - timedelta(minutes=30)
        limits = {"grace_minutes": "5", "catch_up_hours": "0"}
        schedule_id = _make(stage, check, request_id, "Malam hari", due, **limits)
        # As if the clock had stood still since before that time.
        with db.connection():
            before = db.now() - timedelta(hours=1)
            Schedule.update(begins_at=before).where(Schedule.id == schedule_id).execute()
        run_id = _await_row(schedule_id)
        check.demand(run_id is None, f"run {run_id} was started too late")
        check.demand(MISSED in stage.desks["auditor"].open(f"/jadwal/{schedule_id}").text, "no word of it")
        findings = stage.desks["kasubbid"].open("/temuan?jenis=schedule_missed")
        check.demand(FINDING in findings.text and "Malam hari" in findings.text, "no finding")
        action = next(
            form.get("action") for form in findings.page.forms if "/tutup" in (form.get("action") or "")
        )
        findings.send(action, {"note": NOTE})
        _end(stage, schedule_id)
        check.detail = f"due {due:%H:%M}, nothing ran: a finding until the Kasubbid closed it"


def _request(stage: Stage) -> int:
    """The request that the proven copy was made for."""
    with db.connection():
        return int(Snapshot.get(Snapshot.snapshot_id == stage.snapshot).run.backup_request_id)


def _office_now() -> datetime:
    return db.now().astimezone(OFFICE_ZONE)


def _make(stage: Stage, check: Check, request_id: int, name: str, due: datetime, **more: str) -> int:
    """The Kasubbid fills the form; nobody else may. The schedule's id."""
    values = {
        "name": name,
        "request_id": str(request_id),
        "rhythm": "daily",
        "at": f"{due:%H:%M}",
        "bandwidth_kib": "102400",
        **more,
    }
    for who, browser in stage.desks.people.items():
        if who != "kasubbid":
            browser.open("/")
            status = browser.post("/jadwal/baru", values).status_code
            check.demand(status == 403, f"{who} makes a schedule: {status}")
    person = stage.desks["kasubbid"].open(f"/jadwal/baru?nomor={request_id}")
    person.send("/jadwal/baru", values)
    found = re.fullmatch(r"/jadwal/(\d+)", person.path)
    if found is None:
        raise PageError(f"no schedule was made: {person.text[:400]}")
    return int(found[1])


def _await_row(schedule_id: int) -> int | None:
    """Wait until the clock has settled a due time; its run's id, None where nothing ran."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        with db.connection():
            row = ScheduledRun.get_or_none(ScheduledRun.schedule == schedule_id)
        if row is not None:
            return row.run_id
        time.sleep(1)
    raise PageError(f"nothing became of schedule {schedule_id} in {WAIT_SECONDS} s")


def _end(stage: Stage, schedule_id: int) -> None:
    person = stage.desks["kasubbid"].open(f"/jadwal/{schedule_id}")
    person.send(f"/jadwal/{schedule_id}/akhiri", {})
