"""What the practice databases hold: an archive of letters in PostgreSQL, a web site in MariaDB, or a file of yours."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from office.database_servers import MariaDB, PostgreSQL, as_user

POSTGRESQL, MARIADB = "arsip", "situs"
"""The databases into which a dump is loaded that names none."""
PG_SQL = """
CREATE SCHEMA arsip;
CREATE TABLE satuan_kerja (kode text PRIMARY KEY, nama text NOT NULL);
INSERT INTO satuan_kerja VALUES ('LUB', 'Laboratorium Uji Bahan'), ('PPIKSN', 'Pusat Pendayagunaan Informatika'),
  ('BTU', 'Bagian Tata Usaha');
CREATE TABLE surat (id serial PRIMARY KEY, nomor text UNIQUE, satuan text REFERENCES satuan_kerja, perihal text,
  tanggal date, isi bytea);
INSERT INTO surat (nomor, satuan, perihal, tanggal, isi)
  SELECT format('B-%s/LUB/2026', n), CASE WHEN n % 3 = 0 THEN 'BTU' ELSE 'LUB' END, 'Perihal é ' || n,
    date '2026-01-02' + n % 300, decode(repeat(md5(n::text), 8), 'hex') FROM generate_series(1, 4000) n;
CREATE TABLE arsip.disposisi (surat int REFERENCES surat, urutan int, catatan text, PRIMARY KEY (surat, urutan));
INSERT INTO arsip.disposisi
  SELECT n, u, 'Mohon ditindaklanjuti.' FROM generate_series(1, 2500) n, generate_series(1, 2) u;
CREATE TABLE pengukuran (waktu timestamptz, nilai numeric(12, 4)) PARTITION BY RANGE (waktu);
CREATE TABLE pengukuran_2025 PARTITION OF pengukuran FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE pengukuran_2026 PARTITION OF pengukuran FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO pengukuran
  SELECT timestamptz '2025-06-01' + n * interval '2 hours', n / 7.0 FROM generate_series(1, 6000) n;
CREATE VIEW surat_terbaru AS SELECT nomor, perihal FROM surat ORDER BY tanggal DESC LIMIT 20;
CREATE FUNCTION jumlah_surat(text) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM surat WHERE satuan = $1';
"""
MY_SQL = """
CREATE TABLE penulis (id INT AUTO_INCREMENT PRIMARY KEY, nama VARCHAR(80) NOT NULL) ENGINE=InnoDB;
INSERT INTO penulis (nama) VALUES ('Sari Wulandari'), ('Rizky Maulana'), ('Dewi Anggraini');
CREATE TABLE berita (id INT AUTO_INCREMENT PRIMARY KEY, penulis INT NOT NULL REFERENCES penulis (id),
  judul VARCHAR(200), gambar BLOB) ENGINE=InnoDB;
INSERT INTO berita (penulis, judul, gambar)
  SELECT 1 + seq MOD 3, CONCAT('Berita 😀 ', seq), UNHEX(REPEAT(MD5(seq), 8)) FROM seq_1_to_3000;
CREATE TABLE kunjungan (hari DATE, halaman INT, jumlah INT, PRIMARY KEY (hari, halaman)) ENGINE=InnoDB;
INSERT INTO kunjungan SELECT DATE_ADD('2026-01-01', INTERVAL seq DIV 20 DAY), seq MOD 20, seq * 3 FROM seq_1_to_5000;
CREATE TABLE kosong (id INT) ENGINE=InnoDB;
CREATE VIEW terbaru AS SELECT id, judul FROM berita ORDER BY id DESC LIMIT 10;
CREATE TRIGGER rapikan BEFORE INSERT ON berita FOR EACH ROW SET NEW.judul = TRIM(NEW.judul);
CREATE PROCEDURE hitung() SELECT COUNT(*) FROM berita;
CREATE EVENT bersihkan ON SCHEDULE EVERY 1 DAY DO DELETE FROM kunjungan WHERE jumlah < 0;
"""
COUNT_PG = r"""
SELECT n.nspname || '.' || c.relname || E'\t' || (xpath('/row/c/text()',
  query_to_xml(format('SELECT count(*) AS c FROM ONLY %I.%I', n.nspname, c.relname), false, true, '')))[1]::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
  AND c.oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e' AND classid = 'pg_class'::regclass)
