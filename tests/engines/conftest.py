"""A real sshd, and a key that it takes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from office.sshd import PracticeServer, free_port
from workers.engines import ssh


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeServer]:
    """One sshd for all questions; nothing here changes it."""
    server = PracticeServer(tmp_path_factory.mktemp("sshd"), free_port())
    server.start()
    key = server.folder / "portal"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    server.authorize(key.with_suffix(".pub").read_text(encoding="ascii").strip())
    yield server
    server.stop()


@pytest.fixture
def target(sshd: PracticeServer) -> ssh.Target:
    """The server as the catalogue knows it."""
    host_key = " ".join((sshd.folder / "host_key.pub").read_text(encoding="ascii").split()[:2])
    return ssh.Target("127.0.0.1", sshd.port, sshd.username, Path(sshd.folder / "portal"), host_key)


@pytest.fixture
def client(target: ssh.Target) -> Iterator[paramiko.SSHClient]:
    """A signed-in connection."""
    with ssh.connect(target) as connected:
        yield connected
