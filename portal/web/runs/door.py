"""The runs' blueprint, and who may do what there."""

from __future__ import annotations

from flask import Blueprint

from portal.sop.table import Role
from portal.store.queries import runs as rows
from portal.web.access import roles, when
from portal.web.identity import Person

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


def _concerned(person: Person, run_id: int) -> bool:
    """Whoever may read runs, and who asked for what was tested."""
    run = rows.get(run_id)
    asked = run.backup_request if run is not None else None
    return person.has(*READERS) or (asked is not None and asked.requester_id == person.id)


ACCESS = {
    "runs.index": READ,
    "runs.show": READ,
    "runs.state": READ,
    "runs.log": READ,
    "runs.download_log": READ,
    "runs.evidence": READ,
    "runs.manifest": READ,
    "runs.certificate": when(_concerned),
    "runs.start": START,
    "runs.prove": ASK,
    "runs.cancel": ASK,
    "runs.restart": ASK,
}
