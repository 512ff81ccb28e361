"""The retention's blueprint, and who may do what there. Who may decide on a cut is decided at the desk."""

from __future__ import annotations

from flask import Blueprint

from portal.sop.table import Role
from portal.web.access import roles

blueprint = Blueprint("retention", __name__, url_prefix="/server/<int:server_id>/retensi")
READ = roles(Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD, Role.DIVISION_HEAD, Role.CENTER_HEAD, Role.AUDITOR)
DECIDE = roles(Role.SUBDIVISION_HEAD)

ACCESS = {
    "retention.show": READ,
    "retention.set_rule": DECIDE,
    "retention.hold": DECIDE,
    "retention.lift": DECIDE,
    "retention.ask": roles(Role.ADMINISTRATOR),
    "retention.cut": READ,
    "retention.approve": DECIDE,
    "retention.refuse": DECIDE,
    "retention.record": READ,
    "retention.paper": READ,
}
