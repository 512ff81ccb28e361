"""Letting a schedule rest, going on with it, ending it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from portal.operations import schedules as desk
from portal.store import db
from portal.web.addresses import small_number
from portal.web.flashes import notice
from portal.web.identity import person
from portal.web.schedules.door import blueprint


@blueprint.post("/jadwal/<int:schedule_id>/jeda")
def pause(schedule_id: int) -> Response:
    """Let it rest."""
    return _decide(desk.pause, schedule_id, "schedule.paused")


@blueprint.post("/jadwal/<int:schedule_id>/lanjut")
def resume(schedule_id: int) -> Response:
    """Let it go on."""
    return _decide(desk.resume, schedule_id, "schedule.resumed")


@blueprint.post("/jadwal/<int:schedule_id>/akhiri")
def end(schedule_id: int) -> Response:
    """End it for good."""
    return _decide(desk.end, schedule_id, "schedule.ended")


def _decide(deed: Callable[..., Any], schedule_id: int, code: str) -> Response:
    revision = small_number(request.form.get("revision"))
    schedule = deed(schedule_id, -1 if revision is None else revision, person().user, at=db.now())
    notice(code, name=schedule.name)
    return redirect(url_for("schedules.show", schedule_id=schedule_id), 303)
