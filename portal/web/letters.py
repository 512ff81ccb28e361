"""A letter of the register by itself: what it is, its file, and how it becomes void; the register as a table."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, NotFound
from portal.operations import letters as register
from portal.operations import opening, papers, voids
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import letters
from portal.web import messages
from portal.web.access import roles, when
from portal.web.flashes import notice
from portal.web.identity import Person, person
from portal.web.register import OFFICIALS, state_of, wanted
from portal.web.requests.door import on_request
from portal.web.requests.listing import escaped

if TYPE_CHECKING:
    from portal.store.models import Letter

blueprint = Blueprint("letters", __name__, url_prefix="/arsip")
EXPORT_MAX = 10_000
Answer = Response | WerkzeugResponse


def _on_its_request(who: Person, letter_id: int) -> bool:
    return on_request(who, _find(letter_id).backup_request_id)


ON_IT = when(_on_its_request)
ACCESS = {
    "letters.export": OFFICIALS,
    "letters.show": ON_IT,
    "letters.paper": ON_IT,
    "letters.void": roles(Role.ADMIN_AFFAIRS_HEAD),
    "letters.replace": ON_IT,
}


@blueprint.get("/<int:letter_id>")
def show(letter_id: int) -> str:
    """One letter."""
    _open(letter_id)
    return _page(letter_id)


@blueprint.get("/<int:letter_id>.pdf")
def paper(letter_id: int) -> Response:
    """Its file: also of a void letter, which says so. Raises NotFound('letter.unknown')."""
    _open(letter_id)
    letter = _find(letter_id)
    document = papers.letter_pdf(letter, current_app.config["SETTINGS"])
    shown = f'inline; filename="surat-{letter.id}.pdf"'
    return Response(document, content_type="application/pdf", headers={"Content-Disposition": shown})


@blueprint.post("/<int:letter_id>/batal")
def void(letter_id: int) -> Answer:
    """Make it void, with the reason."""
    reason = request.form.get("reason", "")
    try:
        letter = voids.void(
            letter_id, person().user, reason, at=db.now(), settings=current_app.config["SETTINGS"]
        )
    except InvalidInput as error:
        page = _page(letter_id, reason=reason, problems=messages.field_problems(error.fields))
        return make_response(page, error.status)
    notice("letter.voided", number=letter.number)
    return redirect(url_for("letters.show", letter_id=letter_id), 303)


@blueprint.post("/<int:letter_id>/pengganti")
def replace(letter_id: int) -> Answer:
    """Sign the letter that stands for a void one."""
    letter = voids.replace(letter_id, person().user, at=db.now(), settings=current_app.config["SETTINGS"])
    notice("letter.replacement_signed", number=letter.number)
    return redirect(url_for("letters.show", letter_id=letter.id), 303)


@blueprint.get("/daftar.csv")
def export() -> Response:
    """The filtered register for a spreadsheet."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";")
    writer.writerow(messages.labels("register_column").values())
    for row in letters.selection(wanted()).limit(EXPORT_MAX):
        day = row.created_at.astimezone(register.OFFICE_ZONE).date().isoformat()
        state = messages.label("letter_state", state_of(row))
        line = [row.year, row.classification, row.sequence, row.number, messages.label("paper", row.kind), day,
                row.backup_request.number or "", row.signed_by.name, state, row.void_reason]  # fmt: skip
        writer.writerow([escaped(str(cell)) for cell in line])
    name = f"{messages.label('export_name', 'register')}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + table.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _find(letter_id: int) -> Letter:
    letter = letters.get(letter_id)
    if letter is None:
        raise NotFound("letter.unknown")
    return letter


def _open(letter_id: int) -> None:
    """Whoever reads a letter has seen its request: what was decided before is no longer taken back."""
    opening.opened(_find(letter_id).backup_request_id, person().user, at=db.now())


def _page(letter_id: int, *, reason: str = "", problems: dict[str, str] | None = None) -> str:
    letter, at = _find(letter_id), db.now()
    return render_template(
        "papers/letter.html",
        letter=letter,
        editions=letters.editions(letter_id),
        replacement=letters.replacement(letter_id),
        may_void=voids.may_void(letter, person().user, at),
        may_replace=voids.may_replace(letter, person().user, at),
        reason=reason,
        problems=problems or {},
    )
