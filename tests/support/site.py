"""An approved request on a real practice server, made through the desks as the office would."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from office.sshd import PracticeServer
from portal.config import Settings
from portal.operations import disposition, runs, submission
from portal.store import db
from portal.store.models import BackupRequest, Run, Server, Source, SshKey, User
from schemas.decision import Decision, Scope
from schemas.run import RunKind
from workers import entry

FORM = {
    "date": "2026-11-24",
    "name": "Sari Wulandari",
    "nip": "199003122015042001",
    "phone": "0812 3456 7890",
    "email": "sari@example.go.id",
    "has_folder": "on",
    "services": ["backup_files"],
    "frequency": "daily",
    "retention_days": "30",
    "reason": "Berkas laboratorium harus dapat dipulihkan.",
}
_keys = count(1)


@dataclass
class Site:
    """A practice server with one granted folder `tree`, and the request that grants it."""

    settings: Settings
    cast: dict[str, User]
    sshd: PracticeServer
    tree: Path
    server: Server
    request_id: int

    @property
    def request(self) -> BackupRequest:
        """The request as it stands now."""
        return BackupRequest.get_by_id(self.request_id)

    def act(self, who: str, action: str, **sent: object) -> BackupRequest:
        """Let one of the cast decide on the request."""
        decision = Decision(request_id=self.request_id, revision=self.request.revision, action=action, **sent)
        return disposition.act(decision, user=self.cast[who], at=db.now(), settings=self.settings)

    def start_backup(self) -> Run:
        """Queue a backup of the granted folder."""
        return runs.start_backup(
            self.request_id, self.cast["agus"], next_key(), at=db.now(), settings=self.settings
        )

    def backup(self) -> Run:
        """Queue a backup and carry it out in this process."""
        return self.carry_out(self.start_backup())

    def restore_test(self, snapshot_pk: int) -> Run:
        """Queue a restore test and carry it out in this process."""
        user = self.cast["agus"]
        run = runs.start_restore_test(snapshot_pk, user, next_key(), at=db.now(), settings=self.settings)
        return self.carry_out(run)

    def ask(self, kind: RunKind, path: str = "") -> Run:
        """Start an inquiry and carry it out in this process."""
        run = runs.start_inquiry(kind, self.server.id, self.cast["agus"], next_key(), at=db.now(),
                                 settings=self.settings, path=path)  # fmt: skip
        return self.carry_out(run)

    def carry_out(self, run: Run) -> Run:
        """Do a queued run as a worker does, and return it as it ended."""
        entry.carry_out(run.id, self.settings)
        return Run.get_by_id(run.id)

    def log_of(self, run: Run) -> str:
        """The run's log."""
        return (self.settings.var / "log" / f"run-{run.id}.log").read_text(encoding="utf-8")


def next_key() -> str:
    """An idempotency key that no other run of this test has."""
    return f"key-{next(_keys)}"


def build(
    settings: Settings,
    cast: dict[str, User],
    sshd: PracticeServer,
    tree: Path,
    databases: Sequence[str] = (),
    *,
    folder: bool = True,
    mirror: bool = False,
) -> Site:
    """Enrol the server and walk a request for `tree` (unless `folder` is false) and `databases`, or a `mirror` of it as
    well, to its approval and follow-up."""
    services = [*(["backup_files"] if folder else []), *(["backup_database"] if databases else []),
                *(["mirror_files"] if mirror and folder else []),
                *(["mirror_database"] if mirror and databases else [])]  # fmt: skip
    key = _key(settings, cast["agus"], sshd)
    host_key = (sshd.folder / "host_key.pub").read_text(encoding="ascii").rsplit(" ", 2)[0]
    server = Server.create(name="server-latihan", address="127.0.0.1", port=sshd.port, username=sshd.username, key=key,
                           host_key=" ".join(host_key.split()[:2]), host_key_state="approved",
                           created_by=cast["agus"])  # fmt: skip
    raw = {**FORM, "folders": str(tree), "services": services}
    at = db.now()
    draft = submission.create_draft(cast["sari"], next_key(), raw, at=at)
    submission.submit(draft.id, draft.revision, cast["sari"], raw, at=at, settings=settings)
    site = Site(settings, cast, sshd, tree, server, draft.id)
    site.act("bambang", "forward")
    site.act("hendro", "forward")
    site.act("ratna", "approve")
    ids = [
        Source.create(server=server, kind="database", path=path, created_by=cast["agus"]).id
        for path in databases
    ]
    folders = (str(tree),) if folder else ()
    scope = Scope(server_id=server.id, folders=folders, databases=ids, services=services)
    site.act("joko", "approve", scope=scope)
    site.act("agus", "follow_up")
    if folder:
        Source.create(server=server, path=str(tree), created_by=cast["agus"])
    return site


def _key(settings: Settings, owner: User, sshd: PracticeServer) -> SshKey:
    row = SshKey.create(name="kunci-latihan", public_key="", fingerprint="", created_by=owner)
    path = settings.secrets_path / "ssh" / str(row.id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    sshd.authorize(path.with_suffix(".pub").read_text(encoding="ascii").strip())
    return row
