"""Setting a mirror up, running it, changing its rules, ending it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import Forbidden, InvalidInput, NotFound
from portal.operations import mirror_runs
from portal.operations import mirrors as desk
from portal.store import db
from portal.store.queries import grants
from portal.store.queries import mirrors as rows
from portal.store.queries import requests as request_rows
from portal.web import messages
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from portal.web.keys import form_key
from portal.web.mirrors.door import blueprint
from schemas.mirror import COUNT_MAX, EVERY_HOURS, QUARANTINE_DAYS, SHARE_MAX, LimitsForm, MirrorForm

if TYPE_CHECKING:
    from portal.store.models import Grant, Mirror

LIMITS = ("max_count", "max_share", "sentinel", "quarantine_days", "every_hours")
TARGET = ("target_server_id", "target_path")
USUAL = {"max_count": 100, "max_share": 10, "sentinel": "", "quarantine_days": 30, "every_hours": 24}
NEW = "/permohonan/<int:request_id>/cermin/baru"
EDIT = "/cermin/<int:mirror_id>/aturan"


@blueprint.get(NEW)
def new(request_id: int) -> Response:
    """The form for one of the request's folders."""
    return _new(request_id, dict(USUAL), {})


@blueprint.post(NEW)
def create(request_id: int) -> Response | WerkzeugResponse:
    """Set it up."""
    values = typed(request.form)
    try:
        form = parse(
            MirrorForm, {name: values[name] for name in ("path", *TARGET, *LIMITS) if name in values}
        )
        mirror = desk.create(request_id, form, person().user, at=db.now())
    except InvalidInput as error:
        return _new(request_id, values, messages.field_problems(error.fields), 422)
    notice("mirror.made" if mirror.active else "mirror.proposed_folder", path=mirror.path)
    return redirect(url_for("mirrors.show", mirror_id=mirror.id), 303)


@blueprint.post("/cermin/<int:mirror_id>/mulai")
def start(mirror_id: int) -> WerkzeugResponse:
    """Bring it into step now."""
    settings = current_app.config["SETTINGS"]
    run = mirror_runs.start(mirror_id, person().user, form_key(), at=db.now(), settings=settings)
    return redirect(url_for("runs.show", run_id=run.id), 303)


@blueprint.get(EDIT)
def edit(mirror_id: int) -> Response:
    """The form of its rules."""
    mirror = _changeable(mirror_id)
    return _edit(mirror, {name: getattr(mirror, name) for name in LIMITS}, {})


@blueprint.post(EDIT)
def change(mirror_id: int) -> Response | WerkzeugResponse:
    """Change its rules."""
    values = typed(request.form)
    try:
        form = parse(LimitsForm, {name: values[name] for name in LIMITS if name in values})
        desk.change(mirror_id, form, person().user, at=db.now())
    except InvalidInput as error:
        return _edit(desk.find(mirror_id), values, messages.field_problems(error.fields), 422)
    notice("mirror.is_changed")
    return redirect(url_for("mirrors.show", mirror_id=mirror_id), 303)


@blueprint.post("/cermin/<int:mirror_id>/akhiri")
def end(mirror_id: int) -> WerkzeugResponse:
    """Keep it in step no longer."""
    desk.end(mirror_id, person().user, at=db.now())
    notice("mirror.is_ended", "info")
    return redirect(url_for("mirrors.show", mirror_id=mirror_id), 303)


def _changeable(mirror_id: int) -> Mirror:
    mirror = desk.find(mirror_id)
    if not desk.may_decide(person().user, db.now()):
        raise Forbidden("mirror.limits")
    return mirror


def _new(request_id: int, values: dict[str, Any], problems: dict[str, str], status: int = 200) -> Response:
    grant = _granted(request_id)
    page = render_template(
        "mirrors/form.html",
        mirror=None,
        backup_request=request_rows.get(request_id),
        server_name=grant.scope["server_name"],
        standbys=[(server.id, server.name) for server in rows.standbys(grant.server_id)],
        folders=[(path, path) for path in grant.scope["folders"]],
        values=values,
        problems=problems,
        **_bounds(),
    )
    return make_response(page, status)


def _granted(request_id: int) -> Grant:
    """Raises NotFound for a request that grants no mirror."""
    grant = grants.of_request(request_id)
    if grant is None or desk.SERVICE not in grant.scope["services"]:
        raise NotFound("request.unknown")
    return grant


def _edit(mirror: Mirror, values: dict[str, Any], problems: dict[str, str], status: int = 200) -> Response:
    page = render_template(
        "mirrors/form.html",
        mirror=mirror,
        server_name=mirror.server.name,
        values=values,
        problems=problems,
        **_bounds(),
    )
    return make_response(page, status)


def _bounds() -> dict[str, Any]:
    return {
        "count_max": COUNT_MAX,
        "share_max": SHARE_MAX,
        "days": QUARANTINE_DAYS,
        "intervals": [(hours, messages.label("mirror_every", hours)) for hours in EVERY_HOURS],
    }
