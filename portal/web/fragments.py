"""Whether htmx asks for a part of a page."""

from __future__ import annotations

from flask import Response, make_response, request


def wanted() -> bool:
    """True when htmx asks for a fragment; a boosted link wants the whole page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def placed(body: str, status: int, target: str, swap: str) -> Response:
    """A fragment that goes to `target` (a selector) by `swap`, whatever the request's own target was. The headers
    are written here because htmx-flask 0.1.0 refuses some swaps."""
    response = make_response(body, status)
    response.headers["HX-Retarget"] = target
    response.headers["HX-Reswap"] = swap
    return response
