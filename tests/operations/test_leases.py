from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from portal.operations import leases, runs, sweep
from portal.operations.leases import LeaseLost
from portal.store import db
from portal.store.models import AuditEntry, Run, RunStep, Snapshot
from portal.store.queries import runs as rows
from tests.support import machines
from tests.support.machines import AT

LATER = AT + timedelta(seconds=61)


@pytest.fixture
def request_(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    return machines.approved(cast["sari"], cast["joko"], server)


@pytest.fixture
def run(cast, settings, request_):
    return machines.started(request_, cast["agus"], settings)


def claim(run: Run, owner: str = "w1", at=AT):
    return leases.claim(run.id, owner, at=at, seconds=60)


def test_it_is_claimed_once_among_threads(run):
    taken, gate = [], threading.Barrier(12)

    def worker(number: int) -> None:
        gate.wait()
        with db.connection():
            lease = leases.claim(run.id, f"w{number}", at=AT, seconds=60)
        if lease is not None:
            taken.append((number, lease.token))

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
    claimed = Run.get_by_id(run.id)
    assert (claimed.state, claimed.lease_owner, claimed.lease_token) == ("running", f"w{taken[0][0]}", 1)


def test_it_ignores_a_second_delivery(run):
    lease = claim(run)
    assert claim(run, "w2") is None
    leases.finish(lease, state="succeeded", at=AT)
    assert claim(run, "w2") is None
    assert leases.claim(404, "w2", at=AT, seconds=60) is None
    assert Run.get_by_id(run.id).state == "succeeded"


def test_it_gives_a_server_to_one_run_at_a_time(cast, settings, request_, run):
    second = machines.started(request_, cast["yusuf"], settings)
    lease = claim(run)
    assert claim(second) is None
    leases.finish(lease, state="failed", at=AT)
    assert claim(second) is not None


def test_other_work_on_a_server_lets_a_restore_go_first(cast, settings, request_, run):
    restore = machines.started(request_, cast["agus"], settings)
    Run.update(kind="restore_download").where(Run.id == restore.id).execute()
    assert claim(run) is None
    assert rows.ahead_of(run).id == restore.id
    lease = claim(restore)
    assert rows.ahead_of(Run.get_by_id(restore.id)) is None
    assert claim(run) is None
    Run.update(state="succeeded").where(Run.id == lease.run_id).execute()
    assert claim(run) is not None


def test_a_restore_of_another_server_holds_nobody_up(cast, settings, run):
    other = machines.trusted(cast["agus"], cast["joko"], settings, name="Lain", address="10.20.30.41")
    restore = machines.started(machines.approved(cast["sari"], cast["joko"], other), cast["agus"], settings)
    Run.update(kind="restore_download").where(Run.id == restore.id).execute()
    assert claim(run) is not None


def test_it_answers_questions_while_a_backup_runs(cast, settings, run):
    claim(run)
    assert machines.scanned(run.server, cast["agus"], settings).state == "succeeded"


def test_it_refuses_every_write_of_a_token_that_is_stale(run):
    lease = claim(run)
    stale = leases.Lease(run.id, lease.token - 1, 60)
    for write in (
        lambda: leases.renew(stale, at=AT, progress={"percent": 99}),
        lambda: leases.step_began(stale, 1, "pull", at=AT),
        lambda: leases.step_ended(stale, 1, "done", at=AT),
        lambda: leases.finish(stale, state="succeeded", at=AT),
    ):
        with pytest.raises(LeaseLost):
            write()
    untouched = Run.get_by_id(run.id)
    assert (untouched.state, untouched.progress) == ("running", {})
    assert RunStep.select().count() == 0


def unrenewed() -> list[int]:
    """What the clock ends when it has looked for longer than a lease and nothing changed."""
    steady = iter((0.0, 61.0))
    watch = sweep.Watch(lambda: next(steady))
    assert sweep.interrupt_silent(watch, at=LATER, seconds=60) == []
    return sweep.interrupt_silent(watch, at=LATER, seconds=60)


def test_it_fences_off_a_worker_that_only_slept(run):
    lease = claim(run)
    leases.step_began(lease, 1, "pull", at=AT)
    assert unrenewed() == [run.id]
    ended = Run.get_by_id(run.id)
    assert (ended.state, ended.code, ended.finished_at) == ("interrupted", "run.interrupted", LATER)
    assert RunStep.get().state == "failed"
    snapshot = {
        "snapshot_id": "a" * 64, "file_count": 1, "total_bytes": 1, "added_bytes": 1, "manifest_path": "/x",
        "manifest_sha256": "b" * 64}  # fmt: skip
    with pytest.raises(LeaseLost):
        leases.finish(lease, state="succeeded", at=LATER, snapshot=snapshot)
    with pytest.raises(LeaseLost):
        leases.renew(lease, at=LATER)
    assert Run.get_by_id(run.id).state == "interrupted"
    assert Snapshot.select().count() == 0


def test_it_lives_as_long_as_it_is_renewed(run):
    lease = claim(run)
    steady = [0.0]
    watch = sweep.Watch(lambda: steady[0])
    for second in range(50, 500, 50):
        leases.renew(lease, at=AT + timedelta(seconds=second), progress={"percent": second}, phase="pull")
        steady[0] = float(second)
        assert sweep.interrupt_silent(watch, at=LATER, seconds=60) == []
    renewed = Run.get_by_id(run.id)
    assert (renewed.phase, renewed.progress) == ("pull", {"percent": 450})


def test_it_ends_with_snapshot_and_trail_in_one_commit(cast, settings, request_):
    snapshot = machines.backed_up(
        request_, cast["agus"], settings, evidence={"digest": "d" * 64}, log_sha256="e" * 64
    )
    entry = AuditEntry.select().order_by(AuditEntry.sequence.desc()).get()
    assert entry.tag == "run:succeeded"
    assert (entry.data["log_sha256"], entry.data["evidence_sha256"]) == ("e" * 64, "d" * 64)
    assert snapshot.run.state == "succeeded"
    assert snapshot.proven_at is None


def test_it_marks_a_snapshot_proven_by_its_own_test_only(cast, settings, request_):
    snapshot = machines.backed_up(request_, cast["agus"], settings)
    run = runs.start_restore_test(snapshot.id, cast["agus"], "p" * 20, at=AT, settings=settings)
    machines.finished(run, state="failed", code="proof.differs")
    assert Snapshot.get().proven_at is None
    run = runs.start_restore_test(snapshot.id, cast["agus"], "q" * 20, at=AT, settings=settings)
    machines.finished(run, proven_snapshot_id=snapshot.snapshot_id)
    assert (Snapshot.get().proven_by, Snapshot.get().proven_at) == (run, AT + timedelta(seconds=42))


def test_it_knows_which_states_are_ends(run):
    with pytest.raises(ValueError, match="running"):
        leases.finish(claim(run), state="running", at=AT)


def test_a_vault_takes_as_many_runs_at_once_as_it_is_set_to(cast, settings):
    made = []
    for number in range(3):
        server = machines.trusted(cast["agus"], cast["joko"], settings, name=f"server-{number}")
        request = machines.approved(cast["sari"], cast["joko"], server)
        made.append(machines.started(request, cast["agus"], settings, at=AT))

    def taken(run: Run, at_once: int) -> bool:
        return leases.claim(run.id, "w", at=AT, seconds=60, at_once=at_once) is not None

    assert taken(made[0], 2)
    assert taken(made[1], 2)
    assert not taken(made[2], 2)
    Run.update(kind="restore_to_server").where(Run.id == made[2].id).execute()
    assert taken(made[2], 2), "a restore does not wait for it"
