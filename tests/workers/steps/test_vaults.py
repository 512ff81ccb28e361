"""What a repository holds, told the same beside the portal and on another machine with a real sshd."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from office.sshd import PracticeServer, free_port
from portal.config import Settings
from portal.operations import vault_keys
from portal.store import db
from tests.support.sshd import until
from workers.engines import command, restic, sftp
from workers.engines.errors import EngineError
from workers.engines.restic import Repository
from workers.steps import vaults, ways
from workers.steps.work import Work


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[PracticeServer]:
    server = PracticeServer(tmp_path / "mesin", free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def way(settings: Settings, database: object, machine: PracticeServer) -> ways.Way:
    """The way to that machine, as an administrator has prepared it."""
    machine.authorize(vault_keys.public_key(vault_keys.FIRST, at=db.now(), settings=settings))
    host_key = (machine.folder / "host_key.pub").read_text(encoding="ascii")
    vault_keys.trust(vault_keys.FIRST, host_key, at=db.now(), settings=settings)
    place = sftp.Place(machine.username, "127.0.0.1", "/")
    settings = settings.model_copy(update={"allow_loopback_servers": True})
    return ways.to(settings, place, own=vault_keys.FIRST, port=machine.port, scratch=settings.var / "way")


@pytest.fixture(params=["near", "far"])
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Repository:
    password, cache = tmp_path / "password", tmp_path / "cache"
    password.write_text("only for this test\n", encoding="ascii")
    if request.param == "near":
        return Repository(tmp_path / "repository", password, cache)
    way = request.getfixturevalue("way")
    return Repository(
        tmp_path / "none", password, cache, f"sftp:x@127.0.0.1:{tmp_path}/repository", way.session
    )


def call(repository: Repository, argv: list[str], cwd: Path) -> bytes:
    lines: list[bytes] = []
    result = command.run(
        repository.argv(argv),
        cwd=cwd,
        env=repository.environment(),
        on_output=lines.append,
        idle_seconds=60,
    )
    assert result.exit_code == 0, result.tail
    return b"\n".join(lines)


def test_a_repository_tells_what_it_holds(repository: Repository, tmp_path: Path) -> None:
    assert not vaults.exists(repository)
    call(repository, restic.init_argv(), tmp_path)
    assert vaults.exists(repository)
    assert vaults.listed(repository) == set()
    assert not vaults.has_snapshot(repository, "a" * 64)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.txt").write_text("a" * 5000, encoding="ascii")
    call(repository, restic.backup_argv(host="web", tags=[], paths=["./data"]), tmp_path)
    (snapshot_id,) = vaults.listed(repository)
    assert vaults.full_id(repository, snapshot_id[:8]) == snapshot_id
    assert vaults.has_snapshot(repository, snapshot_id)
    assert not vaults.has_locks(repository)
    assert vaults.size(repository) > 100
    with pytest.raises(EngineError, match=r"restic\.snapshot_unknown"):
        vaults.full_id(repository, "ffffffff")
    assert not vaults.has_snapshot(repository, "../config")


def test_a_complaint_names_packs_by_any_length_of_their_ids(repository: Repository, tmp_path: Path) -> None:
    call(repository, restic.init_argv(), tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.txt").write_text("a" * 5000, encoding="ascii")
    call(repository, restic.backup_argv(host="web", tags=[], paths=["./data"]), tmp_path)
    packs = call(repository, restic.list_argv("packs"), tmp_path).decode("ascii").split()
    lines = [f"pack {packs[0]} contains 1 error", f"Pack ID does not match, want {packs[1][:10]}", "nothing"]
    assert vaults.packs_named(repository, lines) == [{packs[0]}, {packs[1]}, set()]


def test_a_lock_that_a_killed_restic_left_is_seen_and_removed(repository: Repository, tmp_path: Path) -> None:
    call(repository, restic.init_argv(), tmp_path)
    argv = repository.argv(["restic", "backup", "--no-cache", "--stdin"])
    environment = {**os.environ, **repository.environment()}
    with subprocess.Popen(argv, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as program:
        until(lambda: vaults.has_locks(repository))
        program.kill()
    assert vaults.has_locks(repository)
    call(repository, restic.unlock_argv(), tmp_path)
    assert not vaults.has_locks(repository)


def test_a_machine_tells_its_room(way: ways.Way, tmp_path: Path) -> None:
    found = ways.room(way, str(tmp_path))
    assert found is not None
    assert 0 < found.free <= found.total
    assert ways.room(way, str(tmp_path / "tidak ada")) is None


def test_a_machine_that_never_answers_is_given_up_after_the_set_time(make_work: Callable[..., Work]) -> None:
    work = make_work()
    far = {"repository_vault": "sftp:gudang@127.0.0.1:/gudang", "idle_deadline_seconds": 1}
    work.settings = work.settings.model_copy(update=far)
    work.way = ways.Way(("sh", "-c", "exec sleep 600", "ssh"), "127.0.0.1")
    with pytest.raises(EngineError, match=r"command\.silent") as given_up:
        vaults.exists(work.repository())
    assert given_up.value.context["seconds"] == 1


def test_without_the_key_or_the_trusted_host_key_there_is_no_way(settings: Settings, tmp_path: Path) -> None:
    place = sftp.Place("root", "127.0.0.1", "/")
    with pytest.raises(EngineError, match=r"vault\.no_key"):
        ways.to(settings, place, own=vault_keys.FIRST, port=22, scratch=tmp_path / "way")
