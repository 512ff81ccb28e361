"""Asking for a service to go on or to stop: a short form about what exists, sent over the same desks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, NotFound, PortalError
from portal.operations import followups, restore_wishes
from portal.operations.submission import EDITABLE
from portal.store import db
from portal.store.queries import grants, snapshots
from portal.web import messages
from portal.web.addresses import ID_MAX, small_number
from portal.web.flashes import notice
from portal.web.forms import new_key
from portal.web.identity import person
from portal.web.requests import form_page, typed_form
from portal.web.requests.door import blueprint, find
from schemas.followup import FIELDS, RequestKind

if TYPE_CHECKING:
    from portal.store.models import BackupRequest

Answer = WerkzeugResponse | str | tuple[str, int]
KINDS = {
    "perpanjangan": RequestKind.EXTENSION,
    "penghentian": RequestKind.TERMINATION,
    "pemulihan": RequestKind.RESTORE,
}
NAMES = {kind: name for name, kind in KINDS.items()}


@blueprint.get("/<int:request_id>/ajukan/<name>")
def ask(request_id: int, name: str) -> Answer:
    """An empty form of that kind about a service, or why there is nothing to ask."""
    service, kind = find(request_id), _kind(name)
    try:
        followups.check_open(service, kind, at=db.now())
    except PortalError as error:
        notice_of(error)
        return redirect(url_for("requests.show", request_id=request_id), 303)
    usual = {"term_months": "12"} if kind is RequestKind.EXTENSION else {}
    if kind is RequestKind.RESTORE:
        chosen = {"snapshot": request.args.get("salinan", ""), "entry": request.args.get("isi", "")}
        usual = {"target": "download", "archive": "zip", **chosen}
        if _chosen(service, usual) is None:
            return _choose(service)
    return page(service, kind, usual, draft_key=new_key())


def _choose(service: BackupRequest) -> Answer:
    """Nothing is chosen yet: the copies are where one does."""
    grant = grants.of_request(service.id)
    notice("followup.choose", "info")
    return redirect(url_for("copies.index", server_id=grant.server_id if grant else 0), 303)


def _chosen(service: BackupRequest, values: dict[str, Any]) -> dict[str, Any] | None:
    """What a restore is to bring back, as the copy has it."""
    numbers = [small_number(str(values.get(name) or ""), 12) for name in ("snapshot", "entry")]
    if None in numbers:
        return None
    settings = current_app.config["SETTINGS"]
    snapshot, entry = (number or 0 for number in numbers)
    return restore_wishes.look_up(
        service, min(snapshot, ID_MAX), entry, person().user, at=db.now(), settings=settings
    )


@blueprint.post("/<int:request_id>/ajukan/<name>")
def send_ask(request_id: int, name: str) -> Answer:
    """Keep the draft; with `do=send` also send it to the head of the unit. What was typed is never lost."""
    service, kind, user = find(request_id), _kind(name), person().user
    typed = {field: request.form.get(field, "") for field in FIELDS[kind]}
    saved, seen = None, typed_form.seen_revision()
    try:
        saved = followups.keep(service.id, kind, user, typed_form.key(), typed, at=db.now(), revision=seen)
        if request.form.get("do") != "send":
            notice("followup.kept")
            return redirect(url_for("requests.edit", request_id=saved.id), 303)
        settings = current_app.config["SETTINGS"]
        sent = followups.send(saved.id, seen, user, at=db.now(), settings=settings)
    except InvalidInput as error:
        problems = messages.field_problems(error.fields)
        return page(service, kind, typed, draft=saved, problems=problems, status=error.status)
    except PortalError as error:
        known = saved or typed_form.known(user)
        sentence = messages.problem(error)
        return page(service, kind, typed, draft=known, sentence=sentence, status=error.status)
    notice("request.sent", number=sent.number)
    return redirect(url_for("requests.show", request_id=sent.id), 303)


def edit(draft: BackupRequest) -> Answer:
    """A draft or a returned form as it was typed."""
    return page(find(draft.about_id or 0), RequestKind(draft.kind), draft.draft, draft=draft)


def page(
    service: BackupRequest,
    kind: RequestKind,
    values: dict[str, Any],
    *,
    draft: BackupRequest | None = None,
    draft_key: str = "",
    problems: dict[str, str] | None = None,
    sentence: str = "",
    status: int = 200,
) -> tuple[str, int]:
    """The short form, with the service that it is about beside it."""
    if draft is not None and draft.step not in EDITABLE:
        draft = None
    grant = grants.of_request(service.id)
    body = render_template(
        "requests/followup.html",
        service=service,
        kind=kind.value,
        action=url_for("requests.send_ask", request_id=service.id, name=NAMES[kind]),
        values={name: values.get(name, "") for name in FIELDS[kind]},
        draft=draft,
        draft_key=draft.draft_key if draft else draft_key or new_key(),
        revision=draft.revision if draft else 0,
        problems=problems or {},
        sentence=sentence,
        grant=grant,
        chosen=_chosen(service, values) if kind is RequestKind.RESTORE else None,
        newest=next(iter(snapshots.of_request(service.id)), None),
        marked=set(draft.marked_fields) if draft else set(),
        returned=form_page.last_return(draft),
        heads=form_page.heads(draft or service),
    )
    return body, status


def notice_of(error: PortalError) -> None:
    """The refusal as a notice of the next page."""
    notice(error.code, "warn", **error.context)


def _kind(name: str) -> RequestKind:
    if name not in KINDS:
        raise NotFound("request.unknown")
    return KINDS[name]
