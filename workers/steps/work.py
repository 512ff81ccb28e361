"""The work at hand: a run's order, its folders, what was found so far, and the line to whoever watches."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.config import Settings
from schemas.evidence import RestoreEvidence, SnapshotEvidence
from schemas.run import Progress, RunSpec
from workers.engines import addresses, openssh
from workers.engines.restic import Repository
from workers.engines.ssh import Target

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
    bytes_expected: int | None = None
    transferred_bytes: int = 0
    snapshot: SnapshotEvidence | None = None
    restored: Path | None = None
    restore_seconds: float = 0.0
    proof: RestoreEvidence | None = None

    def log(self, text: str, level: str = "INFO") -> None:
        """Add a line to the run's log."""
        self.write(text, level)

    def leave_out(self, name: str) -> None:
        """Note a file that could not be kept: the run is incomplete, and says so by name."""
        self.left_out_count += 1
        if len(self.left_out) < LEFT_OUT_MAX and name not in self.left_out:
            self.left_out.append(name)

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

    def repository(self) -> Repository:
        """The server's repository; its password is made at first use and kept in a 0600 file."""
        password = self.settings.secrets_path / "restic" / str(self.spec.server.id)
        if not password.exists():
            make_private(password.parent)
            password.touch(mode=0o600, exist_ok=False)
            password.write_text(secrets.token_urlsafe(48) + "\n", encoding="ascii")
        cache = self.settings.var / "cache"
        make_private(cache)
        return Repository(self.folder / "repository", password, cache)

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

    def ssh_argv(self) -> list[str]:
        """The OpenSSH client for bulk data, trusting the approved host key only."""
        known_hosts = self.evidence / "known_hosts"
        make_private(self.evidence)
        known_hosts.write_text(openssh.known_hosts_line(self.spec.server.host_key), encoding="ascii")
        return openssh.ssh_argv(
            username=self.spec.server.username,
            port=self.spec.server.port,
            key=self.key(),
            known_hosts=known_hosts,
        )


def make_private(folder: Path) -> None:
    """Make a folder that only the portal's account may enter."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
