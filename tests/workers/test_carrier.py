from __future__ import annotations

from portal.config import Settings
from schemas.run import RunKind, RunSpec, ServerSpec
from workers import carrier
from workers.steps.work import Work


def test_a_backup_without_something_that_was_granted_is_incomplete(settings: Settings) -> None:
    server = ServerSpec(id=1, name="situs", address="192.0.2.1", port=22, username="root")
    spec = RunSpec(kind=RunKind.BACKUP, server=server, not_kept=("/srv/surat", "mariadb:situs"))
    work = Work(1, spec, settings, lambda text, level: None, lambda progress: None, lambda: False)
    outcome = carrier._success(work)
    assert (outcome.state, outcome.code) == ("incomplete", "run.not_kept")
    assert outcome.context == {"paths": "/srv/surat, mariadb:situs"}
