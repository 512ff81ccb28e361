"""People from a CSV file: the form, what the file would do, doing it, and a file to begin with."""

from __future__ import annotations

import base64
import binascii
import csv
import io

from flask import Response, make_response, render_template, request

from portal.errors import InvalidInput, TransitionRefused
from portal.operations import people_import as desk
from portal.store import db
from portal.web import messages
from portal.web.flashes import notice
from portal.web.identity import person
from portal.web.people.door import blueprint
from schemas.people_file import BYTES_MAX, FIELDS, LINES_MAX, OPTIONAL, escaped

COLUMNS = "person_column"


@blueprint.get("/impor")
def import_form() -> Response:
    """Where a file is chosen or pasted."""
    return _form({})


@blueprint.post("/impor")
def preview_import() -> Response:
    """What the file would do, line by line; nothing is written."""
    try:
        return _preview(_sent())
    except InvalidInput as error:
        return _form(_told(error), 422)


@blueprint.post("/impor/terapkan")
def apply_import() -> Response:
    """Do what was previewed. The first passwords stand on the answer, and nowhere else."""
    try:
        raw = base64.b64decode(request.form.get("content", ""), validate=True)
    except binascii.Error:
        raw = b""
    try:
        made = desk.apply(raw, request.form.get("digest", ""), titles(), actor=person().user, at=db.now())
    except InvalidInput as error:
        return _form(_told(error), 422)
    except TransitionRefused as error:
        notice(error.code, "bad")
        return _preview(raw, error.status)
    return make_response(render_template("people/imported.html", made=made))


@blueprint.get("/impor/contoh.csv")
def import_sample() -> Response:
    """The titles and one line to write over."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";")
    columns = messages.labels(COLUMNS)
    writer.writerow([columns[field] for field in FIELDS])
    writer.writerow([escaped(messages.label("person_sample", field)) for field in FIELDS])
    name = messages.label("export_name", "people_sample")
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response("\ufeff" + table.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def titles() -> dict[str, str]:
    """What a column may be called: as the sample calls it, or as the code does."""
    return {field: field for field in FIELDS} | {t: f for f, t in messages.labels(COLUMNS).items()}


def _sent() -> bytes:
    """The bytes of the file that was chosen, else of the text that was pasted."""
    upload = request.files.get("file")
    raw = upload.read(BYTES_MAX + 1) if upload and upload.filename else b""
    return raw or request.form.get("text", "").encode()


def _preview(raw: bytes, status: int = 200) -> Response:
    plan = desk.preview(raw, titles())
    page = render_template(
        "people/import_preview.html",
        plan=plan,
        groups=[(state, [line for line in plan.lines if line.state == state]) for state in desk.STATES],
        content=base64.b64encode(raw).decode("ascii"),
    )
    return make_response(page, status)


def _told(error: InvalidInput) -> dict[str, str]:
    """What is wrong with the file, its columns by their titles."""
    columns = messages.labels(COLUMNS)
    code, context = error.fields["file"]
    if "missing" in context:
        context = context | {"missing": ", ".join(columns[field] for field in context["missing"])}
    return {"file": messages.text(code, **context)}


def _form(problems: dict[str, str], status: int = 200) -> Response:
    page = render_template(
        "people/import.html",
        problems=problems,
        text=request.form.get("text", ""),
        columns=messages.labels(COLUMNS),
        optional=OPTIONAL,
        bytes_max=BYTES_MAX,
        lines_max=LINES_MAX,
    )
    return make_response(page, status)
