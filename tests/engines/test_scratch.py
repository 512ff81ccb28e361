from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from workers.engines import scratch, scratch_mariadb, scratch_postgresql
from workers.engines.errors import EngineError

PG = 'pg_restore: error: could not execute query: ERROR:  extension "postgis" is not available'
OLD_PG = (
    'ERROR:  could not open extension control file "/usr/share/14/extension/hstore.control": No such file'
)


@pytest.mark.parametrize(
    ("said", "code", "part"),
    [
        ('ERROR:  could not extend file "base/5/16400": No space left on device', "restore.no_space", ""),
        ("ERROR 1114 (HY000) at line 40: The table 'berita' is full", "restore.no_space", ""),
        ('ERROR 1021 (HY000): Disk full (/tmp/#sql); errno: 28 "No space left"', "restore.no_space", ""),
        ("server closed the connection unexpectedly\n\tThis probably means", "scratch.failed", ""),
        ("pg_restore: error: could not execute query: server closed the connection", "scratch.failed", ""),
        ('psql: error: connection to server on socket "/tmp/x/.s.PGSQL.5432" failed: No', "scratch.failed", ""),
        ("ERROR 2006 (HY000) at line 7: Server has gone away", "scratch.failed", ""),
        ("ERROR 2013 (HY000) at line 7: Lost connection to server during query", "scratch.failed", ""),
        (f"pg_restore: while PROCESSING TOC:\n{PG}\nDETAIL:  Could not open", "scratch.missing_part", "postgis"),
        (OLD_PG, "scratch.missing_part", "hstore"),
        ('ERROR:  could not create locale "id_ID.utf8": No such file', "scratch.missing_part", "id_ID.utf8"),
        ("ERROR 1273 (HY000) at line 22: Unknown collation: 'x_ai_ci'", "scratch.missing_part", "x_ai_ci"),
        ("ERROR 1286 (42000) at line 22: Unknown storage engine 'ROCKSDB'", "scratch.missing_part", "ROCKSDB"),
        ('ERROR:  duplicate key value violates unique constraint "surat_pkey"', "", ""),
        ("ERROR 1064 (42000) at line 3: You have an error in your SQL syntax", "", ""),
        ('ERROR:  invalid input\nCONTEXT:  COPY surat, line 3: "No space left on device"', "", ""),
        ('pg_restore: from TOC entry 3; TABLE "No space left on device"\npg_restore: error: ERROR:  wrong', "", ""),
    ],
)  # fmt: skip
def test_what_this_machine_lacks_is_no_fault_of_the_dump(said: str, code: str, part: str) -> None:
    assert scratch.fault_of(1, said) == (code, part)


def test_a_program_that_was_killed_says_nothing_of_the_dump() -> None:
    assert scratch.fault_of(-9, "") == ("scratch.failed", "")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    tmp_path.chmod(0o711)
    with scratch.folder(None, 0) as made:
        yield made


def test_a_real_postgresql_that_lacks_an_extension_says_which(folder: Path) -> None:
    with scratch_postgresql.server(folder, idle_seconds=60, should_stop=lambda: False) as server:
        client = scratch_postgresql.psql(server, "postgres", "-v", "ON_ERROR_STOP=1")
        for asked, code in (
            ("CREATE EXTENSION tidak_ada", "scratch.missing_part"),
            ("SELECT salah", "load.failed"),
        ):
            with pytest.raises(EngineError) as refused:
                server.must(client, "load.failed", given=asked.encode())
            assert refused.value.code == code
            assert refused.value.context == ({"part": "tidak_ada"} if code != "load.failed" else {})


def test_a_real_mariadb_that_lacks_an_engine_or_is_killed_says_so(folder: Path) -> None:
    with scratch_mariadb.server(folder, idle_seconds=60, should_stop=lambda: False) as server:
        client = scratch_mariadb.client(server)
        asked = b"SET sql_mode='NO_ENGINE_SUBSTITUTION'; CREATE DATABASE a; CREATE TABLE a.b (c INT) ENGINE=ROCKSDB;"
        with pytest.raises(EngineError) as refused:
            server.must(client, "load.failed", given=asked)
        assert (refused.value.code, refused.value.context) == ("scratch.missing_part", {"part": "ROCKSDB"})
        with pytest.raises(EngineError) as refused:
            server.must(client, "load.failed", given=b"SHUTDOWN; DO SLEEP(5); SELECT 1 FROM mysql.user;")
        assert refused.value.code == "scratch.failed"
