"""The list of requests, and the same list as CSV."""

from __future__ import annotations

import csv
import io

from flask import Response, render_template, request

from portal.operations.letters import OFFICE_ZONE
from portal.store.queries import requests as rows
from portal.web import messages
from portal.web.addresses import page_number, search_words
from portal.web.identity import person
from portal.web.narrowing import narrowing
from portal.web.requests.door import blueprint, reader

EXPORT_MAX = 10_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@blueprint.get("")
def index() -> str:
    """The requests that this person may see, newest first."""
    wanted = _wanted()
    found = rows.search(wanted, reader(person()), page_number(request.args.get("halaman")),
                        request.args.get("tempat", ""))  # fmt: skip
    return render_template("requests/index.html", found=found, wanted=wanted)


@blueprint.get("/daftar.csv")
def export() -> Response:
    """The filtered list for a spreadsheet; cells that would be formulas are escaped (OWASP, CSV injection)."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";")
    writer.writerow(messages.labels("export").values())
    for row in rows.selection(_wanted(), reader(person())).limit(EXPORT_MAX):
        sent = row.submitted_at.astimezone(OFFICE_ZONE).date().isoformat() if row.submitted_at else ""
        due = row.due_at.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M") if row.due_at else ""
        line = [row.number or "", sent, row.requester.name, row.unit.name, messages.label("step", row.step), due,
                messages.label("outcome", row.outcome) if row.outcome else ""]  # fmt: skip
        writer.writerow([escaped(cell) for cell in line])
    name = f"{messages.label('export_name', 'requests')}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + table.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def escaped(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, also where it trims what stands before."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) or cell.strip().startswith(FORMULA_STARTS) else cell


def _wanted() -> rows.Filter:
    step = request.args.get("langkah", "")
    return rows.Filter(
        words=search_words(request.args.get("cari")),
        step=step if step in messages.labels("step") else "",
        mine=request.args.get("milik") == "saya",
        late=request.args.get("terlambat") == "1",
        **narrowing(),
    )
