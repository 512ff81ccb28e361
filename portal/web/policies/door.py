"""The policy's blueprint, and who may do what there. What is allowed, everybody of the office may read."""

from __future__ import annotations

from flask import Blueprint

from portal.sop.table import Role
from portal.web.access import SIGNED_IN, roles

blueprint = Blueprint("policies", __name__, url_prefix="/kebijakan")
PUBLISH = roles(Role.SUBDIVISION_HEAD)
ACCESS = {
    "policies.index": SIGNED_IN,
    "policies.show": SIGNED_IN,
    "policies.new": PUBLISH,
    "policies.publish": PUBLISH,
    "policies.acknowledge": roles(Role.DIVISION_HEAD),
}
