"""A real PostgreSQL and a real MariaDB with data of their own, ended with the test that started them."""

from __future__ import annotations

import os
import time
from pathlib import Path

from office import database_servers

PASSWORD = "rah4s!a:ba\\ngat\"'#"
USER = "cadangan"
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


def quoted(text: str) -> str:
    """A password inside the SQL of PostgreSQL (quotes doubled, backslashes plain)."""
    return text.replace("'", "''")


class PostgreSQL(database_servers.PostgreSQL):
    """With the data of the tests, and a password for `cadangan`."""

    def start(self) -> None:
        """Make it, start it, fill it."""
        super().start()
        self.sql(PG_SQL.replace("{password}", quoted(PASSWORD)))


class MariaDB(database_servers.MariaDB):
    """With the data of the tests, and a password for `cadangan`."""

    def start(self) -> None:
        """Make it, start it, fill it."""
        super().start()
        self.sql(MY_SQL.replace("{password}", PASSWORD.replace("\\", "\\\\").replace("'", "\\'")))


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
