"""The same work by other means, over the same sshd: the portal's tools by hand, borg, restic by SFTP, rsnapshot."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from workers.engines import openssh, restic, rsync

DEFAULT_CIPHER = "chacha20-poly1305@openssh.com"
PASSWORD = "by hand"  # nosec B105
RSNAPSHOT = """\
config_version\t1.2
snapshot_root\t{folder}/snapshots/
cmd_rsync\t{rsync}
cmd_ssh\t{ssh}
lockfile\t{folder}/lock
verbose\t1
retain\talpha\t6
backup\t{user}@127.0.0.1:{tree}/\tserver/
"""


@dataclass(frozen=True, slots=True)
class Link:
    """How to reach the practice server: the tree there, its account, port, the key and the trusted host key."""

    tree: Path
    username: str
    port: int
    key: Path
    known_hosts: Path

    def ssh(self) -> list[str]:
        """The OpenSSH client with the portal's options, but for the cipher, which by hand nobody chooses."""
        argv = openssh.ssh_argv(
            username=self.username, port=self.port, key=self.key, known_hosts=self.known_hosts
        )
        return [part if not part.startswith("Ciphers=") else "Ciphers=^" + DEFAULT_CIPHER for part in argv]


class Rival(ABC):
    """One way of keeping the tree, in a folder of its own."""

    def __init__(self, folder: Path, link: Link) -> None:
        self.folder, self.link = folder, link

    def empty(self) -> None:
        """Begin again."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.prepare()

    @abstractmethod
    def prepare(self) -> None:
        """What the way needs before its first run, and what is measured with it by nobody."""

    def ssh(self) -> Path:
        """The OpenSSH client with the portal's options as one program, for tools that take no list."""
        program = self.folder / "ssh"
        program.write_text(f'#!/bin/sh\nexec {shlex.join(self.link.ssh())} "$@"\n', encoding="utf-8")
        program.chmod(0o700)
        return program

    @abstractmethod
    def backup(self) -> None:
        """Keep the tree as it stands."""

    @abstractmethod
    def restore(self, target: Path) -> None:
        """Bring what was kept last back to the server, into the new folder `target`."""

    def seconds(self, work: str, *given: Path) -> float:
        """How long `backup` or `restore` takes. Nobody pays for what was written before: the disk is quiet first."""
        os.sync()
        began = time.monotonic()
        getattr(self, work)(*given)
        return time.monotonic() - began


class ByHand(Rival):
    """rsync and restic with the arguments that the portal gives them."""

    @override
    def prepare(self) -> None:
        (self.folder / "password").write_text(PASSWORD + "\n", encoding="ascii")

    def _store(self) -> tuple[restic.Repository, dict[str, str]]:
        store = restic.Repository(self.folder / "repository", self.folder / "password", self.folder / "cache")
        environment = dict(store.environment())
        del environment["GOGC"]  # by hand nobody sets it
        return store, environment

    @override
    def backup(self) -> None:
        store, environment = self._store()
        copy, tree = self.folder / "copy", str(self.link.tree)
        target = copy / tree.lstrip("/")
        target.mkdir(parents=True, exist_ok=True)
        as_root = os.geteuid() == 0
        pull = rsync.pull_argv(ssh=self.link.ssh(), address="127.0.0.1", source=tree, target=target,
                               partial=self.folder / "partial", as_root=as_root, timeout_seconds=300)  # fmt: skip
        do(pull, copy, environment)
        if not (store.path / "config").is_file():
            store.path.mkdir()
            do(restic.init_argv(), copy, environment)
        do(
            restic.backup_argv(host="hand", tags=(), paths=[f"./{tree.lstrip('/')}"]),
            copy,
            environment,
        )

    @override
    def restore(self, target: Path) -> None:
        _store, environment = self._store()
        staging = self.folder / "staging"
        do(restic.restore_argv("latest", staging), self.folder, environment)
        push(self.link, staging / str(self.link.tree).lstrip("/"), target)
        shutil.rmtree(staging)


class Borg(Rival):
    """borg on the server, into an encrypted repository that it reaches by SSH."""

    @override
    def prepare(self) -> None:
        self._borg("init", "--encryption", "repokey")

    @override
    def backup(self) -> None:
        self._borg("create", f"::{time.monotonic_ns()}", str(self.link.tree))

    @override
    def restore(self, target: Path) -> None:
        target.mkdir()
        last = self._borg("list", "--last", "1", "--short").strip()
        self._borg("extract", f"::{last}", cwd=target)

    def _borg(self, *words: str, cwd: Path | None = None) -> str:
        link = self.link
        environment = {
            "BORG_REPO": f"ssh://{link.username}@127.0.0.1:{link.port}{self.folder}/repository",
            "BORG_RSH": str(self.ssh()),
            "BORG_PASSPHRASE": PASSWORD,
            "BORG_BASE_DIR": str(self.folder / "base"),
        }
        return do(["borg", *words], cwd or self.folder, environment)


class ResticBySftp(Rival):
    """restic on the server, pushing into a repository that it reaches by SFTP."""

    @override
    def prepare(self) -> None:
        self._restic("init")

    @override
    def backup(self) -> None:
        self._restic("backup", str(self.link.tree))

    @override
    def restore(self, target: Path) -> None:
        self._restic("restore", "latest", "--target", str(target))

    def restore_verified(self, target: Path) -> None:
        """The same, and every byte that was written read again: what the portal always does."""
        self._restic("restore", "latest", "--verify", "--target", str(target))

    def _restic(self, *words: str) -> None:
        ssh = f"{self.ssh()} 127.0.0.1 -s sftp"
        environment = {
            "RESTIC_REPOSITORY": f"sftp:127.0.0.1:{self.folder}/repository",
            "RESTIC_PASSWORD": PASSWORD,
            "RESTIC_CACHE_DIR": str(self.folder / "cache"),
        }
        do(["restic", "--quiet", "-o", f"sftp.command={ssh}", *words], self.folder, environment)


class Rsnapshot(Rival):
    """rsnapshot beside the portal: plain copies with hard links, neither encrypted nor deduplicated."""

    @override
    def prepare(self) -> None:
        text = RSNAPSHOT.format(folder=self.folder, rsync=shutil.which("rsync"), ssh=self.ssh(),
                                user=self.link.username, tree=self.link.tree)  # fmt: skip
        (self.folder / "rsnapshot.conf").write_text(text, encoding="utf-8")

    @override
    def backup(self) -> None:
        do(["rsnapshot", "-c", str(self.folder / "rsnapshot.conf"), "alpha"], self.folder, {})

    @override
    def restore(self, target: Path) -> None:
        kept = self.folder / "snapshots" / "alpha.0" / "server" / str(self.link.tree).lstrip("/")
        push(self.link, kept, target)


WAYS: Mapping[str, type[Rival]] = {
    "by_hand": ByHand,
    "borg": Borg,
    "restic_sftp": ResticBySftp,
    "rsnapshot": Rsnapshot,
}


def push(link: Link, source: Path, target: Path) -> None:
    """Bring a folder to the server by rsync."""
    do(["rsync", "-aH", "-e", " ".join(link.ssh()), f"{source}/", f"127.0.0.1:{target}/"], source, {})


def do(argv: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> str:
    """Run a program to its end and return what it printed. Raises RuntimeError with its last words."""
    done = subprocess.run(
        argv, check=False, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"{argv[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout
