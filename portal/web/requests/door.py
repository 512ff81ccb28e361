"""The requests' blueprint, and who may see which request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from portal.errors import NotFound
from portal.operations import followups
from portal.store import db
from portal.store.queries import requests as rows
from portal.web.access import SIGNED_IN, when
from portal.web.identity import Person

if TYPE_CHECKING:
    from portal.store.models import BackupRequest

blueprint = Blueprint("requests", __name__, url_prefix="/permohonan")


def reader(person: Person) -> rows.Reader:
    """The person as the archive's readers are described."""
    return rows.Reader(person.id, person.roles)


def find(request_id: int) -> BackupRequest:
    """The request. Raises NotFound('request.unknown')."""
    backup_request = rows.get(request_id)
    if backup_request is None:
        raise NotFound("request.unknown")
    return backup_request


def on_request(person: Person, request_id: int, **_more: object) -> bool:
    """Whether the person may see this request; one that is not for them is not there."""
    if not rows.may_read(find(request_id), reader(person)):
        raise NotFound("request.unknown")
    return True


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
}
