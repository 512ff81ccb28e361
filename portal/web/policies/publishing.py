"""The form of a new version, filled with the one before it."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, StaleStep
from portal.operations import policies as desk
from portal.store import db
from portal.store.queries import people
from portal.store.queries import policies as rows
from portal.web import messages
from portal.web.addresses import small_number
from portal.web.flashes import notice
from portal.web.forms import field_errors, typed
from portal.web.identity import person
from portal.web.policies.door import blueprint
from schemas.policy import CLASSES_MAX, WINDOWS_MAX, PolicyTerms, Publication, filled

CLASS = {"name": "class_name", "least_days": "class_least", "most_days": "class_most"}
WINDOW = {"start": "window_start", "end": "window_end"}
MANY = ("services", "frequencies", "units", *CLASS.values(), *WINDOW.values())
NUMBERS = ("largest_gib", "most_folders", "speed_mib", "most_term_months")
FIRST: dict[str, Any] = {"services": ["backup_files", "backup_database"], "frequencies": ["daily", "weekly"]}
Problems = dict[str, tuple[str, dict[str, Any]]]


@blueprint.get("/baru")
def new() -> Response:
    """The form, holding what was published last."""
    last = rows.newest()
    return _form(_values(PolicyTerms.model_validate(last.terms)) if last else FIRST, {})


@blueprint.post("/baru")
def publish() -> Response | WerkzeugResponse:
    """Publish it. What cannot be taken comes back with everything that was typed."""
    values = typed(request.form, MANY)
    seen = small_number(values.get("seen")) or 0
    try:
        terms, publication = _read(values)
        version = desk.publish(terms, publication, person().user, seen=seen, at=db.now())
    except InvalidInput as error:
        return _form(values, _sentences(error.fields), status=error.status)
    except StaleStep as error:
        return _form(values, {}, status=error.status, sentence=messages.problem(error))
    notice("policy.is_published", number=version.number, valid_from=version.valid_from)
    return redirect(url_for("policies.show", number=version.number), 303)


def _read(values: dict[str, Any]) -> tuple[PolicyTerms, Publication]:
    """The terms and what goes with them. Raises InvalidInput with the complaints about both."""
    sent = {name: values.get(name, "") for name in NUMBERS} | {
        "services": values["services"],
        "frequencies": values["frequencies"],
        "units": values["units"],
        "retention_classes": filled(_rows(values, CLASS)),
        "windows": filled(_rows(values, WINDOW)),
    }
    beside = {"note": values.get("note", ""), "valid_from": values.get("valid_from", "")}
    problems: Problems = {}
    try:
        terms = PolicyTerms.model_validate(sent)
    except ValidationError as error:
        problems |= field_errors(error)
    try:
        publication = Publication.model_validate(beside)
    except ValidationError as error:
        problems |= field_errors(error)
    if problems:
        raise InvalidInput(fields=problems)
    return terms, publication


def _rows(values: dict[str, Any], names: dict[str, str]) -> list[dict[str, str]]:
    """The rows of a table in the form: each of its columns came as a list."""
    columns = [values.get(field, []) for field in names.values()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=False)]


def _values(terms: PolicyTerms) -> dict[str, Any]:
    """The terms as they would have been typed."""
    kept = terms.model_dump(mode="json")
    classes = {field: [row[name] for row in kept["retention_classes"]] for name, field in CLASS.items()}
    windows = {
        field: [row[name][:5].replace(":", ".") for row in kept["windows"]] for name, field in WINDOW.items()
    }
    return kept | classes | windows


def _sentences(problems: Problems) -> dict[str, str]:
    """The sentence by each field; what is wrong in a row stands under its table."""
    found: dict[str, str] = {}
    for name, (code, context) in problems.items():
        field, _, place = name.partition(".")
        if code == "too_short":
            code = "policy.no_class"
        sentence = messages.text(code, **context)
        if place:
            line = int(place.split(".")[0]) + 1
            sentence = messages.text("policy.row", line=line, problem=sentence)
        found.setdefault(field, sentence)
    return found


def _form(
    values: dict[str, Any], problems: dict[str, str], *, status: int = 200, sentence: str = ""
) -> Response:
    last = rows.newest()
    page = render_template(
        "policies/form.html",
        values=values,
        problems=problems,
        sentence=sentence,
        last=last,
        units={unit.code: f"{unit.name} ({unit.code})" for unit in people.units()},
        class_rows=_table(values, CLASS, CLASSES_MAX),
        window_rows=_table(values, WINDOW, WINDOWS_MAX),
    )
    return make_response(page, status)


def _table(values: dict[str, Any], names: dict[str, str], most: int) -> list[dict[str, str]]:
    """The rows of a table with an empty one to write in, where there is room."""
    known = filled(_rows(values, names))
    empty = dict.fromkeys(names, "")
    return [dict(row) for row in known] + [empty] * max(0, min(most - len(known), max(1, 3 - len(known))))
