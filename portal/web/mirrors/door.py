"""The mirrors' blueprint, and who may do what there. Who may decide on a mirror is asked again at the desks."""

from __future__ import annotations

from flask import Blueprint

from portal.sop.table import Role
from portal.web.access import roles

blueprint = Blueprint("mirrors", __name__)
READERS = (
    Role.ADMINISTRATOR,
    Role.SUBDIVISION_HEAD,
    Role.DIVISION_HEAD,
    Role.CENTER_HEAD,
    Role.AUDITOR,
)
READ = roles(*READERS)
ADMINISTRATORS = roles(Role.ADMINISTRATOR)
HEADS = roles(Role.SUBDIVISION_HEAD)

ACCESS = {
    "mirrors.index": READ,
    "mirrors.show": READ,
    "mirrors.new": ADMINISTRATORS,
    "mirrors.create": ADMINISTRATORS,
    "mirrors.new_standby": ADMINISTRATORS,
    "mirrors.propose": ADMINISTRATORS,
    "mirrors.approve": HEADS,
    "mirrors.start": ADMINISTRATORS,
    "mirrors.edit": HEADS,
    "mirrors.change": HEADS,
    "mirrors.end": roles(Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD),
    "mirrors.deletions": READ,
    "mirrors.allow": HEADS,
}
