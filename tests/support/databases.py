"""A real PostgreSQL and a real MariaDB with data of their own, ended with the test that started them."""

from __future__ import annotations

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

PASSWORD = "rah4s!a:ba\\ngat\"'#"
USER = "cadangan"
PG_BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
PG_SQL = """
CREATE ROLE cadangan LOGIN SUPERUSER PASSWORD '{password}';
CREATE DATABASE arsip TEMPLATE template0 ENCODING 'UTF8';
CREATE DATABASE "aneh ; 'nama" TEMPLATE template0 ENCODING 'UTF8';
\\connect arsip
CREATE TABLE surat (id serial PRIMARY KEY, perihal text, isi bytea);
INSERT INTO surat (perihal, isi) SELECT 'Perihal ' || n, decode(md5(n::text), 'hex') FROM generate_series(1, 5000) n;
CREATE SCHEMA "lain""nya";
CREATE TABLE "lain""nya"."Tabel 'aneh" (a int);
INSERT INTO "lain""nya"."Tabel 'aneh" SELECT generate_series(1, 7);
CREATE TABLE kosong (a int);
CREATE TABLE bagian (a int, b text) PARTITION BY RANGE (a);
CREATE TABLE bagian_1 PARTITION OF bagian FOR VALUES FROM (0) TO (10);
INSERT INTO bagian VALUES (1, 'x'), (2, 'y');
CREATE FUNCTION dua(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a * 2';
CREATE INDEX ON surat (dua(id));
CREATE VIEW ringkas AS SELECT id FROM surat;
GRANT SELECT ON surat TO cadangan;
"""
MY_SQL = """
CREATE USER 'cadangan'@'localhost' IDENTIFIED BY '{password}';
CREATE USER 'cadangan'@'127.0.0.1' IDENTIFIED BY '{password}';
GRANT ALL ON *.* TO 'cadangan'@'localhost'; GRANT ALL ON *.* TO 'cadangan'@'127.0.0.1';
CREATE DATABASE situs CHARACTER SET utf8mb4;
CREATE DATABASE `aneh ; 'nama`;
USE situs;
CREATE TABLE berita (id INT AUTO_INCREMENT PRIMARY KEY, judul VARCHAR(200), gambar BLOB) ENGINE=InnoDB;
INSERT INTO berita (judul, gambar) SELECT CONCAT('Judul 😀 ', seq), UNHEX(MD5(seq)) FROM seq_1_to_4000;
CREATE TABLE `tabel ``aneh'` (a INT) ENGINE=InnoDB;
INSERT INTO `tabel ``aneh'` VALUES (1), (2), (3);
CREATE TABLE kunjungan (a INT) ENGINE=MyISAM;
INSERT INTO kunjungan VALUES (1), (2);
CREATE VIEW ringkas AS SELECT id FROM berita;
CREATE PROCEDURE hitung() SELECT COUNT(*) FROM berita;
CREATE EVENT bersihkan ON SCHEDULE EVERY 1 DAY DO DELETE FROM kunjungan WHERE a < 0;
CREATE TRIGGER sebelum BEFORE INSERT ON berita FOR EACH ROW SET NEW.judul = TRIM(NEW.judul);
"""


def as_user(name: str) -> list[str]:
    """What makes a program run as another account when the tests run as root: neither server starts as root."""
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam(name)
    switch = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--init-groups", "--"]
    return [*switch, "setpriv", "--pdeathsig", "KILL", "--"]


def quoted(text: str) -> str:
    """A password inside the SQL of PostgreSQL (quotes doubled, backslashes plain)."""
    return text.replace("'", "''")


