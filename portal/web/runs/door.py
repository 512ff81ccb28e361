"""The runs' blueprint, and who may do what there."""

from __future__ import annotations

from flask import Blueprint

from portal.sop.table import Role
from portal.web.access import roles

blueprint = Blueprint("runs", __name__)
READERS = (
    Role.ADMINISTRATOR,
    Role.SUBDIVISION_HEAD,
    Role.DIVISION_HEAD,
    Role.CENTER_HEAD,
    Role.AUDITOR,
)
READ = roles(*READERS)
START = roles(Role.ADMINISTRATOR)
ASK = roles(Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD)

ACCESS = {
    "runs.index": READ,
    "runs.show": READ,
    "runs.state": READ,
    "runs.log": READ,
    "runs.download_log": READ,
    "runs.evidence": READ,
    "runs.manifest": READ,
    "runs.start": START,
    "runs.prove": ASK,
    "runs.cancel": ASK,
    "runs.restart": ASK,
}
