"""Changing the calendar: the form, what it would move, and the yes to exactly that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, NotFound, PortalError, StaleStep
from portal.operations import calendar as desk
from portal.operations import calendar_edits as edits
from portal.operations.calendar_edits import Edit
from portal.sop.worktime import RAMADAN_WEEK, CalendarError, week_to_pairs
from portal.store import db
from portal.store.queries import calendar as rows
from portal.web import messages
from portal.web.addresses import small_number
from portal.web.calendar.door import blueprint
from portal.web.calendar.grid import YEARS
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from schemas.office_time import DayForm, PeriodForm, typed_hours

Answer = Response | WerkzeugResponse
HIDDEN = frozenset({"digest", "back"})


@blueprint.get("/hari")
def day() -> Answer:
    """The form of one day, with what the calendar says of it."""
    wanted = _date(request.args.get("tanggal"))
    row = rows.day(wanted) if wanted else None
    values = {"day": wanted.isoformat() if wanted else "", "kind": "holiday"}
    if row is not None:
        values |= {"kind": row.kind, "name": row.name, "hours": typed_hours(row.hours)}
    return _day_form(values, {})


@blueprint.post("/hari")
def set_day() -> Answer:
    """Show what the day as typed would move, or carry it out."""
    values = typed(request.form)
    return _answer(lambda: edits.set_day(parse(DayForm, _of(DayForm, values))), values, _day_form)


@blueprint.post("/hari/hapus")
def remove_day() -> Answer:
    """Show what the day's removal would move, or carry it out."""
    values = typed(request.form)
    wanted = _date(values.get("day"))
    if wanted is None:
        raise NotFound("calendar.unknown_day")
    return _answer(lambda: edits.remove_day(wanted), values, _day_form)


@blueprint.get("/masa")
def period() -> Answer:
    """The form of a period: a new one has Ramadan's hours proposed."""
    period_id = small_number(request.args.get("period_id"))
    weekly, values = week_to_pairs(RAMADAN_WEEK), {"name": "Ramadan"}
    if period_id is not None:
        row = edits.find_period(period_id)
        weekly = row.weekly
        values = {"id": str(row.id), "name": row.name, "first": f"{row.first}", "last": f"{row.last}"}
    hours = {f"hours_{number}": typed_hours(spans) or "-" for number, spans in weekly.items()}
    return _period_form(values | hours, {})


@blueprint.post("/masa")
def set_period() -> Answer:
    """Show what the period as typed would move, or carry it out."""
    values = typed(request.form)
    period_id = small_number(values.get("id"))
    return _answer(
        lambda: edits.set_period(parse(PeriodForm, _of(PeriodForm, values)), period_id), values, _period_form
    )


@blueprint.post("/masa/hapus")
def remove_period() -> Answer:
    """Show what the period's removal would move, or carry it out."""
    values = typed(request.form)
    period_id = small_number(values.get("id"))
    if period_id is None:
        raise NotFound("calendar.unknown_period")
    return _answer(lambda: edits.remove_period(period_id), values, _period_form)


@blueprint.post("/isi")
def seed() -> Answer:
    """Show what a year's holidays would move, or carry it out."""
    values = typed(request.form)
    year = small_number(values.get("year")) or 0
    if not YEARS[0] < year < YEARS[1]:
        notice("calendar.year", "bad", min=YEARS[0] + 1, max=YEARS[1] - 1)
        return redirect(url_for("calendar.index", _anchor="isi"), 303)
    return _answer(lambda: edits.seeding([year]), values, _day_form)


@blueprint.app_template_filter("calendar_change")
def calendar_change(change: dict[str, Any]) -> str:
    """A change of the calendar as a sentence; its dates as people write them."""
    context: dict[str, Any] = {
        name: _date(value) or value for name, value in change.items() if name != "hours"
    }
    if "years" in change:
        context["years"] = ", ".join(str(year) for year in change["years"])
    return messages.text(f"calendar.did.{change['what']}", **context)


def _answer(
    make: Callable[[], Edit],
    values: dict[str, Any],
    form: Callable[[dict[str, Any], dict[str, str], int], Answer],
) -> Answer:
    """The preview of an edit, or what came of the yes to it; the form again where something is wrong with it."""
    try:
        edit = make()
        found = desk.preview(edit)
        if "digest" not in values:
            return _preview(found, values)
        done = desk.change(edit, values["digest"], person().user, at=db.now())
    except InvalidInput as error:
        return form(values, messages.field_problems(error.fields), 422)
    except CalendarError as error:
        return form(values, {"hours": messages.problem(error)}, 422)
    except StaleStep as error:
        return _preview(desk.preview(make()), values, error)
    notice("calendar.saved", moved=len(done.moves))
    return redirect(url_for("calendar.index", bulan=_month_of(edit)), 303)


def _preview(found: desk.Preview, values: dict[str, Any], problem: PortalError | None = None) -> Answer:
    page = render_template(
        "calendar/preview.html",
        found=found,
        at=db.now(),
        sentence=messages.problem(problem) if problem else "",
        change={"what": found.edit.what, **found.edit.told},
        hidden={name: value for name, value in values.items() if name not in HIDDEN}
        | {"digest": found.digest},
    )
    return make_response(page, 409 if problem else 200)


def _month_of(edit: Edit) -> str | None:
    told = edit.told.get("day") or edit.told.get("first")
    return str(told)[:7] if told else f"{edit.told['years'][0]}-01"


def _day_form(values: dict[str, Any], problems: dict[str, str], status: int = 200) -> Answer:
    wanted = _date(values.get("day"))
    known = rows.day(wanted) if wanted else None
    return make_response(
        render_template("calendar/day.html", values=values, problems=problems, known=known), status
    )


def _period_form(values: dict[str, Any], problems: dict[str, str], status: int = 200) -> Answer:
    return make_response(render_template("calendar/period.html", values=values, problems=problems), status)


def _of(shape: type, values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in shape.model_fields if name in values}  # type: ignore[attr-defined]


def _date(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
