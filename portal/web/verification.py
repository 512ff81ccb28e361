"""The page that the square code of a paper leads to. It is for anybody who holds the paper, signed in or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, current_app, make_response, render_template, request

from portal.errors import InvalidInput
from portal.operations import verification
from portal.store import db
from portal.web import messages

if TYPE_CHECKING:
    from portal.store.models import IssuedPaper

CODE_MOST = 64


def rate() -> str:
    """How often one address may ask."""
    return f"{current_app.config['SETTINGS'].verification_per_minute} per minute"


def small_uploads(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """A visitor's upload is one paper: no more is even read. Asked before the form's token is looked for."""
    if endpoint == "papers.verification":
        request.max_content_length = current_app.config["SETTINGS"].attachment_max_bytes + 64 * 1024


def verification_page(code: str = "") -> Response:
    """What the code leads to, and how the file that was sent along stands to it."""
    settings, at = current_app.config["SETTINGS"], db.now()
    code = code or request.values.get("kode", "").strip()
    code = code.rstrip("/").rsplit("/", 1)[-1][:CODE_MOST]
    match, found, problem = _compared(code) if request.method == "POST" else ("", None, "")
    shown = verification.by_code(code, at=at, settings=settings) if code else None
    if found is not None and (shown is None or match == "other"):
        shown = verification.by_code(found.code, at=at, settings=settings)
    page = render_template("papers/verification.html", code=code, shown=shown, match=match, problem=problem)
    unknown = bool(code) and shown is None
    return make_response(page, InvalidInput.status if problem else 404 if unknown and not match else 200)


def _compared(code: str) -> tuple[str, IssuedPaper | None, str]:
    sent = request.files.get("surat")
    if sent is None or not sent.filename:
        return "", None, messages.text("verification.no_file")
    try:
        match, found = verification.compared(code, sent.stream, current_app.config["SETTINGS"])
    except InvalidInput as error:
        return "", None, messages.problem(error)
    return match, found, ""
