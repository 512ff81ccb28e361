"""The desk's blueprint: the inbox's own address, for officials."""

from __future__ import annotations

from flask import Blueprint

from portal.store.queries import delegations
from portal.web import inbox
from portal.web.access import when
from portal.web.identity import Person
from portal.web.inbox import OFFICIALS
from portal.web.requests.door import on_request

blueprint = Blueprint("desk", __name__, url_prefix="/kotak-masuk")


def official_on_request(person: Person, request_id: int, **_more: object) -> bool:
    """Whether an official may see this request."""
    return person.sits_at(*OFFICIALS) and on_request(person, request_id)


def is_or_was_official(person: Person, **_more: object) -> bool:
    """Whether a decision may come from this person's inbox; a deputy whose mandate has just ended is told so there."""
    return person.sits_at(*OFFICIALS) or delegations.has_any(person.id)


ACCESS = {
    "desk.preview": when(official_on_request),
    "desk.decide": when(is_or_was_official),
    "desk.counts": inbox.ACCESS["inbox.index"],
}
