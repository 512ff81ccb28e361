"""A run against a server that is away, has changed, refuses, or has something amiss with its folders."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from office.sshd import CONFIG
from portal.operations import runs
from portal.store.models import Run, Snapshot
from schemas.run import RunKind, RunSpec
from tests.support.site import Site
from tests.support.sshd import ConstrainedServer, Flight, descendants, until
from workers.engines import command, ssh
from workers.steps.work import Work


def copy_of(site: Site) -> Path:
    """The granted folder's copy in the vault."""
    return site.settings.vault_path / str(site.server.id) / "copy" / str(site.tree).lstrip("/")


def sshd_log(site: Site) -> str:
    return (site.sshd.folder / "sshd.log").read_text(encoding="utf-8")


def ended(run: Run) -> tuple[str, str]:
    return run.state, run.code


def test_it_stops_at_a_missing_folder_and_keeps_the_copy(site: Site) -> None:
    assert ended(site.backup()) == ("succeeded", "")
    before = sorted(path.name for path in copy_of(site).rglob("*"))
    site.tree.rename(site.tree.with_name("elsewhere"))
    run = site.backup()
    assert ended(run) == ("failed", "source.missing")
    assert run.context["path"] == str(site.tree)
    assert sorted(path.name for path in copy_of(site).rglob("*")) == before
    assert Snapshot.select().count() == 1


def test_it_stops_at_a_folder_that_became_a_file(site: Site) -> None:
    shutil.rmtree(site.tree)
    site.tree.write_text("now a file", encoding="utf-8")
    assert ended(site.backup()) == ("failed", "source.not_folder")


def test_it_stops_before_a_changed_host_key_with_no_credential_sent(site: Site) -> None:
    site.sshd.stop()
    for name in ("host_key", "host_key.pub"):
        (site.sshd.folder / name).unlink()
    site.sshd.start()
    run = site.backup()
    assert ended(run) == ("failed", "ssh.host_key_changed")
    assert run.context["found"].startswith("SHA256:")
    assert run.context["found"] != run.context["expected"]
    assert "publickey" not in sshd_log(site)


def test_it_says_that_the_key_is_refused(site: Site) -> None:
    (site.sshd.folder / "authorized_keys").write_text("", encoding="ascii")
    assert ended(site.backup()) == ("failed", "ssh.auth_refused")


def test_it_says_that_the_portals_own_key_is_gone(site: Site) -> None:
    (site.settings.secrets_path / "ssh" / str(site.server.key_id)).unlink()
    assert ended(site.backup()) == ("failed", "ssh.key_missing")


def test_it_says_that_nobody_listens(site: Site) -> None:
    site.sshd.stop()
    assert ended(site.backup()) == ("failed", "ssh.refused")


def test_it_does_not_wait_for_a_server_that_never_speaks(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh, "CONNECT_SECONDS", 1)
    site.sshd.stop()
    with socket.socket() as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        silent.bind(("127.0.0.1", site.sshd.port))
        silent.listen()
        assert ended(site.ask(RunKind.PROBE)) == ("failed", "ssh.no_banner")


def test_it_says_that_the_server_speaks_only_what_is_too_old(site: Site) -> None:
    site.sshd.stop()
    config = CONFIG + "KexAlgorithms diffie-hellman-group1-sha1\n"
    (site.sshd.folder / "sshd_config").write_text(
        config.format(port=site.sshd.port, folder=site.sshd.folder), encoding="utf-8"
    )
    argv = ["setpriv", "--pdeathsig", "TERM", "--", "/usr/sbin/sshd", "-D", "-f",
            str(site.sshd.folder / "sshd_config")]  # fmt: skip
    old = subprocess.Popen(argv)
    try:
        until(lambda: socket.socket().connect_ex(("127.0.0.1", site.sshd.port)) == 0)
        assert ended(site.ask(RunKind.HOST_KEY_SCAN)) == ("failed", "ssh.too_old")
    finally:
        old.terminate()
        old.wait(10)


def test_it_refuses_loopback_unless_it_is_allowed(site: Site) -> None:
    site.settings = site.settings.model_copy(update={"allow_loopback_servers": False})
    assert ended(site.ask(RunKind.PROBE)) == ("failed", "ssh.address_not_allowed")
    assert "Accepted" not in sshd_log(site)


def test_it_keeps_the_rest_and_names_what_it_may_not_read(site: Site) -> None:
    site.sshd.stop()
    weak = ConstrainedServer(site.sshd.folder, site.sshd.port)
    weak.start()
    secret, closed = site.tree / "html" / "rahasia.txt", site.tree / "tertutup"
    secret.write_text("may not be read", encoding="utf-8")
    secret.chmod(0)
    closed.mkdir()
    (closed / "isi.txt").write_text("nor this", encoding="utf-8")
    closed.chmod(0)
    try:
        run = site.backup()
    finally:
        weak.stop()
    assert ended(run) == ("incomplete", "run.incomplete")
    assert set(run.context["files"]) == {str(secret), str(closed)}
    proof = site.restore_test(Snapshot.get(Snapshot.run == run).id)
    assert ended(proof) == ("succeeded", "")