@dataclass
class _Server:
    """One server under a private folder that its account may enter."""

    account: str
    port: int = field(default_factory=free_port)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="lb-", dir="/tmp")))
    process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        self.folder.chmod(0o755)
        for name in ("data", "run"):
            (self.folder / name).mkdir(mode=0o700 if name == "data" else 0o755)
            if os.geteuid() == 0:
                shutil.chown(self.folder / name, self.account)

    def spawn(self, argv: Sequence[str | Path]) -> None:
        log = (self.folder / "log").open("ab")
        with log:
            argv = [*as_user(self.account), *map(str, argv)]
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )

    def call(self, argv: Sequence[str | Path], sql: str = "") -> str:
        done = subprocess.run([*as_user(self.account), *map(str, argv)], input=sql, text=True, check=False,
                              capture_output=True, cwd="/")  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def wait(self, argv: Sequence[str | Path]) -> None:
        deadline = time.monotonic() + 60
        while subprocess.run(
            [*as_user(self.account), *map(str, argv)], capture_output=True, check=False
        ).returncode:
            assert time.monotonic() < deadline, (self.folder / "log").read_text(encoding="utf-8")
            time.sleep(0.1)

    def stop(self) -> None:
        """End it and remove its folder."""
        if self.process:
            self.process.terminate()
            self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class PostgreSQL(_Server):
    """PostgreSQL: peer for `postgres` on the socket, a password for `cadangan` on loopback."""

    account: str = "postgres"

    @property
    def socket(self) -> str:
        """The folder of its socket."""
        return str(self.folder / "run")

    def start(self, sql: str = PG_SQL) -> None:
        """Make it, start it, fill it."""
        self.prepare()
        data = self.folder / "data"
        self.call(
            [
                PG_BIN / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "--auth=peer",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ]
        )
        hba = "local all postgres peer\nlocal all all reject\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (data / "pg_hba.conf").write_text(hba, encoding="utf-8")
        self.spawn([PG_BIN / "postgres", "-D", data, "-p", self.port, "-k", self.socket, "-h", "127.0.0.1",
                    "-c", "fsync=off"])  # fmt: skip
        self.wait(["psql", "-h", self.socket, "-p", self.port, "-U", "postgres", "-Xc", "SELECT 1"])
        self.sql(sql.replace("{password}", quoted(PASSWORD)))

    def sql(self, text: str, name: str = "postgres") -> str:
        """Run SQL as the superuser."""
        return self.call(["psql", "-h", self.socket, "-p", self.port, "-U", "postgres", "-XqAt",
                          "-v", "ON_ERROR_STOP=1", name], text)  # fmt: skip


@dataclass
class MariaDB(_Server):
    """MariaDB: unix_socket for root, a password for `cadangan`."""

    account: str = "mysql"

    @property
    def socket(self) -> str:
        """Its socket."""
        return str(self.folder / "run" / "sock")

    def start(self, sql: str = MY_SQL) -> None:
        """Make it, start it, fill it."""
        self.prepare()
        data = self.folder / "data"
        self.call(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db",
                   "--auth-root-authentication-method=socket"])  # fmt: skip
        self.spawn([shutil.which("mariadbd") or "/usr/sbin/mariadbd", "--no-defaults", f"--datadir={data}",
                    f"--socket={self.socket}", f"--port={self.port}", "--bind-address=127.0.0.1",
                    "--event-scheduler=OFF", f"--pid-file={self.folder}/run/pid",
                    "--innodb-flush-log-at-trx-commit=0"])  # fmt: skip
        deadline = time.monotonic() + 60
        while subprocess.run(["mariadb", f"--socket={self.socket}", "-e", "SELECT 1"], capture_output=True,
                             check=False).returncode:  # fmt: skip
            assert time.monotonic() < deadline, (self.folder / "log").read_text(encoding="utf-8")
            time.sleep(0.1)
        self.sql(sql.replace("{password}", PASSWORD.replace("\\", "\\\\").replace("'", "\\'")))

    def sql(self, text: str, name: str = "") -> str:
        """Run SQL as root, who signs in as who he is."""
        argv = [
            "mariadb",
            f"--socket={self.socket}",
            "--default-character-set=utf8mb4",
            "-BN",
            *([name] if name else []),
        ]
        done = subprocess.run(argv, input=text, text=True, check=False, capture_output=True)
        assert done.returncode == 0, done.stderr
        return done.stdout


def none_left(base: Path) -> bool:
    """Whether neither a folder nor a process of a scratch server below `base` is left."""
    processes = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if os.fsencode(base) in path.read_bytes():
                processes.append(path)
        except OSError:
            continue
    return not processes and not list(base.iterdir())


def remote_folders() -> set[Path]:
    """The private folders of remote scripts that are there now, of whatever run."""
    return set(Path("/tmp").glob("lumbung.*"))


def all_go(folders: set[Path], seconds: float = 30) -> bool:
    """Whether these folders are gone before long; those of runs beside this test go too, when they end."""
    deadline = time.monotonic() + seconds
    while folders & remote_folders():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
