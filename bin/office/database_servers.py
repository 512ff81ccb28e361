"""A real PostgreSQL and a real MariaDB on loopback, each in a folder of its own, ended by its pid.

Neither starts as root: as root they run as their own accounts, otherwise as whoever starts them.
"""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from office.sshd import free_port

START_SECONDS = 180
PG_BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))


def as_user(name: str) -> list[str]:
    """What makes a program run as another account, for root, and die with its parent all the same."""
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam(name)
    switch = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--init-groups", "--"]
    return [*switch, "setpriv", "--pdeathsig", "KILL", "--"]


@dataclass
class _Server:
    """One server under a private folder that its account may enter."""

    account: str
    port: int = field(default_factory=free_port)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="lb-")))
    process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Make its folders."""
        self.folder.chmod(0o755)
        for name in ("data", "run"):
            (self.folder / name).mkdir(mode=0o700 if name == "data" else 0o755)
            if os.geteuid() == 0:
                shutil.chown(self.folder / name, self.account)

    def spawn(self, argv: Sequence[str | Path]) -> None:
        """Start the server's program."""
        guard = as_user(self.account) or ["setpriv", "--pdeathsig", "KILL", "--"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*guard, *map(str, argv)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )

    def call(self, argv: Sequence[str | Path], given: str = "", *, account: str = "") -> str:
        """Run a program as the server's account and return what it said. Raises RuntimeError with its complaint."""
        done = subprocess.run([*as_user(account or self.account), *map(str, argv)], input=given, text=True,
                              check=False, capture_output=True, cwd="/")  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr + done.stdout)
        return done.stdout

    def wait(self, argv: Sequence[str | Path], *, account: str = "") -> None:
        """Wait until a program succeeds. Raises RuntimeError with the server's log."""
        deadline = time.monotonic() + START_SECONDS
        asked = [*as_user(account or self.account), *map(str, argv)]
        while subprocess.run(asked, capture_output=True, check=False, cwd="/").returncode:
            if time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text(encoding="utf-8", errors="replace"))
            time.sleep(0.1)

    def stop(self) -> None:
        """End it and remove its folder."""
        if self.process:
            self.process.terminate()
            self.process.wait(START_SECONDS)
        self.process = None
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class PostgreSQL(_Server):
    """PostgreSQL: its superuser by the system's account on the socket, others by password on loopback."""

    account: str = "postgres"

    @property
    def superuser(self) -> str:
        """Who signs in without a password."""
        return self.account if os.geteuid() == 0 else getpass.getuser()

    @property
    def socket(self) -> str:
        """The folder of its socket."""
        return str(self.folder / "run")

    def start(self) -> None:
        """Make it and start it."""
        self.prepare()
        data = self.folder / "data"
        self.call([PG_BIN / "initdb", "-D", data, "-U", self.superuser, "--auth=peer", "-E", "UTF8", "--locale=C",
                   "--no-sync"])  # fmt: skip
        hba = f"local all {self.superuser} peer\nlocal all all reject\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (data / "pg_hba.conf").write_text(hba, encoding="utf-8")
        self.spawn([PG_BIN / "postgres", "-D", data, "-p", self.port, "-k", self.socket, "-h", "127.0.0.1",
                    "-c", "fsync=off"])  # fmt: skip
        self.wait([*self.psql("postgres"), "-c", "SELECT 1"])

    def psql(self, name: str) -> list[str]:
        """The client as the superuser."""
        return ["psql", "-h", self.socket, "-p", str(self.port), "-U", self.superuser, "-XqAt", name]

    def sql(self, text: str, name: str = "postgres") -> str:
        """Run SQL as the superuser."""
        return self.call([*self.psql(name), "-v", "ON_ERROR_STOP=1"], text)


@dataclass
class MariaDB(_Server):
    """MariaDB: its superuser by the system's account on the socket, others by password on loopback."""

    account: str = "mysql"

    @property
    def superuser(self) -> str:
        """Who signs in without a password."""
        return getpass.getuser()

    @property
    def socket(self) -> str:
        """Its socket."""
        return str(self.folder / "run" / "sock")

    def start(self) -> None:
        """Make it and start it."""
        self.prepare()
        data = self.folder / "data"
        # A server that begins clears away what it takes for its own leftovers in the folder for temporary files.
        self.call(["env", f"TMPDIR={self.folder}/run", "mariadb-install-db", "--no-defaults",
                   f"--datadir={data}", "--skip-test-db", "--auth-root-authentication-method=socket",
                   f"--auth-root-socket-user={self.superuser}"])  # fmt: skip
        self.spawn([shutil.which("mariadbd") or "/usr/sbin/mariadbd", "--no-defaults", f"--datadir={data}",
                    f"--socket={self.socket}", f"--port={self.port}", "--bind-address=127.0.0.1",
                    "--event-scheduler=OFF", f"--pid-file={self.folder}/run/pid", f"--tmpdir={self.folder}/run",
                    "--innodb-flush-log-at-trx-commit=0"])  # fmt: skip
        self.wait([*self.client(), "-e", "SELECT 1"], account=self.superuser)

    def client(self, name: str = "") -> list[str]:
        """The client as the superuser."""
        return ["mariadb", f"--socket={self.socket}", f"--user={self.superuser}", "--default-character-set=utf8mb4",
                "-BN", *([name] if name else [])]  # fmt: skip

    def sql(self, text: str, name: str = "") -> str:
        """Run SQL as the superuser."""
        return self.call(self.client(name), text, account=self.superuser)
