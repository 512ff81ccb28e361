"""The trail on the screen, and whether its chain holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.operations import audit_checks
from portal.store import db
from portal.store.queries import audit as trail
from portal.web import messages
from portal.web.audit import door
from portal.web.audit.door import blueprint
from portal.web.audit.reading import Line, lines
from portal.web.flashes import notice
from portal.web.identity import person

if TYPE_CHECKING:
    from collections.abc import Mapping


@blueprint.get("/audit")
def index() -> str:
    """The trail, newest first, and how its chain stands."""
    wanted = door.wanted()
    found = trail.search(wanted, door.place())
    return render_template(
        "audit/index.html",
        lines=lines(found.rows, person()),
        found=found,
        older=f"{found.older.at.isoformat()}~{found.older.sequence}" if found.older else "",
        typed=door.typed(),
        continued="sebelum" in request.args,
        filtered=wanted != trail.Filter(),
        narrowed=bool(door.typed().keys() - {"cari", "jenis"}),
        events=_events(),
        people=trail.names(),
        chain=audit_checks.standing(),
    )


@blueprint.post("/audit/periksa")
def check() -> Response:
    """Check the chain from its first entry; a long one goes on by the clock."""
    made = audit_checks.ask(person().user, at=db.now(), settings=current_app.config["SETTINGS"])
    if made.finished_at is None:
        notice("audit.checking", "info", entries=made.sequence, size=made.target)
    elif made.broken_at is None:
        notice("audit.holds", entries=made.sequence)
    return redirect(url_for("audit.index"), 303)


def _events() -> Mapping[str, list[tuple[str, str]]]:
    """The events to choose from, by what they happen to."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for tag, title in messages.labels("event").items():
        kind = tag.partition(":")[0]
        own = kind in messages.labels("event_group")
        groups.setdefault(messages.label("event_group" if own else "subject", kind), []).append((tag, title))
    return {group: sorted(events, key=lambda event: event[1]) for group, events in sorted(groups.items())}


__all__ = ["Line", "check", "index"]
