"""The page that FM 001 is filled in on: new, continued, returned, refused, or overtaken by another tab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, render_template

from portal.errors import StaleStep
from portal.operations.submission import EDITABLE
from portal.sop.table import Role, Step
from portal.store.queries import dispositions, people, servers
from portal.store.queries import requests as rows
from portal.web import messages
from portal.web.forms import new_key
from portal.web.identity import person
from portal.web.requests import advice, typed_form

if TYPE_CHECKING:
    from portal.store.models import BackupRequest, Disposition


def page(
    values: dict[str, Any],
    *,
    draft_key: str = "",
    backup_request: BackupRequest | None = None,
    problems: dict[str, str] | None = None,
    stale: StaleStep | None = None,
    status: int = 200,
) -> tuple[str, int]:
    """The form with `values` as typed. After `stale` it can be sent again: over the newer state while the request
    can still be changed, as a new request once it cannot."""
    overtaken = backup_request if stale else None
    if backup_request is not None and backup_request.step not in EDITABLE:
        backup_request = None
    settings = current_app.config["SETTINGS"]
    body = render_template(
        "requests/form.html",
        values=typed_form.shown(values),
        draft_key=backup_request.draft_key if backup_request else draft_key or new_key(),
        revision=backup_request.revision if backup_request else 0,
        backup_request=backup_request,
        overtaken=overtaken,
        sentence=messages.problem(stale) if stale else "",
        problems=problems or {},
        nip_warning=typed_form.nip_warning(values),
        marked=set(backup_request.marked_fields) if backup_request else set(),
        returned=last_return(backup_request),
        files=rows.attachments(backup_request.id) if backup_request else [],
        heads=heads(backup_request),
        unit=backup_request.unit if backup_request else person().user.unit,
        server_names=[server.name for server in servers.active()],
        limit=settings.attachment_max_bytes,
        most_files=settings.attachments_per_request,
        **advice.told(values, backup_request),
    )
    return body, status


def last_return(backup_request: BackupRequest | None) -> Disposition | None:
    """The decision that sent the form back, while it is being mended."""
    if backup_request is None or backup_request.step != Step.RETURNED:
        return None
    decisions = dispositions.of_request(backup_request.id)
    return next((row for row in reversed(decisions) if row.action == "return"), None)


def heads(backup_request: BackupRequest | None) -> list[Any]:
    """Who will get the form: the heads of the unit, without the requester."""
    unit_id = backup_request.unit_id if backup_request else person().user.unit_id
    return [head for head in people.holders(Role.UNIT_HEAD.value, unit_id) if head.id != person().id]