def test_it_names_what_vanishes_while_it_is_read(site: Site) -> None:
    first, last = site.tree / "a-besar.bin", site.tree / "z-hilang.txt"
    first.write_bytes(os.urandom(1024 * 1024) * 400)
    last.write_text("soon gone", encoding="utf-8")
    with Flight(site) as flight:
        until(lambda: any(copy_of(site).glob(".a-besar.bin.*")))
        last.unlink()
        run = flight.land()
    assert ended(run) == ("incomplete", "run.incomplete")
    assert run.context["files"] == [str(last)]


def test_it_ends_when_the_link_falls_silent(site: Site) -> None:
    site.settings = site.settings.model_copy(update={"idle_deadline_seconds": 5})
    (site.tree / "besar.bin").write_bytes(os.urandom(1024 * 1024) * 500)
    with Flight(site) as flight:
        until(lambda: any(copy_of(site).glob(".besar.bin.*")))
        stopped = descendants(site.sshd.process.pid)
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            run = flight.land(60)
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGKILL)
    assert ended(run) == ("failed", "command.silent")


def test_it_manages_without_sftp_on_the_server(site: Site) -> None:
    site.sshd.stop()
    lines = CONFIG.replace("Subsystem sftp internal-sftp\n", "")
    (site.sshd.folder / "sshd_config").write_text(
        lines.format(port=site.sshd.port, folder=site.sshd.folder), encoding="utf-8"
    )
    argv = ["setpriv", "--pdeathsig", "TERM", "--", "/usr/sbin/sshd", "-D", "-f",
            str(site.sshd.folder / "sshd_config")]  # fmt: skip
    bare = subprocess.Popen(argv)
    try:
        until(lambda: socket.socket().connect_ex(("127.0.0.1", site.sshd.port)) == 0)
        assert ended(site.backup()) == ("succeeded", "")
        shutil.rmtree(site.tree)
        assert ended(site.backup()) == ("failed", "source.missing")
    finally:
        bare.terminate()
        bare.wait(10)


def test_it_leaves_sockets_out_without_calling_it_a_difference(site: Site) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        folder = os.open(site.tree, os.O_RDONLY)
        try:
            server.bind(f"/proc/self/fd/{folder}/app.sock")
        finally:
            os.close(folder)
        run = site.backup()
    assert ended(run) == ("succeeded", "")
    assert ended(site.restore_test(Snapshot.get(Snapshot.run == run).id)) == ("succeeded", "")


def test_it_works_in_folders_with_blanks_and_percent_signs(site: Site, tmp_path: Path) -> None:
    odd = tmp_path / "kantor 100%h's"
    odd.mkdir()
    site.settings.secrets_path.rename(odd / "rahasia")
    site.settings = site.settings.model_copy(
        update={"var": odd / "var", "vault": odd / "gudang", "secrets": odd / "rahasia"}
    )
    site.settings.ensure_folders()
    assert ended(site.backup()) == ("succeeded", "")


def test_it_keeps_holes_as_holes(site: Site) -> None:
    with (site.tree / "berlubang.img").open("wb") as file:
        file.truncate(1024**3)
    assert ended(site.backup()) == ("succeeded", "")
    kept = (copy_of(site) / "berlubang.img").stat()
    assert kept.st_size == 1024**3
    assert kept.st_blocks * 512 < 1024**2


def test_it_lends_the_connection_that_was_made_before(site: Site) -> None:
    spec = RunSpec(kind=RunKind.BACKUP, server=runs.server_spec(site.server))
    work = Work(run_id=1, spec=spec, settings=site.settings, write=lambda *_: None,
                report=lambda _: None, should_stop=lambda: False)  # fmt: skip
    work.share_connection()
    ask = [*work.ssh_argv(), work.address(), "true"]
    (socket_path,) = (word.split("=", 1)[1].strip('"') for word in ask if word.startswith("ControlPath="))
    until(Path(socket_path).exists)
    work.key().rename(work.key().with_name("away"))
    assert command.run(ask, idle_seconds=10).exit_code == 0, "no key was needed: the connection was there"
    work.release()
    assert not Path(socket_path).parent.exists()
    assert command.run(ask, idle_seconds=10).exit_code == 255
    assert not [pid for pid in descendants(os.getpid()) if program(pid) == b"ssh"]


def program(pid: int) -> bytes:
    return Path(f"/proc/{pid}/comm").read_bytes().strip()
