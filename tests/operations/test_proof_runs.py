"""What the clock proves by itself, and what it says when nothing was proven for too long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.operations import authority, proof_runs
from portal.store.models import Finding, Grant, Run, Snapshot
from schemas.run import RunKind
from tests.support import machines
from tests.support.machines import AT

DAY = timedelta(days=1)


@pytest.fixture
def server(cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings, folders=("/srv/www", "/srv/arsip"))


@pytest.fixture
def made(cast, settings, server):
    request = machines.approved(cast["sari"], cast["joko"], server)
    return machines.backed_up(request, cast["agus"], settings, at=AT)


def ended(run_id, at, **how):
    return machines.finished(Run.get_by_id(run_id), at=at, **how)


def test_a_part_is_checked_when_its_turn_has_come_and_not_before(settings, made):
    every = timedelta(days=settings.integrity_circle_days) / settings.integrity_parts
    assert proof_runs.start_checks(made.created_at + every - DAY / 24, settings) == []
    first = made.created_at + every
    [run_id] = proof_runs.start_checks(first, settings)
    assert proof_runs.start_checks(first, settings) == []
    run = Run.get_by_id(run_id)
    authority.verify_run(run, at=first)
    assert (run.kind, run.spec["part"], run.started_by_id) == (RunKind.INTEGRITY, 1, None)
    ended(run_id, first, result={"repository_bytes": 9, "packs": [], "touched": []})
    assert proof_runs.start_checks(first + every - DAY / 24, settings) == []
    [again] = proof_runs.start_checks(first + every, settings)
    assert Run.get_by_id(again).spec["part"] == 2


def test_the_circle_closes_within_its_days(settings, made):
    at, runs = made.created_at, []
    while len(runs) < settings.integrity_parts:
        at += DAY / 2
        due = proof_runs.start_checks(at, settings)
        runs += [
            ended(run_id, at, result={"repository_bytes": 9, "packs": [], "touched": []}) for run_id in due
        ]
    assert [run.spec["part"] for run in runs] == list(range(1, settings.integrity_parts + 1))
    assert at - made.created_at <= timedelta(days=settings.integrity_circle_days + 1)


def test_a_check_that_could_not_read_is_tried_again_the_same_day(settings, made):
    at = made.created_at + 30 * DAY
    [run_id] = proof_runs.start_checks(at, settings)
    ended(run_id, at, state="failed", code="vault.busy")
    assert proof_runs.start_checks(at + proof_runs.AGAIN / 2, settings) == []
    [again] = proof_runs.start_checks(at + proof_runs.AGAIN, settings)
    assert Run.get_by_id(again).spec["part"] == 1


def test_the_newest_copy_is_tested_when_none_of_its_kind_was_proven_for_so_long(cast, settings, made):
    newer = machines.backed_up(made.run.backup_request, cast["agus"], settings, at=AT + DAY / 2)
    assert proof_runs.start_tests(made.created_at + DAY / 2, settings) == []
    at = made.created_at + DAY
    [run_id] = proof_runs.start_tests(at, settings)
    assert proof_runs.start_tests(at, settings) == []
    run = Run.get_by_id(run_id)
    authority.verify_run(run, at=at)
    assert (run.kind, run.spec["snapshot_id"]) == (RunKind.RESTORE_TEST, newer.snapshot_id)
    ended(run_id, at, proven_snapshot_id=newer.snapshot_id)
    proven = Snapshot.get_by_id(newer.id).proven_at
    assert proof_runs.start_tests(proven + timedelta(days=settings.restore_test_days) - DAY, settings) == []
    assert len(proof_runs.start_tests(proven + timedelta(days=settings.restore_test_days), settings)) == 1


def test_a_test_that_failed_is_tried_again_but_not_at_once(settings, made):
    at = made.created_at + DAY
    [run_id] = proof_runs.start_tests(at, settings)
    ended(run_id, at, state="failed", code="restore.no_space")
    assert proof_runs.start_tests(at + proof_runs.AGAIN / 2, settings) == []
    assert len(proof_runs.start_tests(at + proof_runs.AGAIN, settings)) == 1


def test_other_sources_have_a_proof_of_their_own(cast, settings, made):
    other = machines.backed_up(made.run.backup_request, cast["agus"], settings, at=AT + DAY / 2)
    Snapshot.update(sources=["/srv/www", "postgresql:arsip"], proven_at=AT).where(
        Snapshot.id == other.id
    ).execute()
    [run_id] = proof_runs.start_tests(made.created_at + DAY, settings)
    assert Run.get_by_id(run_id).spec["snapshot_id"] == made.snapshot_id


def test_nothing_starts_by_itself_without_an_approved_request(settings, made):
    Grant.update(ends_at=AT + DAY).execute()
    at = AT + 40 * DAY
    assert proof_runs.start_checks(at, settings) + proof_runs.start_tests(at, settings) == []
    assert Run.select().where(Run.kind.in_(["integrity", "restore_test"])).count() == 0


def test_nothing_starts_by_itself_where_that_is_switched_off(settings, made):
    off = settings.model_copy(update={"integrity_circle_days": 0, "restore_test_days": 0})
    at = AT + 400 * DAY
    assert proof_runs.start_checks(at, off) + proof_runs.start_tests(at, off) == []
    assert proof_runs.tell_overdue(at, off) == []


def test_what_was_proven_too_long_ago_is_a_finding_once(settings, made):
    assert (
        proof_runs.tell_overdue(made.created_at + timedelta(days=settings.certificate_days), settings) == []
    )
    at = made.created_at + timedelta(days=settings.certificate_days, seconds=1)
    [finding_id] = proof_runs.tell_overdue(at, settings)
    finding = Finding.get_by_id(finding_id)
    assert (finding.kind, finding.code) == ("restore_test", "proof.overdue")
    assert finding.context == {"days": settings.certificate_days, "sources": ", ".join(made.sources)}
    assert proof_runs.tell_overdue(at + DAY, settings) == []


def test_a_copy_that_is_gone_is_not_waited_for(settings, made):
    Snapshot.update(removed_at=AT).execute()
    at = AT + 400 * DAY
    assert proof_runs.start_tests(at, settings) + proof_runs.tell_overdue(at, settings) == []


def test_one_that_nothing_allows_any_more_keeps_no_other_waiting(cast, settings, server, made):
    gone = machines.approved(cast["sari"], cast["joko"], server, folders=("/srv/arsip",))
    other = machines.backed_up(gone, cast["agus"], settings, at=AT + DAY / 2)
    assert other.sources == ["/srv/arsip"]
    Grant.update(ends_at=AT + DAY / 2).where(Grant.backup_request == gone).execute()
    [run_id] = proof_runs.start_tests(other.created_at + 2 * DAY, settings)
    assert Run.get_by_id(run_id).spec["snapshot_id"] == made.snapshot_id


def test_a_finding_has_room_for_any_list_of_sources(settings, made):
    Snapshot.update(sources=[f"/srv/{'panjang' * 20}/{number}" for number in range(9)]).execute()
    [finding_id] = proof_runs.tell_overdue(made.created_at + 400 * DAY, settings)
    assert len(Finding.get_by_id(finding_id).open_key) <= 160
