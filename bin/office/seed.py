"""A practice office with work on every desk, made through the desks themselves so that the trail tells it truly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

from office import people, policy, sample_site
from office.sshd import PracticeServer
from portal.config import Settings
from portal.operations import calendar, disposition, host_keys, letters, retention, runs, servers, submission
from portal.store import db
from portal.store.models import BackupRequest, Run, Server, SshKey, User
from schemas.decision import Decision, Scope
from schemas.keeping import RuleForm
from schemas.run import RunKind
from schemas.server import KeyChoice, ServerForm
from workers import entry

SERVER_NAME = "situs-laboratorium"
RULE = RuleForm(last=3, daily=7, weekly=5, monthly=12, yearly=3)
WAITING = (
    ("Data pengukuran spektrometer tahun berjalan.", "/srv/spektrometer", ()),
    ("Berkas mutu ISO 17025 wajib tersimpan di dua tempat.", "/srv/mutu", (("kasatker", "forward"),)),
    (
        "Arsip foto mikrograf untuk publikasi.",
        "/srv/mikrograf",
        (("kasatker", "forward"), ("kapusat", "forward")),
    ),
)


def make(settings: Settings, sshd: PracticeServer, tree: Path) -> dict[str, str]:
    """Fill an empty database; return the passwords by user name. `sshd` must be running and offers `tree`."""
    at = db.now()
    year = at.year
    calendar.seed((year, year + 1), actor=None, at=at)
    passwords = people.make(at)
    cast = {user.username: user for user in User.select()}
    policy.publish(cast, at)
    sample_site.make(tree)
    server = enrol(settings, sshd, cast, tree)
    office = Office(settings, cast)
    for reason, folder, decisions in WAITING:
        office.walk(office.submit(reason, folder), decisions)
    office.approved("Situs laboratorium dipakai setiap hari dan harus cepat pulih.", server, tree)
    retention.set_rule(server.id, RULE, cast["kasubbid"], at=db.now())
    return passwords


def enrol(settings: Settings, sshd: PracticeServer, cast: dict[str, User], tree: Path) -> Server:
    """Enrol the practice server as the office does: key, scan, proposal, a second person's approval, probe, folder."""
    administrator, form = cast["administrator"], ServerForm(
        name=SERVER_NAME, address="127.0.0.1", port=sshd.port, username=sshd.username)  # fmt: skip
    server = servers.enrol(form, KeyChoice(), administrator, at=db.now(), settings=settings)
    sshd.authorize(SshKey.get_by_id(server.key_id).public_key)
    scan = ask(RunKind.HOST_KEY_SCAN, server, administrator, settings)
    host_keys.propose(server.id, scan.id, administrator, at=db.now())
    host_keys.approve(server.id, scan.result["fingerprint"], cast["kasubbid"], at=db.now())
    ask(RunKind.PROBE, server, administrator, settings)
    measured = ask(RunKind.MEASURE, server, administrator, settings, path=str(tree))
    servers.add_source(server.id, str(tree), administrator, at=db.now(), measured_by=measured.id)
    return Server.get_by_id(server.id)


def ask(kind: RunKind, server: Server, user: User, settings: Settings, path: str = "") -> Run:
    """Ask the server something, as an administrator does. Raises RuntimeError without an answer."""
    run = runs.start_inquiry(kind, server.id, user, next(_keys), at=db.now(), settings=settings, path=path)
    entry.carry_out(run.id, settings)
    ended = Run.get_by_id(run.id)
    if ended.state != "succeeded":
        raise RuntimeError(f"{kind}: {ended.code} {ended.context}")
    return ended


class Office:
    """The cast at their desks."""

    def __init__(self, settings: Settings, cast: dict[str, User]) -> None:
        self.settings, self.cast = settings, cast

    def submit(self, reason: str, folder: str, services: tuple[str, ...] = ("backup_files",)) -> int:
        """Fill FM 001 as the employee and send it to the head of the unit."""
        requester = self.cast["pegawai"]
        raw = {
            "date": _today(),
            "name": requester.name,
            "nip": requester.nip,
            "phone": requester.phone,
            "email": requester.email,
            "has_server": "on",
            "server_name": SERVER_NAME,
            "has_folder": "on",
            "folders": folder,
            "services": list(services),
            "frequency": "daily",
            "retention_days": "90",
            "reason": reason,
        }
        draft = submission.create_draft(requester, next(_keys), raw, at=db.now())
        sent = submission.submit(
            draft.id, draft.revision, requester, raw, at=db.now(), settings=self.settings
        )
        return int(sent.id)

    def approved(self, reason: str, server: Server, tree: Path, databases: tuple[int, ...] = ()) -> int:
        """A request for `tree`, or for databases of the catalogue (their ids), that has reached the administrator."""
        services = ("backup_database",) if databases else ("backup_files",)
        request_id = self.submit(reason, str(tree), services)
        self.walk(request_id, (("kasatker", "forward"), ("kapusat", "forward"), ("kabid", "approve")))
        folders = () if databases else (str(tree),)
        scope = Scope(server_id=server.id, folders=folders, databases=databases, services=services)
        self.act(request_id, "kasubbid", "approve", scope=scope)
        return request_id

    def walk(self, request_id: int, decisions: tuple[tuple[str, str], ...]) -> None:
        """Let each official decide in turn."""
        for who, action in decisions:
            self.act(request_id, who, action)

    def act(self, request_id: int, who: str, action: str, scope: Scope | None = None) -> None:
        """One decision."""
        seen = BackupRequest.get_by_id(request_id)
        decision = Decision(request_id=request_id, revision=seen.revision, action=action, scope=scope)
        disposition.act(decision, user=self.cast[who], at=db.now(), settings=self.settings)


def _today() -> str:
    return datetime.now(letters.OFFICE_ZONE).date().isoformat()


def _numbered() -> Iterator[str]:
    return (f"practice-{number}" for number in count(1))


_keys = _numbered()
