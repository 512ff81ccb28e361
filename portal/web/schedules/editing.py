"""Making a schedule, and giving it another rule."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import Forbidden, InvalidInput
from portal.operations import schedules as desk
from portal.sop.due import next_due
from portal.store import db
from portal.store.queries import schedules as rows
from portal.web import messages
from portal.web.addresses import small_number
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from portal.web.keys import form_key
from portal.web.schedules.door import blueprint
from schemas.schedule import ScheduleForm, ScheduleRule

Answer = Response | WerkzeugResponse
MANY = ("weekdays",)
NEW = {"rhythm": "daily", "at": "02:00", "month_day": "1", "grace_minutes": "60", "catch_up_hours": "12",
       "jitter_minutes": "0"}  # fmt: skip


@blueprint.get("/jadwal/baru")
def new() -> Answer:
    """The form for a new schedule, for the request `nomor` where one is named."""
    return _form({**NEW, "request_id": request.args.get("nomor", "")}, {})


@blueprint.post("/jadwal/baru")
def create() -> Answer:
    """Make it."""
    values, at = typed(request.form, MANY), db.now()
    request_id = small_number(values.get("request_id")) or 0
    try:
        form = _read(values)
        schedule = desk.create(request_id, form, person().user, form_key(), at=at)
    except InvalidInput as error:
        return _form(values, messages.field_problems(error.fields), 422)
    except Forbidden as refusal:
        return _form(values, {"request_id": messages.problem(refusal)}, 422)
    due = next_due(form.rule(), schedule.id, at)
    notice("schedule.created", name=schedule.name, when=due.start if due else None)
    return redirect(url_for("schedules.show", schedule_id=schedule.id), 303)


@blueprint.get("/jadwal/<int:schedule_id>/ubah")
def edit(schedule_id: int) -> Answer:
    """The form with the rule as it is."""
    schedule = desk.find(schedule_id)
    return _form(_values(schedule), {}, schedule=schedule)


@blueprint.post("/jadwal/<int:schedule_id>/ubah")
def change(schedule_id: int) -> Answer:
    """Give it the rule that was typed."""
    schedule, values = desk.find(schedule_id), typed(request.form, MANY)
    revision = small_number(values.get("revision"))
    try:
        form = _read(values)
        desk.change(schedule_id, -1 if revision is None else revision, form, person().user, at=db.now())
    except InvalidInput as error:
        return _form(values, messages.field_problems(error.fields), 422, schedule=schedule)
    notice("schedule.changed", name=form.name)
    return redirect(url_for("schedules.show", schedule_id=schedule_id), 303)


def _read(values: dict[str, Any]) -> ScheduleForm:
    """The form. What another rhythm would need may hold anything: its fields are out of sight."""
    names = set(ScheduleForm.model_fields)
    if values.get("rhythm") == "cron":
        names -= {"at"}
    else:
        names -= {"cron"}
    if values.get("rhythm") != "monthly":
        names -= {"month_day"}
    return parse(ScheduleForm, {name: values[name] for name in names if name in values})


def _values(schedule: Any) -> dict[str, Any]:
    """A schedule's rule as the form has it."""
    rule = ScheduleRule.model_validate(schedule.rule)
    window = rule.window
    rests = [
        f"{rest.first}" if rest.first == rest.last else f"{rest.first} - {rest.last}" for rest in rule.rests
    ]
    return {
        "name": schedule.name,
        "rhythm": rule.rhythm.value,
        "at": f"{rule.at:%H:%M}",
        "weekdays": [str(day) for day in rule.weekdays],
        "month_day": str(rule.month_day),
        "cron": rule.cron,
        "window_start": f"{window.start:%H:%M}" if window else "",
        "window_end": f"{window.end:%H:%M}" if window else "",
        "rests": "\n".join(rests),
        "jitter_minutes": str(rule.jitter_minutes),
        "grace_minutes": str(rule.grace_minutes),
        "catch_up_hours": str(rule.catch_up_hours),
        "bandwidth_kib": str(rule.bandwidth_kib or ""),
        "revision": str(schedule.revision),
    }


def _form(
    values: dict[str, Any], problems: dict[str, str], status: int = 200, *, schedule: Any = None
) -> Response:
    grants = [] if schedule else rows.schedulable(person().id, db.now())
    page = render_template(
        "schedules/form.html", values=values, problems=problems, schedule=schedule, grants=grants
    )
    return make_response(page, status)
