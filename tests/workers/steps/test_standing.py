from __future__ import annotations

import json
from pathlib import Path

import pytest

from workers.engines import mariadb_refill, postgresql_refill
from workers.steps import standing
from workers.steps.standing import Standing

KNOWN = Standing(version="11.4", tables={"berita": (3, "17"), "tamu": (2, "")})


@pytest.mark.parametrize(
    ("version", "tables", "changed"),
    [
        ("11.4", {"berita": (3, "17"), "tamu": (2, "")}, []),
        ("11.4", {"berita": (2, "17"), "tamu": (3, "")}, ["berita", "tamu"]),
        ("11.4", {"berita": (3, "18"), "tamu": (2, "9")}, ["berita"]),
        ("11.8", {"berita": (3, "18"), "tamu": (2, "")}, []),
        ("11.4", {"berita": (3, "17"), "baru": (0, "")}, ["baru", "tamu"]),
    ],
)
def test_it_sees_each_table_that_is_not_as_it_was(version, tables, changed):
    assert standing.changes(KNOWN, Standing(version=version, tables=tables)) == changed


def test_what_is_known_comes_back_as_it_was_written(tmp_path: Path):
    assert standing.read(tmp_path) == ()
    for several in ([KNOWN, KNOWN], [KNOWN]):
        standing.write(tmp_path, several)
        assert standing.read(tmp_path) == tuple(several)
    (tmp_path / standing.FILE).write_text("[{", encoding="ascii")
    assert standing.read(tmp_path) == ()


def test_it_reads_what_mariadb_tells():
    lines = [b'{"version": "11.4"}', b'{"table": "a\\tb", "rows": 3}', b"situs.a\tb\t4711"]
    lines += [b'{"table": "c", "rows": 0}', b"situs.c\t0"]
    assert mariadb_refill.state_of(lines) == ("11.4", {"a\tb": (3, "4711"), "c": (0, "0")})


def test_it_reads_what_postgresql_tells():
    rows = {"public.a": 3, "x.b": 2, "x.c": 2}
    written = {"public.a": (3, 0), "x.b": (0, 1), "x.c": (3, 0), "x.other": (9, 9)}
    told: list[dict[str, object]] = [{"version": "17", "database_bytes": 9}]
    told += [{"table": table, "rows": count} for table, count in rows.items()]
    told += [{"table": table, "inserted": ins, "changed": other} for table, (ins, other) in written.items()]
    found = {"public.a": (3, "loaded"), "x.b": (2, "written"), "x.c": (2, "written")}
    assert postgresql_refill.state_of(json.dumps(each).encode() for each in told) == ("", found)
