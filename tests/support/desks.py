"""A request walked over the desks at fixed times, without a server: what runs would leave is put into the archive."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.config import Settings
from portal.operations import disposition, opening, runs, submission, undoing
from portal.sop.table import TRANSITIONS
from portal.sop.undo import undoable
from portal.store.models import AuditEntry, BackupRequest, Disposition, Letter, Server, User
from schemas.decision import Decision, Scope
from tests.support import machines

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Nine in the morning of a working day, office time."""
FOLDER = "/srv/www"
FORM: dict[str, Any] = {
    "date": "2026-11-23",
    "name": "Sari Wulandari",
    "nip": "199003122015042001",
    "phone": "0812 3456 7890",
    "email": "sari@example.go.id",
    "has_folder": "on",
    "folders": FOLDER,
    "services": ["backup_files"],
    "frequency": "daily",
    "retention_days": "30",
    "reason": "Situs laboratorium dipakai setiap hari.",
}
STATIONS = (
    ("unit_note", "bambang", "forward"),
    ("center_disposition", "hendro", "forward"),
    ("policy_selection", "ratna", "approve"),
    ("specification_selection", "joko", "approve"),
    ("execution", "agus", "follow_up"),
)
"""The granted way to execution: at each step, who does what."""
_serial = itertools.count(1)


@dataclass
class File:
    """One request and the office around it. `at` is the office's clock: set it to let time pass."""

    settings: Settings
    cast: dict[str, User]
    request_id: int
    at: datetime = MONDAY
    server: Server | None = None

    @property
    def row(self) -> BackupRequest:
        """The request as it stands in the database."""
        return BackupRequest.get_by_id(self.request_id)

    @property
    def dispositions(self) -> list[Disposition]:
        """Its decisions, oldest first."""
        query = Disposition.select().where(Disposition.backup_request == self.request_id)
        return list(query.order_by(Disposition.revision))

    @property
    def letters(self) -> dict[str, str]:
        """The numbers of its papers by kind."""
        rows = Letter.select().where(Letter.backup_request == self.request_id).order_by(Letter.id)
        return {letter.kind: letter.number for letter in rows}

    def decision(self, action: str, **sent: Any) -> Decision:
        """What a page that shows the present state would send."""
        return Decision(
            **({"request_id": self.request_id, "revision": self.row.revision, "action": action} | sent)
        )

    def act(self, who: str, action: str, **sent: Any) -> BackupRequest:
        """Let one of the cast decide on the present state (or on `revision`)."""
        return self.decide(who, self.decision(action, **sent))

    def undo(self, who: str, revision: int | None = None) -> BackupRequest:
        """Let one of the cast take back the last decision."""
        seen = self.row.revision if revision is None else revision
        return undoing.undo(self.request_id, seen, user=self.cast[who], at=self.at)

    def open(self, who: str) -> BackupRequest:
        """Let one of the cast look at the request."""
        return opening.opened(self.request_id, self.cast[who], at=self.at)

    def decide(self, who: str, decision: Decision) -> BackupRequest:
        """Let one of the cast send this very decision."""
        return disposition.act(decision, user=self.cast[who], at=self.at, settings=self.settings)

    def scope(self, **changes: Any) -> Scope:
        """What the Kasubbid grants: the asked folder on the file's server."""
        if self.server is None:
            self.server = machines.trusted(self.cast["agus"], self.cast["joko"], self.settings)
        asked = {"server_id": self.server.id, "folders": (FOLDER,), "services": ("backup_files",)}
        return Scope(**(asked | changes))

    def walk(self, until: str) -> File:
        """Go the granted way until the request stands at step `until`; "" goes on to the follow-up."""
        for step, who, action in STATIONS:
            if step == until:
                break
            if self.row.step == step:
                sent = {"scope": self.scope()} if (who, action) == ("joko", "approve") else {}
                self.act(who, action, **sent)
        return self

    def prove(self) -> File:
        """Leave in the archive what a backup and its restore test leave; five minutes pass."""
        evidence = {"server_name": "Web PRTRN", "host_key_fingerprint": "SHA256:abc",
                    "tools": {"restic": "restic 0.18"}, "left_out": [], "digest": "ab" * 32}  # fmt: skip
        test = {"entries": 20_431, "compared_bytes": 1_503_238_553, "difference_count": 0,
                "restore_seconds": 40.0, "compare_seconds": 2.0}  # fmt: skip
        agus = self.cast["agus"]
        snapshot = machines.backed_up(self.row, agus, self.settings, at=self.at, evidence=evidence)
        key = f"proof-{next(_serial):012d}"
        run = runs.start_restore_test(snapshot.id, agus, key, at=self.at, settings=self.settings)
        machines.finished(run, at=self.at, evidence=evidence | {"restore": test},
                          proven_snapshot_id=snapshot.snapshot_id)  # fmt: skip
        self.at += timedelta(minutes=5)
        return self


def file(
    settings: Settings, cast: dict[str, User], who: str = "sari", at: datetime = MONDAY, **form: Any
) -> File:
    """A request that `who` has just sent to the head of the unit."""
    raw = {**FORM, "nip": cast[who].nip, **form}
    draft = submission.create_draft(cast[who], f"draft-{next(_serial):012d}", raw, at=at)
    submission.submit(draft.id, draft.revision, cast[who], raw, at=at, settings=settings)
    return File(settings, cast, draft.id, at)


def path(file: File) -> list[tuple[str, str, str, str]]:
    """Each decision as (step, action, next step, role)."""
    return [(row.step, row.action, row.next_step, row.role) for row in file.dispositions]


def assert_chained(file: File) -> None:
    """Each decision took the state that the one before it left, and the request stands where the last one put it;
    all follow the rule book, and the trail tells the same."""
    rows = file.dispositions
    assert [row.revision for row in rows] == list(range(len(rows)))
    assert file.row.revision == len(rows)
    assert rows[0].step == "submission"
    for before, after in itertools.pairwise(rows):
        assert after.step == before.next_step
        assert after.entered_at <= after.created_at
        assert before.entered_at <= after.entered_at or before.action == "undo"
    assert file.row.step == rows[-1].next_step
    lawful = {(row.step, row.action, row.next_step, row.role) for row in TRANSITIONS}
    lawful |= {(row.next_step, "undo", row.step, row.role) for row in TRANSITIONS if undoable(row)}
    assert set(path(file)) <= lawful
    for before, after in itertools.pairwise(rows):
        taken_back = after.action == "undo"
        assert (before.undone_at is not None) == taken_back
        assert not taken_back or (after.actor_id, after.next_step) == (before.actor_id, before.step)
    mine = (AuditEntry.subject_type == "request") & (AuditEntry.subject_id == file.request_id)
    tags = [entry.tag for entry in AuditEntry.select().where(mine).order_by(AuditEntry.sequence)]
    assert tags == ["request:drafted", *(f"request:{row.action}" for row in rows)]
