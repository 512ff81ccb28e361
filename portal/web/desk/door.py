"""The desk's blueprint: the inbox's own address, for officials."""

from __future__ import annotations

from flask import Blueprint

from portal.web.access import roles, when
from portal.web.identity import Person
from portal.web.inbox import OFFICIALS
from portal.web.requests.door import on_request

blueprint = Blueprint("desk", __name__, url_prefix="/kotak-masuk")


def official_on_request(person: Person, request_id: int, **_more: object) -> bool:
    """Whether an official may see this request."""
    return person.has(*OFFICIALS) and on_request(person, request_id)


ACCESS = {
    "desk.preview": when(official_on_request),
    "desk.decide": roles(*OFFICIALS),
}
