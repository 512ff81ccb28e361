"""Commands that run on a real server around a backup."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from portal.operations import runs
from portal.store import db
from portal.store.models import BackupRequest, Grant, Run, Snapshot
from schemas.grant import GrantScope
from tests.support.site import Site
from workers.steps import pull


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Where the commands leave what they did, in their order."""
    return tmp_path / "apa yang $(terjadi)"


def allow(site: Site, before: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> None:
    """A grant with these commands, sealed."""
    grant = Grant.get(Grant.backup_request == site.request_id)
    scope = GrantScope.model_validate(grant.scope).model_copy(update={"before": before, "after": after})
    Grant.update(scope=scope.model_dump(mode="json"), digest=scope.digest()).where(
        Grant.id == grant.id
    ).execute()


def script(tmp_path: Path, notes: Path, name: str, more: str = "") -> str:
    """The line that runs a script of the server, which notes that it ran."""
    path = tmp_path / f"{name}.sh"
    path.write_text(
        f'#!/bin/sh\necho "$1" >> \'{notes}\'\necho "keluaran $1"\necho "keluhan $1" >&2\n{more}\n'
    )
    path.chmod(0o755)
    return f"{path} '{name} *; $HOME'"


def test_they_run_around_the_copying_and_no_shell_reads_them(site: Site, tmp_path: Path, notes: Path) -> None:
    before, after = script(tmp_path, notes, "henti"), script(tmp_path, notes, "jalan")
    allow(site, (before, f"/usr/bin/cp '{notes}' '{site.tree}/saat-disalin.txt'"), (after,))
    run = site.backup()
    assert (run.state, run.code, run.context) == ("succeeded", "", {})
    assert notes.read_text() == "henti *; $HOME\njalan *; $HOME\n"
    copied = (
        site.settings.vault_path
        / str(site.server.id)
        / "copy"
        / str(site.tree).lstrip("/")
        / "saat-disalin.txt"
    )
    assert copied.read_text() == "henti *; $HOME\n", "what went before was done when the copying began"
    log = site.log_of(run)
    assert "| keluaran henti" in log
    assert "| keluhan jalan" in log
    assert [step.name for step in run.steps] == ["before", "preflight", "pull", "after", "snapshot"]


def test_a_failure_before_stops_the_run_and_those_after_still_run(
    site: Site, tmp_path: Path, notes: Path
) -> None:
    before = (script(tmp_path, notes, "henti", "exit 3"), script(tmp_path, notes, "tidak"))
    allow(site, before, (script(tmp_path, notes, "jalan"),))
    run = site.backup()
    assert (run.state, run.code) == ("failed", "commands.before_failed")
    assert (run.context["exit_code"], run.context["command"]) == (3, before[0])
    assert notes.read_text() == "henti *; $HOME\njalan *; $HOME\n"
    assert Snapshot.select().count() == 0


def test_a_failure_after_leaves_a_copy_that_is_called_incomplete(
    site: Site, tmp_path: Path, notes: Path
) -> None:
    after = (script(tmp_path, notes, "jalan", "exit 1"), script(tmp_path, notes, "lain"))
    allow(site, (), after)
    run = site.backup()
    assert (run.state, run.code, run.context["command"]) == ("incomplete", "commands.after_failed", after[0])
    assert notes.read_text() == "jalan *; $HOME\nlain *; $HOME\n", (
        "one failure does not keep the others from running"
    )
    assert Snapshot.select().count() == 1


def test_those_after_run_when_the_copying_fails(
    site: Site, tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = script(tmp_path, notes, "jalan", "exit 4")
    allow(site, (script(tmp_path, notes, "henti"),), (after,))
    site.tree.rename(site.tree.with_name("pindah"))
    run = site.backup()
    assert (run.state, run.code) == ("failed", "source.missing")
    assert run.context["after_failed"] == after
    assert notes.read_text() == "henti *; $HOME\njalan *; $HOME\n"


def test_those_after_run_when_the_run_is_cancelled(
    site: Site, tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(site, (script(tmp_path, notes, "henti", "sleep 60"),), (script(tmp_path, notes, "jalan"),))
    run = site.start_backup()
    worker = threading.Thread(target=site.carry_out, args=(run,))
    worker.start()
    deadline = time.monotonic() + 30
    while not notes.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    runs.cancel(run.id, site.cast["agus"], at=db.now())
    worker.join(40)
    assert not worker.is_alive()
    assert Run.get_by_id(run.id).state == "cancelled"
    assert notes.read_text() == "henti *; $HOME\njalan *; $HOME\n"


def test_one_that_hangs_is_ended_on_the_server(site: Site, tmp_path: Path, notes: Path) -> None:
    site.settings = site.settings.model_copy(update={"command_seconds": 2})
    allow(site, (script(tmp_path, notes, "henti", "sleep 55.75"),), (script(tmp_path, notes, "jalan"),))
    began = time.monotonic()
    run = site.backup()
    assert (run.state, run.code) == ("failed", "commands.timeout")
    assert time.monotonic() - began < 30
    assert notes.read_text().endswith("jalan *; $HOME\n")
    sleeping = [path for path in Path("/proc").glob("[0-9]*/cmdline") if b"sleep\x0055.75" in _read(path)]
    assert sleeping == []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_those_after_run_once(
    site: Site, tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when what comes after them fails."""
    allow(site, (), (script(tmp_path, notes, "jalan"),))
    whole = pull.pull

    def broken(work: object) -> None:
        whole(work)  # type: ignore[arg-type]
        monkeypatch.setattr("workers.steps.snapshot.Lister", None)

    monkeypatch.setitem(__import__("workers.steps", fromlist=["STEPS"]).STEPS, "pull", broken)
    run = site.backup()
    assert run.state == "failed"
    assert notes.read_text() == "jalan *; $HOME\n"
    assert BackupRequest.select().count() == 1
