"""A real sshd on loopback with a configuration of its own: keys, port and log in one folder, ended by its pid."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
PidFile {folder}/sshd.pid
AuthorizedKeysFile {folder}/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
UseDNS no
MaxStartups 100
MaxSessions 100
PrintMotd no
Subsystem sftp internal-sftp
"""


def free_port() -> int:
    """A port on loopback that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class PracticeServer:
    """One sshd under `folder`; `start` and `stop` may be called again."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def username(self) -> str:
        """The account that signs in: whoever runs the practice office."""
        return getpass.getuser()

    def prepare(self) -> None:
        """Make the folder, the host key and the configuration, keeping a host key that is there."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (self.folder / "host_key").exists():
            argv = [
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-C",
                "server latihan",
                "-f",
                self.folder / "host_key",
            ]
            subprocess.run(argv, check=True)
        (self.folder / "authorized_keys").touch(mode=0o600)
        (self.folder / "sshd_config").write_text(
            CONFIG.format(port=self.port, folder=self.folder), encoding="utf-8"
        )

    def authorize(self, public_key: str) -> None:
        """Let the holder of `public_key` (one line) sign in."""
        path = self.folder / "authorized_keys"
        lines = path.read_text(encoding="utf-8").splitlines()
        if public_key not in lines:
            path.write_text("\n".join([*lines, public_key]) + "\n", encoding="utf-8")

    def start(self, *, seconds: float = 10) -> None:
        """Start sshd and wait until it answers. Raises RuntimeError with its log when it does not."""
        self.prepare()
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "/usr/sbin/sshd"
        log = self.folder / "sshd.log"
        argv = [program, "-D", "-e", "-f", str(self.folder / "sshd_config")]
        with log.open("ab") as output:
            guard = ["setpriv", "--pdeathsig", "TERM", "--"]
            self.process = subprocess.Popen(
                [*guard, *argv], stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")[-2000:])

    def stop(self) -> None:
        """End the sshd that `start` started."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)
        self.process = None
