from __future__ import annotations

import hashlib
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.journal import LINE_MAX, PENDING_MAX, Journal


def test_it_writes_a_private_file_and_knows_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "log" / "run-1.log"
    journal = Journal(path)
    journal.write("pull /srv/web")
    journal.write("vanished", "WARN")
    digest = journal.close()
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line.split(" ", 1)[1] for line in lines] == ["INFO pull /srv/web", "WARN vanished"]
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest() == journal.close()
    assert path.stat().st_mode & 0o777 == 0o600


@given(st.text(max_size=300))
def test_it_makes_one_line_of_any_text(tmp_path_factory, text: str) -> None:
    path = tmp_path_factory.mktemp("log") / "run.log"
    journal = Journal(path)
    journal.write(text)
    journal.close()
    written = path.read_text(encoding="utf-8")
    assert written.count("\n") == 1
    assert len(written.splitlines()) == 1
    assert written.removesuffix("\n").isprintable()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_it_bears_a_full_disk() -> None:
    journal = Journal(Path("/dev/full"))
    for number in range(100_000):
        journal.write(f"line {number} " + "x" * 100)
    journal.flush()
    assert len(journal._pending) <= PENDING_MAX + 2 * LINE_MAX
    assert journal.close() == hashlib.sha256(b"").hexdigest()


def test_it_cuts_a_long_line(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run.log")
    journal.write("x" * 10 * LINE_MAX)
    journal.close()
    assert LINE_MAX <= len((tmp_path / "run.log").read_bytes()) < LINE_MAX + 100


def test_it_can_be_followed_while_it_grows(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run.log")
    journal.write("first")
    time.sleep(0.6)
    journal.write("second")
    assert b"first" in (tmp_path / "run.log").read_bytes()
    journal.close()


def test_it_keeps_up_with_many_lines_of_several_threads(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run.log")
    began = time.monotonic()
    threads = [
        threading.Thread(target=lambda: [journal.write(f"recv 100 file {n}") for n in range(50_000)])
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    digest = journal.close()
    data = (tmp_path / "run.log").read_bytes()
    assert data.count(b"\n") == 100_000
    assert digest == hashlib.sha256(data).hexdigest()
    assert time.monotonic() - began < 20
