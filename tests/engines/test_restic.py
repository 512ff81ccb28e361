from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.sshd import until
from workers.engines import command, restic
from workers.engines.errors import EngineError
from workers.steps import vaults


@pytest.fixture
def repository(tmp_path: Path) -> restic.Repository:
    (tmp_path / "password").write_text("only for this test\n", encoding="ascii")
    return restic.Repository(tmp_path / "repository", tmp_path / "password", tmp_path / "cache")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy with one source, `srv/web`."""
    folder = tmp_path / "copy" / "srv" / "web"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("a", encoding="ascii")
    return tmp_path / "copy"


def call(repository: restic.Repository, argv: list[str], cwd: Path) -> tuple[command.Result, list[bytes]]:
    lines: list[bytes] = []
    result = command.run(argv, cwd=cwd, env=repository.environment(), on_output=lines.append, idle_seconds=60)
    return result, lines


def back_up(repository: restic.Repository, tree: Path, **more: str) -> str:
    """Make a snapshot and return its full id."""
    argv = restic.backup_argv(host="web", tags=["run-1"], paths=["./srv/web"], **more)
    result, lines = call(repository, argv, tree)
    assert result.exit_code == 0, result.tail
    summary = [m for m in map(restic.parse_message, lines) if m and m["message_type"] == "summary"]
    return vaults.full_id(repository, summary[0]["snapshot_id"])


def test_it_waits_in_an_opened_repository_until_the_tree_is_whole(
    repository: restic.Repository, tree: Path
) -> None:
    call(repository, restic.init_argv(), tree)
    argv = restic.backup_argv(host="web", tags=[], paths=["./srv/web"], wait=True)
    environment = {**os.environ, **repository.environment()}
    with subprocess.Popen(
        argv, cwd=tree, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        until(lambda: vaults.has_locks(repository))
        (tree / "srv" / "web" / "late.txt").write_text("late", encoding="ascii")
        assert program.poll() is None
        said, _ = program.communicate(timeout=60)
    assert program.returncode == 0
    summary = [
        m for m in map(restic.parse_message, said.splitlines()) if m and m["message_type"] == "summary"
    ]
    _, listed = call(repository, ["restic", "--no-cache", "ls", summary[0]["snapshot_id"]], tree)
    assert b"/srv/web/late.txt" in listed


def test_a_program_that_waits_for_its_user_may_be_silent(tmp_path: Path) -> None:
    assert command.run(["sleep", "1"], idle_seconds=0.2, waiting=lambda: True).exit_code == 0
    with pytest.raises(EngineError, match=r"command\.silent"):
        command.run(["sleep", "5"], idle_seconds=0.2)


def test_it_snapshots_a_tree_as_it_looks_on_the_server(repository: restic.Repository, tree: Path) -> None:
    call(repository, restic.init_argv(), tree)
    snapshot_id = back_up(repository, tree)
    assert len(snapshot_id) == 64
    _, listed = call(repository, ["restic", "--no-cache", "ls", "--json", snapshot_id], tree)
    paths = [json.loads(line).get("path") for line in listed]
    assert "/srv/web/a.txt" in paths


def test_it_compares_with_the_parent_it_is_told(repository: restic.Repository, tree: Path) -> None:
    call(repository, restic.init_argv(), tree)
    first = back_up(repository, tree)
    second = back_up(repository, tree, parent=first)
    _, listed = call(repository, ["restic", "--no-cache", "snapshots", "--json"], tree)
    parents = {row["id"]: row.get("parent") for row in json.loads(b"".join(listed))}
    assert parents[second] == first


def test_it_restores_below_the_target(repository: restic.Repository, tree: Path, tmp_path: Path) -> None:
    call(repository, restic.init_argv(), tree)
    snapshot_id = back_up(repository, tree)
    target = tmp_path / "restored"
    target.mkdir(mode=0o700)
    assert call(repository, restic.restore_argv(snapshot_id, target), tmp_path)[0].exit_code == 0
    assert (target / "srv" / "web" / "a.txt").read_text(encoding="ascii") == "a"


@pytest.mark.parametrize("fault", ["password", "repository", "snapshot"])
def test_it_tells_the_real_tools_faults_apart(
    repository: restic.Repository, tree: Path, tmp_path: Path, fault: str
) -> None:
    if fault != "repository":
        call(repository, restic.init_argv(), tree)
    if fault == "password":
        repository.password_file.write_text("another\n", encoding="ascii")
    argv = restic.restore_argv("ffffffff", tmp_path / "restored")
    result, _ = call(repository, argv, tmp_path)
    error = restic.error_of(result.exit_code, result.tail)
    expected = {"password": "restic.wrong_password", "repository": "restic.no_repository",
                "snapshot": "restic.snapshot_unknown"}  # fmt: skip
    assert (error.code, error.permanent) == (expected[fault], True)


def test_it_knows_a_repository_that_cannot_give_its_data_back(
    repository: restic.Repository, tree: Path, tmp_path: Path
) -> None:
    call(repository, restic.init_argv(), tree)
    snapshot_id, whole = back_up(repository, tree), repository.path
    server = next(path for path in SFTP_SERVERS if Path(path).exists())
    for number, (harm, far) in enumerate(HARMS):
        hurt = tmp_path / f"hurt-{number}"
        shutil.copytree(whole, hurt)
        harm(hurt)
        far_away = {"location": f"sftp:x@127.0.0.1:{hurt}", "session": server} if far else {}
        broken = replace(repository, path=hurt, **far_away)
        argv = broken.argv(restic.restore_argv(snapshot_id, tmp_path / f"restored-{number}"), cached=False)
        result, _ = call(broken, argv, tmp_path)
        error = restic.error_of(result.exit_code, result.tail)
        assert (error.code, error.permanent) == ("restic.damaged", True), (number, result.tail)


def file_of(repository: Path, kind: str) -> Path:
    """The one index or snapshot."""
    [found] = (repository / kind).iterdir()
    found.chmod(0o600)
    return found


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[60] ^= 255
    path.write_bytes(content)


HARMS = (
    (lambda hurt: file_of(hurt, "index").unlink(), False),
    (lambda hurt: file_of(hurt, "index").unlink(), True),
    (lambda hurt: flip(file_of(hurt, "index")), False),
    (lambda hurt: os.truncate(file_of(hurt, "snapshots"), 20), True),
)
"""What is done to a repository, and whether restic reaches it by SFTP. For a pack that is gone it asks
again and again for the better part of a minute: what it says then stands in the list below."""
SFTP_SERVERS = ("/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server")


@pytest.mark.parametrize(
    ("exit_code", "tail", "code", "permanent"),
    [
        (10, "", "restic.no_repository", True),
        (11, "", "restic.locked", False),
        (12, "", "restic.wrong_password", True),
        (
            1,
            "unable to create lock in backend: repository is already locked by PID 3",
            "restic.locked",
            False,
        ),
        (1, "unable to create lock in backend: write: no space left on device", "vault.full", False),
        (1, "Fatal: unable to save: disk quota exceeded", "vault.full", False),
        (1, "mkdir /v/1: read-only file system", "vault.read_only", True),
        (1, "Load(<data/4ab>): ciphertext verification failed", "restic.damaged", True),
        (1, "id 83f0f70f not found in repository\nFatal: There were 2 errors", "restic.damaged", True),
        (1, "Fatal: load <index/43f995b3cb>: invalid data returned", "restic.damaged", True),
        (1, "error: LoadIndex returned errors: [...]", "restic.damaged", True),
        (1, "StreamPack: open /v/1/data/15/15ef2af: no such file or directory", "restic.damaged", True),
        (1, "ReadFull(<data/531b290861>): file does not exist", "restic.damaged", True),
        (1, "Load(<data/53>, 0, 0) returned error, retrying after 5s: EOF", "restic.damaged", True),
        # A way that breaks off half-way says nothing of what lies at its end.
        (
            1,
            "ReadFull(<data/531b290861>): connection lost\nFatal: There were 2 errors",
            "vault.unreachable",
            False,
        ),
        (1, "something else", "restic.failed", True),
    ],
)
def test_it_tells_what_an_exit_means_in_every_version(
    exit_code: int, tail: str, code: str, permanent: bool
) -> None:
    error = restic.error_of(exit_code, tail)
    assert (error.code, error.permanent) == (code, permanent)


def test_it_passes_words_of_a_path_as_paths() -> None:
    argv = restic.backup_argv(host="-x", tags=["a"], paths=["./-rf", "./$(x)"])
    assert argv[argv.index("--") + 1 :] == ["./-rf", "./$(x)"]


def test_it_keeps_the_password_out_of_arguments_and_environment(repository: restic.Repository) -> None:
    secret = "only for this test"
    assert secret not in " ".join(restic.backup_argv(host="h", tags=[], paths=["./a"]))
    assert secret not in " ".join(repository.environment().values())
    assert os.fspath(repository.password_file) in repository.environment().values()


@pytest.mark.parametrize("line", [b"", b"open repository", b"{broken", b"[1]", b'"text"'])
def test_it_takes_other_lines_for_no_message(line: bytes) -> None:
    assert restic.parse_message(line) is None
