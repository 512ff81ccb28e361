"""The schedules' blueprint, and who may do what there."""

from __future__ import annotations

from flask import Blueprint

from portal.sop.table import Role
from portal.web.access import roles

blueprint = Blueprint("schedules", __name__)
READ = roles(Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD, Role.DIVISION_HEAD, Role.CENTER_HEAD, Role.AUDITOR)
KEEP = roles(Role.SUBDIVISION_HEAD)

ACCESS = {
    "schedules.index": READ,
    "schedules.show": READ,
    "schedules.new": KEEP,
    "schedules.create": KEEP,
    "schedules.edit": KEEP,
    "schedules.change": KEEP,
    "schedules.pause": KEEP,
    "schedules.resume": KEEP,
    "schedules.end": KEEP,
}
