"""The work at hand: a run's order, its folders, what was found so far, and the line to whoever watches."""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from portal.config import Settings
from portal.operations import vault_keys
from portal.operations.vault import Room
from schemas import database
from schemas.evidence import (
    DumpEvidence,
    HandoverEvidence,
    LoadEvidence,
    MirrorEvidence,
    RemovalEvidence,
    RestoreEvidence,
    SecondCopyEvidence,
    SnapshotEvidence,
    StandbyEvidence,
)
from schemas.mirror import GuardReport
from schemas.run import Progress, RunSpec, ServerSpec
from workers.engines import addresses, command, folders, openssh, sftp
from workers.engines.errors import EngineError
from workers.engines.lock import Lock
from workers.engines.restic import Repository
from workers.engines.ssh import Target
from workers.steps import ways

if TYPE_CHECKING:
    from workers.steps.keeper import Keeper
    from workers.steps.reading import Reading

LEFT_OUT_MAX = 1_000


@dataclass
class Work:
    """Everything a step may know and change. `should_stop` turns true when the run was cancelled or lost its lease."""

    run_id: int
    spec: RunSpec
    settings: Settings
    write: Callable[[str, str], None]
    report: Callable[[Progress], None]
    should_stop: Callable[[], bool]
    left_out: list[str] = field(default_factory=list)
    left_out_count: int = 0
    warnings: list[str] = field(default_factory=list)
    tools: dict[str, str] = field(default_factory=dict)
    result: dict[str, Any] | None = None
    without_holes: set[str] = field(default_factory=set)
    transferred_bytes: int = 0
    snapshot: SnapshotEvidence | None = None
    restored: Path | None = None
    restore_seconds: float = 0.0
    proof: RestoreEvidence | None = None
    removal: RemovalEvidence | None = None
    second: SecondCopyEvidence | None = None
    handover: HandoverEvidence | None = None
    guard: GuardReport | None = None
    mirrored: MirrorEvidence | None = None
    standby: StandbyEvidence | None = None
    dumps: list[DumpEvidence] = field(default_factory=list)
    loads: list[LoadEvidence] = field(default_factory=list)
    owed: Callable[[], None] | None = field(default=None, repr=False)
    after_failed: str = ""
    password_of: Callable[[str], str] = field(default=lambda _: "", repr=False)
    password_there: Callable[[str], str] = field(default=lambda _: "", repr=False)
    turning: bool = False
    way: ways.Way | None = field(default=None, repr=False)
    rooms: dict[str, Room] = field(default_factory=dict)
    keeper: Keeper | None = field(default=None, repr=False)
    reading: Reading | None = field(default=None, repr=False)
    there: Work | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _known: set[str] = field(default_factory=set, repr=False)
    _held: ExitStack = field(default_factory=ExitStack, repr=False)
    _shared: Path | None = field(default=None, repr=False)

    def log(self, text: str, level: str = "INFO") -> None:
        """Add a line to the run's log."""
        self.write(text, level)

    def leave_out(self, name: str) -> None:
        """Note a file that could not be kept: the run is incomplete, and says so by name, as it is on the server."""
        name = name.removeprefix(str(self.copy)) or "/"
        with self._lock:
            if name in self._known:
                return
            self.left_out_count += 1
            if len(self.left_out) < LEFT_OUT_MAX:
                self._known.add(name)
                self.left_out.append(name)

    def sources(self) -> tuple[str, ...]:
        """The folders to keep, sorted, without those that lie in another one of them."""
        kept: list[str] = []
        for path in sorted({path.rstrip("/") for path in self.spec.paths("folder")}):
            if not any(path.startswith(f"{other}/") for other in kept):
                kept.append(path)
        return tuple(kept)

    def roots(self) -> tuple[str, ...]:
        """What the snapshot holds: the folders, and the dumps of this run beside them."""
        return self.sources() + ((database.FOLDER,) if self.spec.paths("database") else ())

    @property
    def elsewhere(self) -> ServerSpec | None:
        """The server that the data are brought to, where it is another one."""
        return self.spec.restore.target if self.spec.restore else self.spec.target

    def at_target(self, **spec: Any) -> Work:
        """The same work with that server in the server's place, its address, key and host key, and no connection of the
        first; `spec` is what else its order says there. Raises ValueError where there is none."""
        if self.elsewhere is None:
            raise ValueError("an order without a target")
        return replace(
            self, spec=self.spec.model_copy(update={"server": self.elsewhere, **spec}), _shared=None
        )

    @property
    def dump_folder(self) -> Path:
        """Where the dumps lie in the copy."""
        return self.copy / database.FOLDER.strip("/")

    @property
    def folder(self) -> Path:
        """The server's own room in the vault."""
        return self.settings.vault_path / str(self.spec.server.id)

    @property
    def copy(self) -> Path:
        """Where the server's tree is kept in step."""
        return self.folder / "copy"

    @property
    def evidence(self) -> Path:
        """Where this run leaves its manifest and evidence."""
        return self.settings.var / "evidence" / f"run-{self.run_id}"

    def hold_vault(self) -> None:
        """Keep everybody else from the server's room in the vault until `release`. Raises EngineError('vault.busy')."""
        self._held.callback(Lock(self.folder / "lock").release)

    def settle(self) -> None:
        """Do what is owed to the server, once: the commands that run after a backup."""
        owed, self.owed = self.owed, None
        if owed is not None:
            owed()

    def discard(self, folder: Path) -> None:
        """Remove what lies in the clear in a folder of this run."""
        if complaint := folders.remove(folder):
            self.log(f"{folder} could not be removed: {complaint}", "WARN")

    def hold(self, let_go: Callable[[], None]) -> None:
        """Have `let_go` called when the run ends."""
        self._held.callback(let_go)

    def release(self) -> None:
        """Let go of what is held; called when the run ends, however it does."""
        self._held.close()

    def cache(self) -> Path:
        """The folder for what only saves time."""
        folder = self.settings.var / "cache"
        make_private(folder)
        return folder

    def repository(self) -> Repository:
        """The server's repository; its password is made at first use and kept in a 0600 file.

        Raises EngineError('restic.password_missing') when the repository is there but its password is gone: a new
        one would not open it.
        """
        password = self.settings.secrets_path / "restic" / str(self.spec.server.id)
        repository = self._repository(password)
        if not password.exists():
            if (repository.path / "config").is_file() or (self.folder / "latest.json").is_file():
                raise EngineError("restic.password_missing", tool="restic", path=str(password))
            make_private(password.parent)
            write_secret(password, secrets.token_urlsafe(48) + "\n")
        return repository

    def _repository(self, password: Path) -> Repository:
        """In the server's room of the vault, or on the machine that keeps the repositories. Raises EngineError."""
        near, settings = self.folder / "repository", self.settings
        patience = settings.idle_deadline_seconds
        place = sftp.place_of(settings.repository_vault)
        if place is None:
            return Repository(near, password, self.cache(), idle_seconds=patience)
        if self.way is None:
            self.way = ways.to(settings, place, own=vault_keys.FIRST, port=settings.repository_vault_port,
                               scratch=self.evidence)  # fmt: skip
        location = f"{settings.repository_vault.rstrip('/')}/{self.spec.server.id}"
        return Repository(near, password, self.cache(), location, self.way.session, patience)

    def note_room(self) -> None:
        """Note what the machine that keeps the repositories has room for, where there is one."""
        place = sftp.place_of(self.settings.repository_vault)
        if place is not None and self.way is not None and (found := ways.room(self.way, place.path)):
            self.rooms["repository"] = found

    def address(self) -> str:
        """The server's address, resolved and checked. Raises EngineError('ssh.…')."""
        return addresses.resolve(
            self.spec.server.address,
            allowed=self.settings.allowed_networks,
            allow_loopback=self.settings.allow_loopback_servers,
        )

    def target(self) -> Target:
        """The server for small questions."""
        server = self.spec.server
        return Target(self.address(), server.port, server.username, self.key(), server.host_key)

    def key(self) -> Path:
        """The private key that the catalogue chose for this server."""
        return self.settings.secrets_path / "ssh" / str(self.spec.server.key_id)

    def share_connection(self) -> None:
        """Have the OpenSSH client sign in now, while other questions are asked; `ssh_argv` then finds the connection
        made. One that cannot be made is nobody's fault yet: whoever needs it tries, and says why it failed."""
        # A socket's whole path may have about 100 characters, less than a folder of the portal.
        folder = self._held.enter_context(TemporaryDirectory(prefix="lumbung-"))
        self._shared = Path(folder) / "ssh"
        self._held.enter_context(command.beside(openssh.master_argv(self.ssh_argv(), self.address())))

    def ssh_argv(self) -> list[str]:
        """The OpenSSH client for bulk data, trusting the approved host key only."""
        known_hosts = self.evidence / f"known_hosts-{self.spec.server.id}"
        make_private(self.evidence)
        if not known_hosts.exists():  # one that is being read stays as it is
            known_hosts.write_text(openssh.known_hosts_line(self.spec.server.host_key), encoding="ascii")
        return openssh.ssh_argv(
            username=self.spec.server.username,
            port=self.spec.server.port,
            key=self.key(),
            known_hosts=known_hosts,
            shared=self._shared,
        )


def write_secret(path: Path, text: str) -> None:
    """Write a 0600 file that is there whole, on the disk, or not at all: a repository is lost with its password."""
    waiting = path.with_name(f".{path.name}.new")
    waiting.unlink(missing_ok=True)
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_whole(path: Path, content: bytes) -> str:
    """Write a 0600 file and have it on the disk; return its SHA-256 (hex)."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(content).hexdigest()


def make_private(folder: Path) -> None:
    """Make a folder that only the portal's account may enter."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
