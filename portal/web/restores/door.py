"""The restores' blueprint, and who may do what there. Who may decide, start and take is decided at the desks."""

from __future__ import annotations

from flask import Blueprint

from portal.operations import copies
from portal.operations import restores as desk
from portal.sop.table import Role
from portal.store import db
from portal.web.access import SIGNED_IN, roles, when
from portal.web.identity import Person

blueprint = Blueprint("restores", __name__)


def _concerned(person: Person, restore_id: int) -> bool:
    desk.find(restore_id, person.user, at=db.now())
    return True


def _may_look(person: Person, server_id: int, snapshot_id: int) -> bool:
    copies.find(server_id, snapshot_id, person.user, at=db.now())
    return True


DECIDE = roles(Role.SUBDIVISION_HEAD)
ACCESS = {
    "restores.index": SIGNED_IN,
    "restores.show": when(_concerned),
    "restores.new": when(_may_look),
    "restores.create": when(_may_look),
    "restores.new_database": when(_may_look),
    "restores.create_database": when(_may_look),
    "restores.approve": DECIDE,
    "restores.refuse": DECIDE,
    "restores.start": when(_concerned),
    "restores.cancel": when(_concerned),
    "restores.download": when(_concerned),
}
