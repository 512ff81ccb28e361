"""The requests' blueprint, and who may see which request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from portal.errors import NotFound
from portal.operations import followups, mandates
from portal.sop.table import desk_of
from portal.store import db
from portal.store.queries import requests as rows
from portal.web.access import SIGNED_IN, when
from portal.web.identity import Person

if TYPE_CHECKING:
    from portal.store.models import BackupRequest

blueprint = Blueprint("requests", __name__, url_prefix="/permohonan")


def reader(person: Person) -> rows.Reader:
    """The person as the archive's readers are described."""
    return rows.Reader(person.id, person.desks)


def find(request_id: int) -> BackupRequest:
    """The request. Raises NotFound('request.unknown')."""
    backup_request = rows.get(request_id)
    if backup_request is None:
        raise NotFound("request.unknown")
    return backup_request


def on_request(person: Person, request_id: int, **_more: object) -> bool:
    """Whether the person may see this request; one that is not for them is not there."""
    found = find(request_id)
    if not rows.may_read(found, reader(person)):
        _say_if_lapsed(person, found)
        raise NotFound("request.unknown")
    return True


def _say_if_lapsed(person: Person, backup_request: BackupRequest) -> None:
    """A deputy whose mandate ended while the request lay before them is told so, and not that there is no such request.
    Raises Forbidden('mandate.…')."""
    desk = desk_of(backup_request.sop_version, backup_request.step)
    refusal = mandates.just_lapsed(backup_request, person.user, desk, db.now()) if desk else None
    if refusal is not None and person.user.active:
        raise refusal


def is_requester(person: Person, request_id: int, **_more: object) -> bool:
    """Whether it is the person's own request."""
    return on_request(person, request_id) and find(request_id).requester_id == person.id


def may_ask(person: Person, request_id: int, **_more: object) -> bool:
    """Whether the person may ask something about the service that this request gave."""
    return on_request(person, request_id) and followups.may_ask(find(request_id), person.user, at=db.now())


READ = when(on_request)
OWN = when(is_requester)
ASK = when(may_ask)

ACCESS = {
    "requests.index": SIGNED_IN,
    "requests.export": SIGNED_IN,
    "requests.new": SIGNED_IN,
    "requests.send": SIGNED_IN,
    "requests.autosave": SIGNED_IN,
    "requests.check": SIGNED_IN,
    "requests.advice": SIGNED_IN,
    "requests.edit": OWN,
    "requests.ask": ASK,
    "requests.send_ask": ASK,
    "requests.show": READ,
    "requests.due": READ,
    "requests.decide": READ,
    "requests.undo": READ,
    "requests.remark": READ,
    "requests.answer": READ,
}
