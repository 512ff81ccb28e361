"""The figures of a month against a small office whose numbers are known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.operations import evaluation, runs, servers
from portal.sop.evaluation import Month
from portal.sop.evaluation.rules import rank95
from portal.store.models import (
    BackupRequest,
    Disposition,
    Emergency,
    EvaluationMonth,
    Grant,
    Run,
    Schedule,
    ScheduledRun,
    Survey,
    Unit,
)
from portal.store.queries.evaluation import surveys
from schemas.evaluation import MonthLine, Share
from schemas.survey import QUESTIONS
from tests.support import desks, machines
from tests.support.machines import AT

NOVEMBER = Month(2026, 11)
DAY = timedelta(days=1)


@pytest.fixture
def tell(settings, cast):
    def told(month=NOVEMBER, at=AT + timedelta(hours=10), **more):
        return evaluation.count(month, at=at, settings=settings, **more)

    return told


@pytest.fixture
def server(cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


@pytest.fixture
def request_row(cast, server):
    return machines.approved(cast["sari"], cast["joko"], server)


def proven(snapshot, cast, settings, at, state="succeeded"):
    key = f"proof-of-{snapshot.id}-{at.timestamp()}"
    run = runs.start_restore_test(snapshot.id, cast["agus"], key, at=at, settings=settings)
    proof = {"proven_snapshot_id": snapshot.snapshot_id} if state == "succeeded" else {}
    return machines.finished(run, state=state, at=at, **proof)


def test_an_empty_month_is_empty(tell):
    found = tell()
    assert found.empty
    assert found.coverage == Share(part=0, whole=0)
    assert found.success.percent is None
    assert (found.oldest_copy, found.oldest_proof, found.slowest) == (None, None, None)


def test_coverage_counts_servers_in_use_with_an_approval_in_force(tell, cast, settings, server, request_row):
    machines.enrolled(cast["agus"], settings, name="Arsip", address="10.20.30.41")
    found = tell()
    assert found.coverage == Share(part=1, whole=2)
    assert [(each.name, each.granted, each.units) for each in found.servers] == [
        ("Arsip", False, ()),
        ("Web PRTRN", True, ("PRTRN",)),
    ]


def test_an_approval_that_ends_at_the_instant_is_over(tell, server, request_row):
    Grant.update(ends_at=AT + timedelta(hours=10)).execute()
    assert tell().coverage == Share(part=0, whole=1)
    Grant.update(ends_at=AT + timedelta(hours=10, seconds=1)).execute()
    assert tell().coverage == Share(part=1, whole=1)


def test_a_revoked_or_withdrawn_approval_covers_nothing(tell, server, request_row):
    Grant.update(revoked_at=AT).execute()
    assert tell().coverage.part == 0
    Grant.update(revoked_at=None).execute()
    BackupRequest.update(step="withdrawn", closed_at=AT).execute()
    assert tell().coverage.part == 0


def test_a_server_put_to_rest_mid_month_counts_until_then(tell, cast, server, request_row):
    servers.set_active(server.id, False, cast["agus"], at=AT + timedelta(hours=1))
    assert tell(at=AT + timedelta(minutes=30)).coverage == Share(part=1, whole=1)
    assert tell().coverage == Share(part=0, whole=0)
    servers.set_active(server.id, True, cast["agus"], at=AT + 20 * DAY)
    assert tell(at=AT + 30 * DAY).coverage == Share(part=0, whole=0)
    assert tell(Month(2026, 12), at=AT + 40 * DAY).coverage == Share(part=1, whole=1)


def test_a_run_counts_in_the_month_it_ended_in_by_the_offices_midnight(
    tell, cast, settings, server, request_row
):
    midnight = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    snapshot = machines.backed_up(request_row, cast["agus"], settings)
    end = Run.update(finished_at=midnight - timedelta(seconds=1))
    end.where(Run.id == snapshot.run_id).execute()
    november, december = (
        tell(month, at=midnight + 10 * DAY).success for month in (NOVEMBER, Month(2026, 12))
    )
    assert (november, december) == (Share(part=1, whole=1), Share(part=0, whole=0))
    Run.update(finished_at=midnight).where(Run.id == snapshot.run_id).execute()
    november, december = (
        tell(month, at=midnight + 10 * DAY).success for month in (NOVEMBER, Month(2026, 12))
    )
    assert (november, december) == (Share(part=0, whole=0), Share(part=1, whole=1))


def test_success_counts_what_ended_and_what_never_began(tell, cast, settings, server, request_row):
    for number, state in enumerate(("succeeded", "incomplete", "failed", "interrupted", "cancelled")):
        run = machines.started(request_row, cast["agus"], settings)
        machines.finished(run, state=state, at=AT + timedelta(hours=number))
    schedule = Schedule.create(name="Harian", backup_request=request_row, server=server, rule={}, begins_at=AT,
                               idempotency_key="s1", created_by=cast["agus"])  # fmt: skip
    for number, state in enumerate(("missed", "refused")):
        ScheduledRun.create(schedule=schedule, due_at=AT + timedelta(minutes=number), state=state)
    found = tell()
    assert found.success == Share(part=1, whole=6)
    assert found.success.percent == 16
    assert found.missed == 2
    missed = next(each for each in found.unusual if each.kind == "missed")
    assert (missed.count, missed.schedule) == (2, "Harian")
    assert found.outcomes["cancelled"] == 1


def test_rpo_is_the_age_of_the_last_whole_copy(tell, cast, settings, server, request_row):
    assert tell().rpo == Share(part=0, whole=1)
    assert tell().oldest_copy.copied_at is None
    machines.backed_up(request_row, cast["agus"], settings)
    run = machines.started(request_row, cast["agus"], settings, at=AT + timedelta(hours=20))
    machines.finished(run, state="incomplete", at=AT + timedelta(hours=20))
    ended = AT + timedelta(seconds=42)
    within, late = (tell(at=ended + timedelta(hours=30, seconds=extra)) for extra in (0, 1))
    assert (within.rpo, late.rpo) == (Share(part=1, whole=1), Share(part=0, whole=1))
    assert within.oldest_copy.copy_hours == 30


def test_the_age_of_the_last_proof_is_that_of_the_last_test_that_found_a_copy_whole(
    tell, cast, settings, server, request_row
):
    snapshot = machines.backed_up(request_row, cast["agus"], settings)
    assert (tell().proven, tell().unproven) == (Share(part=0, whole=1), 1)
    proven(snapshot, cast, settings, AT + timedelta(hours=1))
    proven(snapshot, cast, settings, AT + timedelta(hours=2), state="failed")
    found = tell(at=AT + timedelta(hours=1, seconds=42) + 3 * DAY)
    assert (found.proven, found.unproven, found.oldest_proof.proof_days) == (Share(part=1, whole=1), 0, 3)
    assert tell(Month(2027, 3), at=AT + 110 * DAY).proven == Share(part=0, whole=1)
    earlier = tell(at=AT + timedelta(minutes=50))
    assert earlier.unproven == 1


def test_sla_is_told_by_step_in_office_time(tell, cast, settings):
    file = desks.file(settings, cast)
    file.at += timedelta(hours=2)
    file.walk("center_disposition")
    file.at += timedelta(days=2)
    file.walk("policy_selection")
    found = evaluation.count(NOVEMBER, at=file.at + timedelta(seconds=1), settings=settings)
    by_step = {each.step: each for each in found.steps}
    assert by_step["unit_note"].in_time == Share(part=1, whole=1)
    assert by_step["unit_note"].average_seconds == 2 * 3600
    assert by_step["center_disposition"].in_time == Share(part=0, whole=1)
    assert found.sla == Share(part=1, whole=2)
    slow = by_step["center_disposition"]
    assert (slow.slowest_request, slow.slowest_number) == (file.request_id, file.row.number)
    assert found.slowest.step == "center_disposition"


def test_a_withdrawn_request_is_nobodys_delay(tell, cast, settings):
    file = desks.file(settings, cast)
    file.at += 5 * DAY
    file.act("sari", "withdraw")
    found = evaluation.count(NOVEMBER, at=file.at + timedelta(seconds=1), settings=settings)
    assert found.sla == Share(part=0, whole=0)
    assert (found.flow.received, found.flow.withdrawn) == (1, 1)


def test_a_decision_that_was_taken_back_did_not_happen(tell, cast, settings):
    file = desks.file(settings, cast)
    file.at += timedelta(hours=1)
    file.walk("center_disposition")
    Disposition.update(undone_at=file.at).where(Disposition.step == "unit_note").execute()
    found = evaluation.count(NOVEMBER, at=file.at + timedelta(seconds=1), settings=settings)
    assert found.sla == Share(part=0, whole=0)


def test_the_database_ranks_as_the_rules_do(tell, cast, settings, request_row):
    for count in (1, 19, 20, 21, 40):
        Disposition.delete().execute()
        times = [(number * 37) % 101 for number in range(count)]
        for number, seconds in enumerate(times):
            Disposition.create(backup_request=request_row, revision=number, step="reply", action="answer",
                               next_step="receipt", role="admin_affairs_head", entered_at=AT - DAY,
                               due_at=AT, office_seconds=seconds, created_at=AT)  # fmt: skip
        step = tell().steps[0]
        assert step.p95_seconds == sorted(times)[rank95(count) - 1]
        assert step.slowest_seconds == max(times)
        assert step.average_seconds == round(sum(times) / count)


def test_the_time_of_decisions_from_before_it_was_kept_is_counted_later(tell, cast, settings):
    file = desks.file(settings, cast)
    file.at += timedelta(hours=1)
    file.walk("center_disposition")
    kept = Disposition.get(Disposition.step == "unit_note").office_seconds
    Disposition.update(office_seconds=None).execute()
    found = evaluation.count(NOVEMBER, at=file.at + timedelta(seconds=1), settings=settings)
    assert found.steps[0].average_seconds == kept == 3600


def test_units_are_told_apart(tell, cast, settings, server, request_row):
    other = machines.trusted(cast["agus"], cast["joko"], settings, name="Arsip", address="10.20.30.41")
    wulan = machines.approved(cast["wulan"], cast["joko"], other)
    machines.backed_up(request_row, cast["agus"], settings)
    machines.finished(machines.started(wulan, cast["agus"], settings), state="failed")
    found = tell()
    lines = {unit.code: unit for unit in found.units}
    assert lines["PRTRN"].success == Share(part=1, whole=1)
    assert lines["PPIKSN"].success == Share(part=0, whole=1)
    assert [unit.servers for unit in found.units] == [1, 1]
    unit = Unit.get(Unit.code == "PRTRN")
    narrow = tell(unit_id=unit.id)
    assert (narrow.coverage, narrow.success) == (Share(part=1, whole=1), Share(part=1, whole=1))
    assert [each.code for each in narrow.units] == ["PRTRN"]


def test_what_requesters_said_is_told_by_month_and_unit(tell, cast, server):
    """Two units, a mark that was passed over, a reply that nobody marked, and one of the month before."""
    marks = {"sari": (5, None, 4), "wulan": (2, 3, 1), "dewi": None, "tono": (1, 1, 1)}
    for who, given in marks.items():
        row = machines.approved(cast[who], cast["joko"], server)
        at = AT if who != "tono" else AT - 30 * DAY
        BackupRequest.update(step="closed", outcome="granted", closed_at=at).where(
            BackupRequest.id == row.id
        ).execute()
        if given:
            kept = dict(zip(QUESTIONS, given, strict=True))
            Survey.create(backup_request=row, user=cast[who], created_at=at, remark="Cepat.", **kept)
    found = tell()
    assert found.said.answered == Share(part=2, whole=3)
    assert [getattr(found.said, name).value for name in QUESTIONS] == [3.5, 3.0, 2.5]
    assert found.said.overall.count == 5
    assert MonthLine.of(found).marks.value == 3.0
    assert {unit.code: unit.said.overall.value for unit in found.units}["PRTRN"] == 4.5
    unit = Unit.get(Unit.code == "PRTRN")
    narrow = tell(unit_id=unit.id)
    assert narrow.said.answered == Share(part=1, whole=1)
    listed = surveys.listed(NOVEMBER.begins, NOVEMBER.ends, unit.id)
    assert [(row.backup_request.unit.code, row.ease, row.speed) for row in listed.rows] == [
        ("PRTRN", 5, None)
    ]
    assert tell(Month(2026, 10), at=AT).said.overall.value == 1.0


def test_what_asks_for_a_person(tell, cast, settings, server, request_row):
    assert [each.kind for each in tell().unusual] == ["never_run"]
    assert [each.kind for each in tell(at=AT - timedelta(minutes=1)).unusual] == []
    run = machines.started(request_row, cast["agus"], settings)
    machines.finished(run, state="failed", code="ssh.refused")
    found = tell()
    assert [(each.kind, each.code) for each in found.unusual] == [("unreachable", "ssh.refused")]
    Run.update(backup_request=None, grant=None).where(Run.id == run.id).execute()
    kinds = [each.kind for each in tell().unusual]
    assert kinds == ["unauthorised", "never_run", "unreachable"]
    Grant.update(ends_at=AT + timedelta(hours=5)).execute()
    assert [each.kind for each in tell().unusual] == ["unauthorised", "expired", "unreachable"]
    assert all(each.server_id == server.id for each in tell().unusual)


def test_a_broken_glass_is_told_as_one(tell, cast, settings, server):
    row = Emergency.create(server=server, sources=[], reason="Cakram rusak.", digest="0" * 64, idempotency_key="e",
                           opened_by=cast["agus"], opened_at=AT, expires_at=AT + DAY)  # fmt: skip
    assert [(each.kind, each.emergency_id, each.state) for each in tell().unusual] == [
        ("emergency", row.id, "open")
    ]


def test_an_ended_month_is_counted_once_and_the_present_one_once_a_minute(
    cast, settings, server, request_row
):
    def told(month, at):
        return evaluation.figures(month, at=at, settings=settings).success.whole

    assert told(NOVEMBER, AT + timedelta(hours=1)) == 0
    machines.backed_up(request_row, cast["agus"], settings)
    assert told(NOVEMBER, AT + timedelta(hours=1, seconds=59)) == 0
    assert told(NOVEMBER, AT + timedelta(hours=1, seconds=61)) == 1
    after = NOVEMBER.ends + DAY
    assert told(NOVEMBER, after) == 1
    Run.update(state="cancelled").execute()
    assert told(NOVEMBER, after + 30 * DAY) == 1
    assert EvaluationMonth.select().count() == 1
    EvaluationMonth.update(rules=0).execute()
    assert told(NOVEMBER, after + 30 * DAY) == 0


def test_the_clock_counts_what_has_ended_one_month_at_a_time(cast, settings, server, request_row):
    machines.backed_up(request_row, cast["agus"], settings)
    run = machines.backed_up(request_row, cast["agus"], settings, at=AT + timedelta(hours=1)).run_id
    Run.update(finished_at=datetime(2026, 9, 15, tzinfo=UTC)).where(Run.id == run).execute()
    later = datetime(2026, 12, 5, tzinfo=UTC)
    assert [evaluation.keep_ended(later, settings) for _ in range(3)] == [["2026-11"], ["2026-09"], []]
    kept = {row.month: row.figures["success"]["whole"] for row in EvaluationMonth.select()}
    assert kept == {"2026-11": 1, "2026-09": 1}


def test_a_history_may_still_be_brought_into_a_month_in_which_nothing_happened(
    settings, cast, server, request_row
):
    later = NOVEMBER.ends + DAY

    def told(at):
        return evaluation.figures(Month(2026, 5), at=at, settings=settings)

    assert told(later).empty
    machines.backed_up(request_row, cast["agus"], settings)
    Run.update(finished_at=datetime(2026, 5, 15, tzinfo=UTC)).where(Run.kind == "backup").execute()
    assert told(later + timedelta(minutes=59)).empty
    assert told(later + timedelta(minutes=61)).success == Share(part=1, whole=1)
