"""What the measurement fills a portal with is like what desks write: its chain holds, its desks are full."""

from __future__ import annotations

from office import people
from office.crowd import COMMON, RARE, Crowd
from portal.operations import audit, audit_checks
from portal.store import db
from portal.store.models import BackupRequest, Disposition, Letter
from portal.store.queries import words


def test_it_fills_desks_and_chain_so_that_both_hold(database, settings):
    at = db.now()
    people.make(at)
    Crowd(1000, 3000).fill(at)
    found = audit.verify()
    assert (found.ok, found.entries) == (True, 3000)
    standing = audit_checks.standing()
    assert (standing.verified, standing.broken_at, standing.size) == (3000, None, 3000)
    assert (BackupRequest.select().count(), Letter.select().count() > 1000) == (1000, True)
    assert Disposition.select().where(Disposition.backup_request == 500).count() in range(1, 11)
    steps = {row.step for row in BackupRequest.select(BackupRequest.step).distinct()}
    assert len(steps) == 10
    assert BackupRequest.select().where(BackupRequest.step == "specification_selection").count() > 25
    assert [row.id for row in BackupRequest.select().where(words.holding(RARE))] == [777]
    assert BackupRequest.select().where(words.holding(COMMON)).count() > 100
