"""The calendar: a month, the year's days and periods, and the simulator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template, request, url_for

from portal.operations import office
from portal.sop.due import OFFICE_ZONE
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import calendar as rows
from portal.web import messages
from portal.web.calendar import grid, simulator
from portal.web.calendar.door import blueprint
from portal.web.identity import person


@blueprint.app_template_global()
def counted_at(start: datetime, days: int) -> str:
    """Where a due time of so many working days from `start` is counted before one's eyes."""
    local = f"{start.astimezone(OFFICE_ZONE):%Y-%m-%dT%H:%M}"
    asked: dict[str, Any] = {"mulai": local, "langkah": "", "jumlah": days, "satuan": "day", "tutup": ""}
    return url_for("calendar.index", **asked, _anchor="hasil-simulasi")


@blueprint.get("")
def index() -> str:
    """The month, what differs in its year, and a due time tried out."""
    now = db.now().astimezone(OFFICE_ZONE)
    calendar, days = office.calendar(), rows.days()
    first = grid.month_asked(request.args.get("bulan"), now.date())
    values = simulator.typed(request.args, now)
    found, problems = simulator.simulate(calendar, values, messages.text("calendar.tried_closed"))
    return render_template(
        "calendar/index.html",
        month=grid.month(calendar, days, first, now.date()),
        days=[row for row in days if row.date.year == first.year],
        periods=[row for row in rows.periods() if first.year in (row.first.year, row.last.year)],
        values=values,
        problems=problems,
        found=found,
        steps=simulator.STEPS,
        tried="mulai" in request.args,
        may_keep=person().has(Role.SYSTEM_ADMIN),
    )
