from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from workers.engines.errors import EngineError
from workers.steps.work import LEFT_OUT_MAX, Work, write_secret


def test_it_drops_folders_that_lie_in_others(make_work: Callable[..., Work]) -> None:
    work = make_work("/srv/web/html", "/srv/web/", "/srv/web", "/srv/website", "/etc")
    assert work.sources() == ("/etc", "/srv/web", "/srv/website")


def test_it_names_what_was_left_out_once_and_as_the_server_does(make_work: Callable[..., Work]) -> None:
    work = make_work("/srv/web")
    work.leave_out("/srv/web/a")
    work.leave_out(f"{work.copy}/srv/web/a")
    work.leave_out(f"{work.copy}/srv/web/b")
    assert (work.left_out, work.left_out_count) == (["/srv/web/a", "/srv/web/b"], 2)


def test_it_counts_more_than_it_names(make_work: Callable[..., Work]) -> None:
    work = make_work("/srv/web")
    for number in range(LEFT_OUT_MAX + 50):
        work.leave_out(f"/srv/web/{number}")
    assert (len(work.left_out), work.left_out_count) == (LEFT_OUT_MAX, LEFT_OUT_MAX + 50)


def test_it_makes_a_repositorys_password_once(make_work: Callable[..., Work]) -> None:
    password = make_work("/srv/web").repository().password_file
    first = password.read_text(encoding="ascii")
    assert len(first.strip()) >= 48
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert stat.S_IMODE(password.parent.stat().st_mode) == 0o700
    assert make_work("/srv/web", run_id=2).repository().password_file.read_text(encoding="ascii") == first


def test_it_makes_no_new_password_for_an_old_repository(make_work: Callable[..., Work]) -> None:
    work = make_work("/srv/web")
    repository = work.repository()
    repository.path.mkdir()
    (repository.path / "config").touch()
    repository.password_file.unlink()
    with pytest.raises(EngineError) as caught:
        work.repository()
    assert caught.value.code == "restic.password_missing"
    assert not repository.password_file.exists()


def test_it_writes_a_secret_over_a_half_written_one(tmp_path: Path) -> None:
    (tmp_path / ".1.new").write_text("half", encoding="ascii")
    write_secret(tmp_path / "1", "whole\n")
    assert (tmp_path / "1").read_text(encoding="ascii") == "whole\n"
    assert [path.name for path in tmp_path.iterdir()] == ["1"]


def test_it_holds_the_vault_for_one_run_at_a_time(make_work: Callable[..., Work]) -> None:
    first, second = make_work("/srv/web"), make_work("/srv/web", run_id=2)
    first.hold_vault()
    with pytest.raises(EngineError) as caught:
        second.hold_vault()
    assert caught.value.code == "vault.busy"
    first.release()
    second.hold_vault()
    second.release()


def test_it_trusts_the_approved_host_key_and_no_other(make_work: Callable[..., Work]) -> None:
    work = make_work("/srv/web")
    work.ssh_argv()
    assert (work.evidence / f"known_hosts-{work.spec.server.id}").read_text(encoding="ascii").count("\n") == 1
