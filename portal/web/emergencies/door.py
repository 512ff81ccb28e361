"""The blueprint of break-glass, and who may do what there."""

from __future__ import annotations

from flask import Blueprint

from portal.operations.emergency_authority import OPENERS
from portal.sop.table import Role
from portal.web.access import roles

blueprint = Blueprint("emergencies", __name__, url_prefix="/darurat")
READ = roles(*OPENERS, Role.DIVISION_HEAD, Role.CENTER_HEAD, Role.AUDITOR)
OPEN = roles(*OPENERS)
ACCESS = {
    "emergencies.index": READ,
    "emergencies.show": READ,
    "emergencies.new": OPEN,
    "emergencies.create": OPEN,
    "emergencies.close": roles(Role.DIVISION_HEAD),
}
