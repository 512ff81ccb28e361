"""The letterhead and the texts of papers: one form, a look at it as a PDF, and who set which version when."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput
from portal.operations import style_samples, styles
from portal.operations.styles import Style
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import styles as rows
from portal.web import messages
from portal.web.access import roles
from portal.web.flashes import notice
from portal.web.identity import person

blueprint = Blueprint("styles", __name__, url_prefix="/pengaturan/surat")
KEEP = roles(Role.SYSTEM_ADMIN, Role.ADMIN_AFFAIRS_HEAD)
ACCESS = {"styles.index": KEEP, "styles.save": KEEP}
LINES = ("address", "copies_nota", "copies_reply")
TEXTS = ("agency", "center", "city", "suggestion_email", "form_download", "pattern", "closing_nota",
         "closing_granted", "closing_refused", "closing_postponed", "closing_report")  # fmt: skip
Answer = Response | WerkzeugResponse


@blueprint.get("")
def index() -> str:
    """What holds, and the versions before it."""
    return _page(_shown(styles.current(current_app.config["SETTINGS"])))


@blueprint.post("")
def save() -> Answer:
    """Set a new version, or look at it as a PDF first. What cannot be taken comes back with all that was typed."""
    settings, at = current_app.config["SETTINGS"], db.now()
    typed = {name: request.form.get(name, "") for name in (*TEXTS, *LINES)}
    typed |= {f"class_{kind}": request.form.get(f"class_{kind}", "") for kind in styles.KINDS}
    try:
        style = _style(typed)
    except InvalidInput as error:
        return make_response(_page(typed, messages.field_problems(error.fields)), error.status)
    kind = request.form.get("do", "")
    if kind in style_samples.KINDS:
        head = styles.as_letterhead(style, settings)
        document = style_samples.pdf(kind, style, head, messages.labels("sample"), at)
        return Response(document, content_type="application/pdf",
                        headers={"Content-Disposition": 'inline; filename="contoh.pdf"'})  # fmt: skip
    seen = request.form.get("version", "")
    row = styles.save(style, int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1,
                      person().user, at=at, settings=settings)  # fmt: skip
    notice("style.saved", version=row.version)
    return redirect(url_for("styles.index"), 303)


def _style(typed: dict[str, str]) -> Style:
    """The form as a style. Raises InvalidInput with each field that cannot be taken."""
    values: dict[str, Any] = {name: typed[name].strip() for name in TEXTS}
    for name in LINES:
        values[name] = tuple(line.strip() for line in typed[name].splitlines() if line.strip())
    values["classes"] = {kind: typed[f"class_{kind}"].strip() for kind in styles.KINDS}
    values["logo"] = _logo()
    try:
        return Style.model_validate(values)
    except InvalidInput as error:
        raise InvalidInput(fields={"pattern": (error.code, error.context)}) from None
    except ValidationError as error:
        raise InvalidInput(fields=dict(_fault(each) for each in error.errors())) from None


def _fault(error: Any) -> tuple[str, tuple[str, dict[str, Any]]]:
    name, *rest = error["loc"]
    if name == "classes" and rest:
        return f"class_{rest[0]}", ("style.class_code", {})
    if error["type"] == "string_too_short":
        return str(name), ("style.needed", {})
    if error["type"] == "string_too_long":
        return str(name), ("style.too_long", {"max": error["ctx"]["max_length"]})
    return str(name), ("style.too_many_lines", {"max": error.get("ctx", {}).get("max_length", 0)})


def _logo() -> str:
    """The picture sent along, or the one that holds, or none where its box was ticked."""
    sent = request.files.get("logo")
    if sent is not None and sent.filename:
        return styles.cleaned(sent.stream.read(styles.LOGO_BYTES + 1))
    if request.form.get("no_logo") == "1":
        return ""
    return styles.current(current_app.config["SETTINGS"]).logo


def _shown(style: Style) -> dict[str, str]:
    """A style as its form shows it."""
    shown = {name: getattr(style, name) for name in TEXTS}
    shown |= {name: "\n".join(getattr(style, name)) for name in LINES}
    return shown | {f"class_{kind}": style.classes[kind] for kind in styles.KINDS}


def _page(values: dict[str, str], problems: dict[str, str] | None = None) -> str:
    newest = rows.newest()
    return render_template(
        "papers/style.html",
        values=values,
        problems=problems or {},
        newest=newest,
        version=request.form.get("version", newest.version if newest else 0),
        has_logo=bool(styles.current(current_app.config["SETTINGS"]).logo),
        versions=rows.last(),
        kinds=styles.KINDS,
        logo_bytes=styles.LOGO_BYTES,
        logo_side=styles.LOGO_SIDE,
    )
