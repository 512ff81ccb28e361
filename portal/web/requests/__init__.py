"""Pages of the requests: the list, FM 001, one request with its way through the desks, and the decisions on it."""

from __future__ import annotations

from portal.web.requests import (
    advice,
    decisions,
    due,
    followup,
    form,
    history,
    listing,
    remarks,
    show,
    undo,
    words,
)
from portal.web.requests.door import ACCESS, blueprint

__all__ = [
    "ACCESS",
    "advice",
    "blueprint",
    "decisions",
    "due",
    "followup",
    "form",
    "history",
    "listing",
    "remarks",
    "show",
    "undo",
    "words",
]
