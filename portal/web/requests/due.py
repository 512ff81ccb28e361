"""How the due time of a request was counted: a page, or a dialog over the page where it was asked for."""

from __future__ import annotations

from flask import render_template

from portal.operations import office
from portal.store.queries import calendar, dispositions
from portal.web import fragments
from portal.web.requests.door import blueprint, find


@blueprint.get("/<int:request_id>/tenggat")
def due(request_id: int) -> str:
    """The account of the present step's due time."""
    backup_request = find(request_id)
    account = office.account(backup_request, dispositions.of_request(request_id))
    page = "requests/_due_dialog.html" if fragments.wanted() else "requests/due.html"
    return render_template(
        page, backup_request=backup_request, account=account, moves=calendar.moves_of(backup_request)
    )
