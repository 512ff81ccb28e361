from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from portal.errors import Forbidden, NotFound, TransitionRefused
from portal.operations import audit, leases, runs, servers
from portal.store import db
from portal.store.models import AuditEntry, Finding, Run, Source
from schemas.run import RunKind
from tests.support import machines
from tests.support.machines import AT


@pytest.fixture
def server(cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


@pytest.fixture
def request_(cast, server):
    return machines.approved(cast["sari"], cast["joko"], server)


def backups() -> int:
    return Run.select().where(Run.kind == "backup").count()


def test_it_starts_one_run_for_a_form_sent_twice(cast, settings, request_):
    first = runs.start_backup(request_.id, cast["agus"], "k" * 20, at=AT, settings=settings)
    again = runs.start_backup(request_.id, cast["agus"], "k" * 20, at=AT, settings=settings)
    assert again == first
    assert backups() == 1
    assert AuditEntry.select().where(AuditEntry.tag == "run:started").count() == 3


def test_it_starts_one_run_for_twenty_at_once(cast, settings, request_):
    found, gate = [], threading.Barrier(20)

    def click() -> None:
        gate.wait()
        with db.connection():
            run = runs.start_backup(request_.id, cast["agus"], "k" * 20, at=AT, settings=settings)
            found.append(run.id)

    threads = [threading.Thread(target=click) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert len(set(found)) == 1
    assert backups() == 1


def test_it_ends_no_run_that_a_worker_claims_while_it_is_cancelled(cast, settings, request_, monkeypatch):
    run = machines.started(request_, cast["agus"], settings)
    record = audit.record

    def claimed_meanwhile(tag: str, **told):
        record(tag, **told)
        if tag == "run:cancel_requested":
            Run.update(state="running", lease_token=1).where(Run.id == run.id).execute()

    monkeypatch.setattr(audit, "record", claimed_meanwhile)
    stopped = runs.cancel(run.id, cast["agus"], at=AT)
    assert (stopped.state, stopped.cancel_requested_at) == ("running", AT)
    assert not AuditEntry.select().where(AuditEntry.tag == "run:running").exists()


def test_its_order_says_whether_the_vault_has_held_copies_of_the_server(cast, settings, request_):
    first = machines.started(request_, cast["agus"], settings)
    machines.kept(first, settings)
    second = machines.started(request_, cast["agus"], settings)
    assert [run.spec["vault_known"] for run in (first, second)] == [False, True]


def test_what_was_granted_and_nobody_chose_is_told(cast, settings, server):
    scope = {"folders": ("/srv/www", "/srv/www/a", "/srv/surat"), "databases": ("postgresql:arsip",)}
    services = ("backup_files", "backup_database")
    request = machines.approved(cast["sari"], cast["joko"], server, services=services, **scope)
    run = machines.started(request, cast["agus"], settings)
    assert run.spec["not_kept"] == ["/srv/surat", "postgresql:arsip"]
    machines.kept(run, settings, state="incomplete", code="run.not_kept")
    [finding] = Finding.select()
    assert (finding.code, finding.context) == ("run.not_kept", {"paths": "/srv/surat, postgresql:arsip"})
    servers.add_source(server.id, "/srv/surat", cast["agus"], at=AT)
    Source.create(server=server, kind="database", path="postgresql:arsip", created_by=cast["agus"])
    assert machines.started(request, cast["agus"], settings).spec["not_kept"] == []


def test_it_keeps_a_run_although_the_queue_is_away(cast, settings, request_):
    run = runs.start_backup(request_.id, cast["agus"], "k" * 20, at=AT, settings=settings)
    assert (run.state, run.enqueued_at) == ("queued", None)


def test_it_asks_only_servers_that_are_trusted_but_for_their_host_key(cast, settings):
    server = machines.enrolled(cast["agus"], settings)
    with pytest.raises(Forbidden) as refused:
        runs.start_inquiry(
            RunKind.LISTING, server.id, cast["agus"], "k" * 20, at=AT, settings=settings, path="/"
        )
    assert refused.value.code == "server.host_key_none"
    assert machines.scanned(server, cast["agus"], settings).state == "succeeded"
    with pytest.raises(NotFound):
        runs.start_inquiry(RunKind.PROBE, 404, cast["agus"], "l" * 20, at=AT, settings=settings)


def test_it_ends_a_queued_run_at_once(cast, settings, request_):
    run = machines.started(request_, cast["agus"], settings)
    ended = runs.cancel(run.id, cast["yusuf"], at=AT)
    assert (ended.state, ended.code, ended.cancel_requested_by) == (
        "cancelled",
        "run.cancelled",
        cast["yusuf"],
    )
    assert ended.finished_at == AT
    assert leases.claim(run.id, "w", at=AT, seconds=60) is None
    tags = [entry.tag for entry in AuditEntry.select().order_by(AuditEntry.sequence)][-2:]
    assert tags == ["run:cancel_requested", "run:cancelled"]


def test_it_tells_a_running_run_to_stop_once(cast, settings, request_):
    run = machines.started(request_, cast["agus"], settings)
    lease = leases.claim(run.id, "w", at=AT, seconds=60)
    assert leases.renew(lease, at=AT) is False
    runs.cancel(run.id, cast["agus"], at=AT)
    runs.cancel(run.id, cast["yusuf"], at=AT)
    assert leases.renew(lease, at=AT) is True
    assert Run.get_by_id(run.id).cancel_requested_by == cast["agus"]
    assert AuditEntry.select().where(AuditEntry.tag == "run:cancel_requested").count() == 1


def test_it_cannot_stop_what_has_ended(cast, settings, request_):
    run = machines.finished(machines.started(request_, cast["agus"], settings))
    with pytest.raises(TransitionRefused):
        runs.cancel(run.id, cast["agus"], at=AT)


@pytest.mark.parametrize("who", ["sari", "bambang", "hendro", "ratna", "joko", "dewi", "sri", "tono"])
def test_it_lets_administrators_stop_backups_only(cast, settings, request_, who):
    run = machines.started(request_, cast["agus"], settings)
    with pytest.raises(Forbidden):
        runs.cancel(run.id, cast[who], at=AT)
    assert Run.get_by_id(run.id).state == "queued"


def test_it_lets_the_kasubbid_stop_a_question(cast, settings, server):
    run = runs.start_inquiry(RunKind.PROBE, server.id, cast["joko"], "k" * 20, at=AT, settings=settings)
    assert runs.cancel(run.id, cast["joko"], at=AT).state == "cancelled"


@pytest.mark.parametrize("state", ["failed", "interrupted", "cancelled", "incomplete"])
def test_it_starts_again_what_did_not_succeed(cast, settings, request_, state):
    run = machines.finished(machines.started(request_, cast["agus"], settings), state=state)
    again = runs.restart(run.id, cast["yusuf"], "r" * 20, at=AT, settings=settings)
    assert (again.kind, again.backup_request, again.started_by) == ("backup", request_, cast["yusuf"])
    assert runs.restart(run.id, cast["yusuf"], "r" * 20, at=AT, settings=settings) == again


def test_it_starts_proofs_and_questions_again(cast, settings, server, request_):
    snapshot = machines.backed_up(request_, cast["agus"], settings)
    proof = runs.start_restore_test(snapshot.id, cast["agus"], "p" * 20, at=AT, settings=settings)
    machines.finished(proof, state="failed", code="proof.differs")
    again = runs.restart(proof.id, cast["agus"], "q" * 20, at=AT, settings=settings)
    assert again.spec == proof.spec
    asked = runs.start_inquiry(
        RunKind.LISTING, server.id, cast["agus"], "a" * 20, at=AT, settings=settings, path="/srv"
    )
    machines.finished(asked, state="failed", code="ssh.timeout")
    assert runs.restart(asked.id, cast["agus"], "b" * 20, at=AT, settings=settings).spec["path"] == "/srv"


def test_it_starts_again_under_todays_authority_only(cast, settings, request_):
    run = machines.finished(machines.started(request_, cast["agus"], settings), state="failed")
    late = AT + timedelta(days=366)
    with pytest.raises(Forbidden) as refused:
        runs.restart(run.id, cast["agus"], "r" * 20, at=late, settings=settings)
    assert refused.value.code == "authority.term_ended"


def test_it_does_not_start_again_what_runs_or_succeeded(cast, settings, request_):
    queued = machines.started(request_, cast["agus"], settings)
    good = machines.finished(machines.started(request_, cast["agus"], settings))
    for run in (queued, good):
        with pytest.raises(TransitionRefused):
            runs.restart(run.id, cast["agus"], "r" * 20, at=AT, settings=settings)
    with pytest.raises(NotFound):
        runs.restart(404, cast["agus"], "r" * 20, at=AT, settings=settings)


def test_it_proves_a_snapshot_under_the_request_it_was_made_for(cast, settings, request_):
    snapshot = machines.backed_up(request_, cast["agus"], settings)
    run = runs.start_restore_test(snapshot.id, cast["joko"], "p" * 20, at=AT, settings=settings)
    assert (run.kind, run.backup_request, run.parent) == ("restore_test", request_, snapshot.run)
    assert run.spec["manifest_sha256"] == snapshot.manifest_sha256
    with pytest.raises(NotFound):
        runs.start_restore_test(404, cast["agus"], "q" * 20, at=AT, settings=settings)
    with pytest.raises(Forbidden):
        runs.start_restore_test(snapshot.id, cast["ratna"], "r" * 20, at=AT, settings=settings)