"""
LIST_MY = """
SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'
"""


@dataclass
class Engines:
    """Both servers. Where PG_DUMP or MARIADB_DUMP names a file, that is what they hold."""

    postgresql: PostgreSQL = field(default_factory=PostgreSQL)
    mariadb: MariaDB = field(default_factory=MariaDB)

    def start(self) -> None:
        """Make them, start them, fill them."""
        self.postgresql.start()
        self.postgresql.sql(f"CREATE DATABASE {POSTGRESQL}")
        self.mariadb.start()
        self.mariadb.sql(f"CREATE DATABASE {MARIADB} CHARACTER SET utf8mb4")
        if path := os.environ.get("PG_DUMP"):
            _load_postgresql(self.postgresql, Path(path))
        else:
            self.postgresql.sql(PG_SQL, POSTGRESQL)
        if path := os.environ.get("MARIADB_DUMP"):
            _load_mariadb(self.mariadb, Path(path))
        else:
            self.mariadb.sql(MY_SQL, MARIADB)

    def stop(self) -> None:
        """End both."""
        self.postgresql.stop()
        self.mariadb.stop()

    def counts(self, engine: str, name: str) -> dict[str, int]:
        """The rows of each table as the server itself counts them, by queries that are not the portal's."""
        if engine == "postgresql":
            lines = self.postgresql.sql(COUNT_PG, name).splitlines()
            return {table: int(rows) for table, rows in (line.rsplit("\t", 1) for line in lines)}
        found = {}
        for table in self.mariadb.sql(LIST_MY, name).splitlines():
            asked = f"SELECT COUNT(*) FROM `{table.replace('`', '``')}`"  # nosec B608 # quoted, of a sample
            found[table] = int(self.mariadb.sql(asked, name))
        return found

    def empty(self, engine: str, name: str, table: str) -> None:
        """Lose the rows of a table, as a wrong command does."""
        if engine == "postgresql":
            quoted = ".".join(f'"{part}"' for part in table.split(".", 1))
            self.postgresql.sql(f"TRUNCATE {quoted} CASCADE", name)
        else:
            self.mariadb.sql(f"SET foreign_key_checks = 0; TRUNCATE `{table}`", name)


def missing() -> str:
    """What PG_DUMP or MARIADB_DUMP names that is no file; empty when all is well."""
    named = {variable: os.environ.get(variable, "") for variable in ("PG_DUMP", "MARIADB_DUMP")}
    wrong = [
        f"{variable} {path} is not a file"
        for variable, path in named.items()
        if path and not Path(path).is_file()
    ]
    return ", ".join(wrong)


def _load_postgresql(server: PostgreSQL, path: Path) -> None:
    """Load a plain dump by psql. The roles that it names are made first: a dump of one database does not bring them."""
    for role in sorted(_roles(path)):
        quoted = role.replace('"', '""')
        server.sql(f'DO $$BEGIN CREATE ROLE "{quoted}"; EXCEPTION WHEN duplicate_object THEN NULL; END$$')
    _load(server.psql(POSTGRESQL), server.account, path)


def _load_mariadb(server: MariaDB, path: Path) -> None:
    """Load a dump by the client. Who made its views and routines is there first: without, they cannot be read."""
    found: set[tuple[bytes, bytes]] = set()
    with path.open("rb") as file:
        for line in file:
            found.update(re.findall(rb"DEFINER=`([^`]+)`@`([^`]*)`", line))
    for user, host in sorted(found):
        who = f"'{user.decode()}'@'{host.decode()}'".replace("\\", "")
        server.sql(f"CREATE USER IF NOT EXISTS {who} ACCOUNT LOCK; GRANT ALL ON *.* TO {who}")
    _load(server.client(MARIADB), server.superuser, path)


def _roles(path: Path) -> set[str]:
    pattern = re.compile(
        rb'(?:OWNER TO|^GRANT .* TO|^REVOKE .* FROM|AUTHORIZATION) ("(?:[^"]|"")+"|\w+)[^\n;]*;'
    )
    found: set[str] = set()
    with path.open("rb") as file:
        for line in file:
            if match := pattern.search(line):
                name = match[1].decode("utf-8", "replace")
                found.add(name[1:-1].replace('""', '"') if name.startswith('"') else name.lower())
    return found - {"public", "current_user", "session_user"}


def _load(argv: list[str], account: str, path: Path) -> None:
    """Let a client load a file; what it complains of is shown, and the demonstration goes on with what is there."""
    with path.open("rb") as file:
        done = subprocess.run(
            [*as_user(account), *argv], stdin=file, capture_output=True, check=False, cwd="/"
        )
    for line in done.stderr.decode("utf-8", "replace").splitlines()[:20]:
        print(f"{path.name}: {line}", file=sys.stderr, flush=True)
    if done.returncode:
        print(f"{path.name}: {argv[0]} ended with {done.returncode}", file=sys.stderr, flush=True)
