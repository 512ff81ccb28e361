"""The vault: its room, how it fills, each server's part, and what waits for a decision."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

from portal.operations import vault
from portal.sop import growth
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import keeping
from portal.store.queries import storage as rows
from portal.web.access import roles

blueprint = Blueprint("storage", __name__)
READERS = (
    Role.ADMINISTRATOR,
    Role.SUBDIVISION_HEAD,
    Role.DIVISION_HEAD,
    Role.CENTER_HEAD,
    Role.AUDITOR,
)
ACCESS = {"storage.index": roles(*READERS)}
SOON_DAYS = 60
CHART = (640, 160)
"""Width and height of the picture of the last 30 days, in its own units."""


@blueprint.get("/penyimpanan")
def index() -> str:
    """The vault on one page."""
    at, settings = db.now(), current_app.config["SETTINGS"]
    found = vault.outlook(settings, at)
    return render_template(
        "storage/index.html",
        outlook=found,
        elsewhere={name: (one, tone(one)) for name, one in vault.elsewhere(settings, at).items()},
        tone=tone(found),
        line=_line(found) if found else "",
        chart=CHART,
        lines=rows.lines(at - growth.WINDOW),
        waiting=keeping.waiting_cuts(),
    )


def tone(found: vault.Outlook | None) -> str:
    """How urgent the room is: bad when it is full within a fortnight or nearly so now, warn within two months."""
    if found is None:
        return "bad"
    share, fills = found.room.used / max(1, found.room.total), found.growth.fills_at
    days = (fills - db.now()).days if fills else None
    if share >= 0.95 or (days is not None and days < 14):
        return "bad"
    return "warn" if share >= 0.85 or (days is not None and days < SOON_DAYS) else "ok"


def _line(found: vault.Outlook) -> str:
    """The points of the last 30 days as an SVG polyline, the largest at the top."""
    width, height = CHART
    points = [point for point in found.points if found.points[-1].at - point.at <= growth.WINDOW]
    if len(points) < growth.LEAST_POINTS:
        return ""
    low, high = min(point.used for point in points), max(point.used for point in points)
    span = (points[-1].at - points[0].at).total_seconds() or 1
    return " ".join(
        f"{(point.at - points[0].at).total_seconds() / span * width:.1f},"
        f"{height - (point.used - low) / max(1, high - low) * (height - 10) - 5:.1f}"
        for point in points
    )
