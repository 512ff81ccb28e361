"""Requests on their way, moved through the desks by the cast as the office would, at instants that a test chooses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from portal.config import Settings
from portal.operations import disposition, runs, submission
from portal.store.models import BackupRequest, Server, Snapshot, User
from schemas.decision import Decision, Scope
from tests.support import machines

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""09.00 in Jakarta on a working day."""
FORM: dict[str, Any] = {
    "date": "2026-11-23",
    "name": "Sari Wulandari, S.Kom.",
    "nip": "199003122015042001",
    "phone": "0812-3456-7890",
    "email": "sari@example.go.id",
    "has_server": "on",
    "server_name": "Web PRTRN",
    "has_folder": "on",
    "folders": "/srv/www",
    "services": ["backup_files"],
    "frequency": "daily",
    "retention_days": "30",
    "reason": "Situs laboratorium dipakai setiap hari.",
}
WAY = (
    ("bambang", "forward"),
    ("hendro", "forward"),
    ("ratna", "approve"),
    ("joko", "approve"),
    ("agus", "follow_up"),
    ("agus", "report"),
    ("joko", "forward"),
    ("ratna", "forward"),
    ("dewi", "answer"),
    ("sari", "receive"),
)
"""Who moves a request of Sari's on, from its submission to its end."""
STEPS = {
    "unit_note": 0,
    "center_disposition": 1,
    "policy_selection": 2,
    "specification_selection": 3,
    "execution": 4,
    "followed_up": 5,
    "subdivision_report": 6,
    "division_report": 7,
    "reply": 8,
    "receipt": 9,
    "closed": 10,
}
_keys = count(1)


def new_key() -> str:
    """A draft key that no other form of the tests has."""
    return f"draft-{next(_keys):012d}"


@dataclass
class Way:
    """One request of Sari's and the clock on the wall; every deed takes a minute."""

    cast: dict[str, User]
    settings: Settings
    at: datetime = MONDAY
    form: dict[str, Any] = field(default_factory=lambda: dict(FORM))
    id: int = 0
    _server: Server | None = None

    @property
    def row(self) -> BackupRequest:
        """The request as it stands now."""
        return BackupRequest.get_by_id(self.id)

    def later(self, **span: float) -> Way:
        """Let time pass: `later(hours=2)`."""
        self.at += timedelta(**span)
        return self

    def draft(self, **changes: Any) -> Way:
        """Begin the form."""
        self.form |= changes
        self.id = submission.create_draft(self.cast["sari"], new_key(), self.form, at=self.at).id
        return self

    def send(self, **changes: Any) -> Way:
        """Send the form to the head of the unit."""
        if not self.id:
            self.draft()
        self.form |= changes
        self.later(minutes=1)
        submission.submit(
            self.id, self.row.revision, self.cast["sari"], self.form, at=self.at, settings=self.settings
        )
        return self

    def decision(self, action: str, **sent: Any) -> Decision:
        """The decision that a page opened now would send."""
        return Decision(**({"request_id": self.id, "revision": self.row.revision, "action": action} | sent))

    def act(self, who: str, action: str, **sent: Any) -> Way:
        """Let one of the cast decide; a grant without a `scope` gets the whole server's folder."""
        if (self.row.step, action) == ("specification_selection", "approve"):
            sent.setdefault("scope", self.scope())
        self.later(minutes=1)
        disposition.act(
            self.decision(action, **sent), user=self.cast[who], at=self.at, settings=self.settings
        )
        return self

    def to(self, step: str) -> Way:
        """Go the granted way until `step` (a rule book's step, or `followed_up`)."""
        if not self.id or self.row.step == "submission":
            self.send()
        begun = self.row.step == "execution" and self.row.followed_up_at
        done = STEPS["followed_up" if begun else self.row.step]
        for who, action in WAY[done : STEPS[step]]:
            if action == "report":
                self.prove()
            self.act(who, action)
        return self

    def scope(self, **changes: Any) -> Scope:
        """The scope that the Kasubbid grants."""
        usual = {"server_id": self.server.id, "folders": ("/srv/www",), "services": ("backup_files",)}
        return Scope(**(usual | changes))

    @property
    def server(self) -> Server:
        """The server in the catalogue, made when it is first asked for."""
        if self._server is None:
            self._server = machines.trusted(self.cast["agus"], self.cast["joko"], self.settings)
        return self._server

    def back_up(self) -> Snapshot:
        """A copy of the granted folder as a worker leaves it, not yet proven."""
        evidence = {
            "server_name": self.server.name,
            "host_key_fingerprint": "SHA256:" + "a" * 43,
            "tools": {"restic": "restic 0.14.0", "rsync": "rsync 3.5.0"},
            "left_out": [],
        }
        return machines.backed_up(self.row, self.cast["agus"], self.settings, at=self.at, evidence=evidence)

    def prove(self, snapshot: Snapshot | None = None) -> Snapshot:
        """A copy that a restore test found whole."""
        snapshot = snapshot or self.back_up()
        self.later(minutes=2)
        run = runs.start_restore_test(
            snapshot.id, self.cast["agus"], new_key(), at=self.at, settings=self.settings
        )
        restore = {
            "entries": 20_500,
            "compared_bytes": 1_503_238_553,
            "difference_count": 0,
            "restore_seconds": 41.2,
            "compare_seconds": 12.1,
        }
        machines.finished(
            run, at=self.at, evidence={"restore": restore}, proven_snapshot_id=snapshot.snapshot_id
        )
        return Snapshot.get_by_id(snapshot.id)
