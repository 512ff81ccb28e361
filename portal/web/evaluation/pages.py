"""The evaluation of a month: figures with what they count, charts, what asks for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import current_app, render_template, request, url_for

from portal.documents import charts
from portal.documents.formats import mark
from portal.operations import evaluation as desk
from portal.sop.evaluation import SLACK_HOURS, Month
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import counts, waiting
from portal.store.queries.evaluation import issued, surveys
from portal.web import access, narrowing
from portal.web.addresses import page_number, small_number
from portal.web.evaluation.door import blueprint
from portal.web.identity import person, person_or_none
from portal.web.messages import values

if TYPE_CHECKING:
    from portal.store.models import Unit

CHOICES = 24
"""How many months back can be chosen from the list; an older one still has its address."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The month and unit that the page is asked for."""

    month: Month
    unit: Unit | None
    units: list[Unit]

    @property
    def unit_id(self) -> int | None:
        """The unit's id, None for all."""
        return self.unit.id if self.unit else None


@blueprint.get("/evaluasi")
def index() -> str:
    """One month, beside the month before and the year up to it. `segar` counts the present month again at once."""
    at, settings = db.now(), current_app.config["SETTINGS"]
    asked = wanted(at)
    anew = request.args.get("segar") == "1" and asked.month == Month.of(at)
    told = desk.figures(asked.month, at=at, settings=settings, unit_id=asked.unit_id, anew=anew)
    return render_template(
        "evaluation/index.html",
        wanted=asked,
        told=told,
        before=desk.figures(asked.month.moved(-1), at=at, settings=settings, unit_id=asked.unit_id),
        trend=desk.trend(asked.month, at=at, settings=settings, unit_id=asked.unit_id),
        months=months(asked.month, at),
        running=asked.month == Month.of(at),
        slack=SLACK_HOURS,
        reports=issued.newest(),
        may_issue=person().has(Role.DIVISION_HEAD),
    )


def wanted(at: datetime) -> Wanted:
    """What the address asks for: this month where it names none or one to come, all units where it names none."""
    now, units = Month.of(at), issued.units()
    month = min(Month.parse(request.args.get("bulan")) or now, now)
    unit_id = small_number(request.args.get("satker"))
    return Wanted(month, next((unit for unit in units if unit.id == unit_id), None), units)


def months(chosen: Month, at: datetime) -> list[Month]:
    """What can be chosen, the present month first."""
    listed = Month.of(at).back(CHOICES)[::-1]
    return listed if chosen in listed else [*listed, chosen]


@blueprint.app_context_processor
def helpers() -> dict[str, Any]:
    """What the evaluation's partials need: charts with their marks, and links only where they lead somewhere."""
    return {"charts": charts, "Series": charts.Series, "link_to": link_to, "service_standing": service_standing,
            "short_size": values.size, "whole_count": lambda value: values.count(round(value)),
            "narrowed_month": narrowing.month}  # fmt: skip


def service_standing() -> dict[str, Any] | None:
    """How the service stands now, for those who answer for it; None for everybody else."""
    if not person().has(Role.CENTER_HEAD, Role.DIVISION_HEAD):
        return None
    at, settings = db.now(), current_app.config["SETTINGS"]
    return {
        "told": desk.figures(Month.of(at), at=at, settings=settings),
        "success": desk.lately(at=at),
        "late": counts.requests_late(at, waiting.MOST + 1),
    }


@blueprint.get("/evaluasi/penilaian")
def said() -> str:
    """What requesters said in the month, each with its request: what the mean marks come from."""
    at = db.now()
    asked = wanted(at)
    found = surveys.listed(
        asked.month.begins, asked.month.ends, asked.unit_id, page_number(request.args.get("halaman"))
    )
    return render_template("evaluation/said.html", wanted=asked, found=found, months=months(asked.month, at))


@blueprint.app_template_filter("in_month")
def in_month(value: datetime) -> str:
    """November 2026, of an instant by the office's clock."""
    return values.month(Month.of(value).first)


@blueprint.app_template_filter("month_of_key")
def month_of_key(key: str) -> str:
    """November 2026, of "2026-11"."""
    month = Month.parse(key)
    return values.month(month.first) if month else key


blueprint.add_app_template_filter(mark)


@blueprint.app_template_filter("short_month")
def short_month(value: datetime) -> str:
    """Nov, of an instant by the office's clock."""
    return values.short_month(Month.of(value).first)


@blueprint.app_template_filter("in_hours")
def in_hours(seconds: int) -> float:
    """Seconds as hours, for the length of a bar."""
    return seconds / 3600


def link_to(endpoint: str, **values: Any) -> str:
    """The address of an endpoint, empty where this person may not go there."""
    rule = access.rule_of(current_app, endpoint)
    named = current_app.view_functions.get(endpoint)
    allowed = named is not None and rule is not None and _admits(rule, values)
    return url_for(endpoint, **values) if allowed else ""


def _admits(rule: access.Rule, values: dict[str, Any]) -> bool:
    return rule.admits(person_or_none(), values if rule.test is not None else {})
