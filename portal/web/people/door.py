"""The blueprint of people: the system administrator's alone."""

from __future__ import annotations

from flask import Blueprint

from portal.sop.table import Role
from portal.web.access import roles

blueprint = Blueprint("people", __name__, url_prefix="/pengguna")
ADMIN = roles(Role.SYSTEM_ADMIN)

ACCESS = {
    "people.index": ADMIN,
    "people.show": ADMIN,
    "people.new": ADMIN,
    "people.create": ADMIN,
    "people.edit": ADMIN,
    "people.change": ADMIN,
    "people.close": ADMIN,
    "people.reopen": ADMIN,
    "people.first_password": ADMIN,
    "people.grant_role": ADMIN,
    "people.end_role": ADMIN,
    "people.directory": ADMIN,
    "people.synchronise": ADMIN,
    "people.hand_over": ADMIN,
    "people.take_back": ADMIN,
    "people.end_sessions": ADMIN,
    "people.reset_factor": ADMIN,
    "people.import_form": ADMIN,
    "people.preview_import": ADMIN,
    "people.apply_import": ADMIN,
    "people.import_sample": ADMIN,
    "people.units": ADMIN,
    "people.add_unit": ADMIN,
    "people.unit": ADMIN,
    "people.rename_unit": ADMIN,
    "people.set_unit_active": ADMIN,
}
# A directory must not be asked without end by one button.
LIMITS = {"people.directory": "30 per minute", "people.synchronise": "6 per minute"}
