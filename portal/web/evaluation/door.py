"""The evaluation's blueprint, and who may do what there."""

from __future__ import annotations

from flask import Blueprint

from portal.sop.table import Role
from portal.web.access import roles

blueprint = Blueprint("evaluation", __name__)
READERS = (Role.DIVISION_HEAD, Role.CENTER_HEAD, Role.SUBDIVISION_HEAD, Role.AUDITOR)
READ = roles(*READERS)
ACCESS = {
    "evaluation.index": READ,
    "evaluation.said": READ,
    "evaluation.paper": READ,
    "evaluation.sheets": READ,
    "evaluation.export": READ,
    "evaluation.issue": roles(Role.DIVISION_HEAD),
}
