"""What a page says when it cannot go on: what happened, what is safe, what to do."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from portal.errors import PortalError
from portal.web import fragments, messages
from portal.web.messages import values

log = logging.getLogger(__name__)

# Status -> (code of the sentence, template); anything else is a request that cannot be read.
PAGES = {
    403: "access.denied",
    404: "page.not_found",
    405: "page.method",
    413: "page.too_large",
    429: "page.too_many",
    500: "page.failed",
}


def attach(app: Flask) -> None:
    """Answer every failure in words: a page, or for htmx a notice that leaves the page as it is."""
    app.register_error_handler(PortalError, _portal_error)
    app.register_error_handler(CSRFError, _token_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failure)


def refusal(status: int, sentence: str, *, reference: str = "", headline: str = "") -> Response:
    """An error page, or for htmx a notice put where notices go, whatever the request's own target was."""
    context: dict[str, Any] = {
        "status": status,
        "sentence": sentence,
        "reference": reference,
        "headline": headline,
    }
    if fragments.wanted():
        return fragments.placed(
            render_template("errors/_notice.html", **context), status, "#notices", "beforeend"
        )
    return make_response(render_template("errors/page.html", **context), status)


def _portal_error(error: PortalError) -> Response:
    return refusal(error.status, messages.problem(error))


def _token_error(_error: CSRFError) -> Response:
    return refusal(400, messages.text("page.token"))


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return make_response(error.get_response())
    limit = values.size(current_app.config["MAX_CONTENT_LENGTH"])
    return refusal(status, messages.text(PAGES.get(status, "page.bad_request"), limit=limit))


def _failure(error: Exception) -> Response:
    """A fault of the portal's own: logged with a reference that the person can pass on."""
    reference = secrets.token_hex(4)
    log.error("page failed, reference %s, %s %s", reference, request.method, request.path, exc_info=error)
    if current_app.testing and current_app.config.get("RAISE_FAILURES", True):
        raise error
    return refusal(500, messages.text("page.failed"), reference=reference)
