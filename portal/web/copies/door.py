"""The copies' blueprint, and who may look into which."""

from __future__ import annotations

from flask import Blueprint

from portal.operations import copies as desk
from portal.store import db
from portal.store.queries import copies as rows
from portal.web.access import when
from portal.web.identity import Person

blueprint = Blueprint("copies", __name__, url_prefix="/server/<int:server_id>/cadangan")


def _may_see(person: Person, server_id: int) -> bool:
    limit = desk.whose(person.user, db.now())
    return limit is None or rows.asked_for(server_id, limit)


def _may_look(person: Person, server_id: int, snapshot_id: int) -> bool:
    desk.find(server_id, snapshot_id, person.user, at=db.now())
    return True


ACCESS = {
    "copies.index": when(_may_see),
    "copies.show": when(_may_look),
    "copies.prepare": when(_may_look),
}
