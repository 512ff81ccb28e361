from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workers.engines import rsync_mirror
from workers.engines.rsync_mirror import DryRun

HOSTILE = (b"new\nline", b"tab\t", b"-rf", b"$(touch x)", b"bad\xff\xfe", b"\\#012", b"*deleting   zzz", b" lead ",
           b"Number of files: 0", "e\u0301".encode(), b">f+++++++++ x", b"a\\b", b"esc\x1b[2J",
           b"\r", "\u2028".encode())  # fmt: skip
names = st.binary(min_size=1, max_size=40).filter(
    lambda name: not {0, 47} & set(name) and name not in (b".", b"..")
)


def argv(**changes: object) -> list[str]:
    given_ = {"ssh": ["ssh", "-p", "22"], "address": "10.1.2.3", "source": "/srv/web", "as_root": True,
              "target": Path("/v/1/copy"), "partial": Path("/v/1/partial"), "timeout_seconds": 300}  # fmt: skip
    return rsync_mirror.mirror_argv(**(given_ | changes))


def test_it_only_looks_unless_it_has_a_quarantine() -> None:
    words = argv()
    assert "--dry-run" in words
    assert not [word for word in words if word.startswith(("--backup", "--max-delete"))]


def test_it_deletes_into_the_quarantine_and_no_more_than_was_seen() -> None:
    words = argv(quarantine=Path("/v/1/mirror/2/karantina/x"), most_deletions=3)
    assert {"--backup", "--backup-dir=/v/1/mirror/2/karantina/x", "--max-delete=3", "--delete"} <= set(words)
    assert "--dry-run" not in words
    assert "--max-delete=0" in argv(quarantine=Path("/q"))


def dry(source: Path, target: Path) -> DryRun:
    """What the real rsync says it would do."""
    words = argv(target=target, as_root=False)
    words = [word for word in words if word != "--secluded-args"]
    at = words.index("--rsh")
    words = [*words[:at], f"{source}/", f"{target}/"]
    told = subprocess.run(
        words, check=True, capture_output=True, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    )
    seen = DryRun()
    for line in told.stdout.split(b"\n"):
        seen.take(line)
    return seen


def make(folder: Path, *paths: bytes) -> None:
    for path in paths:
        os.close(os.open(os.fsencode(folder) + b"/" + path, os.O_CREAT | os.O_WRONLY))


def test_it_reads_what_the_real_rsync_would_delete_whatever_it_is_called(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.mkdir()
    (target / "folder").mkdir(parents=True)
    make(target, *HOSTILE, b"folder/in")
    (target / "link").symlink_to("/")
    make(source, b"new", b"*deleting   new")
    seen = dry(source, target)
    assert {rsync_mirror.name_of(name) for name in seen.deletions} == {
        *HOSTILE,
        b"folder",
        b"folder/in",
        b"link",
    }
    assert len(seen.deletions) == len(HOSTILE) + 3
    assert (seen.changes, seen.source_files) == (2, 2)
    assert seen.listed().decode("utf-8").count("\n") == len(seen.deletions)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(names, max_size=6), st.sets(names, max_size=6))
def test_it_reads_any_names_of_any_bytes(tmp_path: Path, here: set[bytes], there: set[bytes]) -> None:
    base = tmp_path / os.urandom(8).hex()
    source, target = base / "a", base / "b"
    source.mkdir(parents=True)
    target.mkdir()
    make(source, *here)
    make(target, *there)
    seen = dry(source, target)
    assert sorted(map(rsync_mirror.name_of, seen.deletions)) == sorted(there - here)
    assert seen.source_files == len(here)


@given(st.lists(st.binary(max_size=80)))
def test_it_never_breaks_on_what_it_is_told(lines: list[bytes]) -> None:
    seen = DryRun()
    for line in lines:
        seen.take(line)
    assert len(seen.deletions) == sum(line.startswith(b"*deleting   ") and len(line) > 12 for line in lines)


@pytest.mark.parametrize(
    ("line", "files"),
    [
        (b"Number of files: 20,101 (reg: 20,000, dir: 101)", 20_000),
        (b"Number of files: 1 (dir: 1)", 0),
        (b"Number of files: 0", 0),
        (b"Number of files: 7 (reg: 2, dir: 3, link: 1, special: 1)", 4),
        (b">f+++++++++ Number of files: 9", None),
        (b"Number of created files: 2 (reg: 1)", None),
    ],
)
def test_it_counts_what_is_no_folder(line: bytes, files: int | None) -> None:
    assert rsync_mirror.parse_files(line) == files
