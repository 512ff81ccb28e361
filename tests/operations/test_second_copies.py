"""Who copies, what the second vault may lose, and the commands that open the way there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.errors import Forbidden, TransitionRefused
from portal.operations import authority, keeping, second_copies, vault_keys
from portal.store.models import AuditEntry, BackupRequest, Grant, Run, Snapshot, VaultState
from schemas.run import RunSpec
from tests.support import machines
from tests.support.machines import AT, HOST_KEY


@pytest.fixture
def settings(settings, tmp_path):
    return settings.model_copy(update={"second_vault": str(tmp_path / "kedua")})


@pytest.fixture
def server(cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


@pytest.fixture
def made(cast, settings, server):
    request = machines.approved(cast["sari"], cast["joko"], server)
    return [machines.backed_up(request, cast["agus"], settings, at=AT) for _ in range(2)]


def start(server, cast, settings, who="agus", at=AT):
    key = f"copy-{Run.select().count():012d}"
    return second_copies.start(server.id, cast[who], key, at=at, settings=settings)


def end(run, *ids, **more):
    return machines.finished(run, result={"there": list(ids), "forgotten": [], "bytes": 9}, **more)


@pytest.mark.parametrize("who", ["sari", "ratna", "hendro", "tono"])
def test_only_the_keepers_copy(cast, settings, server, made, who):
    with pytest.raises(Forbidden):
        start(server, cast, settings, who)


def test_without_a_second_vault_or_a_copy_nothing_starts(cast, settings, server):
    machines.approved(cast["sari"], cast["joko"], server)
    with pytest.raises(TransitionRefused) as nothing:
        start(server, cast, settings)
    with pytest.raises(Forbidden) as unset:
        start(server, cast, settings.model_copy(update={"second_vault": ""}))
    assert (nothing.value.code, unset.value.code) == ("second.nothing", "second.not_set")
    assert second_copies.start_due(AT, settings.model_copy(update={"second_vault": ""})) == []


def test_one_at_a_time(cast, settings, server, made):
    first = start(server, cast, settings)
    assert start(server, cast, settings, "joko").id == first.id


def test_what_lies_there_is_what_was_found_listed(cast, settings, server, made):
    end(start(server, cast, settings), made[0].snapshot_id, made[1].snapshot_id)
    assert Snapshot.select().where(Snapshot.second_at.is_null()).count() == 0
    end(start(server, cast, settings), made[1].snapshot_id)
    assert Snapshot.get_by_id(made[0].id).second_at is None
    assert VaultState.get().second_bytes == 9
    end(start(server, cast, settings), state="failed", code="second.unreachable")
    assert Snapshot.get_by_id(made[1].id).second_at


def test_only_what_a_cut_has_removed_goes_there(cast, settings, server, made):
    run = start(server, cast, settings)
    spec = RunSpec.model_validate({**run.spec, "snapshot_ids": [made[0].snapshot_id]})
    Run.update(spec=spec.model_dump(mode="json"), spec_digest=spec.digest()).execute()
    with pytest.raises(Forbidden) as refusal:
        authority.verify_run(Run.get_by_id(run.id), at=AT)
    assert refusal.value.code == "second.not_removed"
    Snapshot.update(removed_at=AT).where(Snapshot.id == made[0].id).execute()
    authority.verify_run(Run.get_by_id(run.id), at=AT)


def test_the_clock_needs_an_approved_request_too(cast, settings, server, made):
    (run_id,) = second_copies.start_due(AT, settings)
    run = Run.get_by_id(run_id)
    assert (run.started_by_id, run.backup_request_id) == (None, BackupRequest.get().id)
    authority.verify_run(run, at=AT)
    Grant.update(revoked_at=AT).execute()
    with pytest.raises(Forbidden):
        authority.verify_run(run, at=AT)
    Run.delete().where(Run.id == run_id).execute()
    assert second_copies.start_due(AT, settings) == []


def test_once_a_day_what_is_there_is_looked_up(cast, settings, server, made):
    end(start(server, cast, settings), *(copy.snapshot_id for copy in made))
    assert second_copies.start_due(AT + timedelta(hours=23), settings) == []
    assert len(second_copies.start_due(AT + timedelta(hours=24), settings)) == 1


def test_a_clock_that_was_set_back_does_not_stop_it(cast, settings, server, made):
    end(start(server, cast, settings, at=AT + timedelta(days=1)), state="failed", code="second.unreachable")
    assert len(second_copies.start_due(AT, settings)) == 1


def test_copies_older_than_the_second_vault_are_not_late_on_its_first_day(cast, settings, server, made):
    later = AT + timedelta(days=90)
    start(server, cast, settings, at=later)
    assert second_copies.tell_late(later + timedelta(hours=47), settings) == []
    assert len(second_copies.tell_late(later + timedelta(hours=49), settings)) == 1


def test_it_is_started_again_after_a_fault(cast, settings, server, made):
    run = end(start(server, cast, settings), state="failed", code="second.unreachable")
    again = keeping.restart(run.id, cast["agus"], "again-000000000001", at=AT, settings=settings)
    assert (again.kind, again.state) == ("copy", "queued")


def test_the_key_is_made_once_and_nobody_else_reads_it(cast, settings):
    line = vault_keys.public_key(vault_keys.SECOND, at=AT, settings=settings)
    assert vault_keys.public_key(vault_keys.SECOND, at=AT, settings=settings) == line
    assert (vault_keys.folder(vault_keys.SECOND, settings) / "key").stat().st_mode & 0o777 == 0o600
    assert line.startswith("ssh-ed25519 ")
    assert AuditEntry.select().where(AuditEntry.tag == "second:key_made").count() == 1


def test_the_commands(app, settings):
    run = app.test_cli_runner()
    assert run.invoke(args=["second-vault", "key"]).output.startswith("ssh-ed25519 ")
    assert "SHA256:" in run.invoke(args=["second-vault", "trust", HOST_KEY]).output
    assert run.invoke(args=["second-vault", "trust", "bukan kunci"]).exit_code == 1
    assert "0 copies" in run.invoke(args=["second-vault", "renew"]).output
    kept = app.config["SETTINGS"].secrets_path / "second-vault" / "host_key"
    assert kept.read_text(encoding="ascii").strip() == HOST_KEY


def test_a_damaged_part_does_not_keep_the_next_ones_from_being_read(cast, settings, server, made):
    parts = []
    for day in range(4):
        at = AT + timedelta(days=day, hours=day)
        run = start(server, cast, settings, at=at)
        parts.append(RunSpec.model_validate(run.spec).part)
        end(run, at=at, **({"state": "failed", "code": "second.damaged"} if day == 1 else {}))
    unreachable = start(server, cast, settings, at=AT + timedelta(days=5))
    end(unreachable, at=AT + timedelta(days=5), state="failed", code="second.unreachable")
    again = start(server, cast, settings, at=AT + timedelta(days=6))
    assert parts == [1, 2, 3, 4]
    assert unreachable.spec["part"] == again.spec["part"] == 5
