"""Due times and the paused clock of Ditunda, in office time. Monday 23 November 2026; 02:00 UTC is 09.00 WIB."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal.errors import TransitionRefused
from portal.operations import audit, disposition
from portal.store.models import AuditEntry, CalendarDay
from tests.support import desks
from tests.support.desks import assert_chained


def wib(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """That office clock time in 2026, as UTC."""
    return datetime(2026, month, day, hour - 7, minute, tzinfo=UTC)


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast, at=wib(23, 9))


def at_execution(file: desks.File, at: datetime) -> desks.File:
    """The request, approved for execution at `at`: one office hour runs."""
    file.walk("specification_selection")
    file.at = at
    return file.walk("execution")


def test_it_gives_each_desk_its_time(file):
    assert file.row.due_at == wib(24, 9)
    file.walk("center_disposition")
    assert file.row.due_at == wib(24, 9)
    file.walk("policy_selection")
    assert file.row.due_at == wib(23, 15)  # 3 hours to lunch, 2 after it
    file.walk("specification_selection")
    assert file.row.due_at == wib(23, 12)
    file.walk("execution")
    assert file.row.due_at == wib(23, 10)


def test_it_counts_from_when_the_step_was_entered_and_over_free_days(file):
    CalendarDay.create(date=date(2026, 11, 27), kind="holiday", name="Libur")
    file.at = wib(26, 15)
    file.walk("center_disposition")
    assert (file.row.step_entered_at, file.row.due_at) == (wib(26, 15), wib(30, 15))
    file.walk("policy_selection")
    assert file.row.due_at == wib(30, 11, 30)  # one hour on Thursday, then Monday from 07.30


def test_it_keeps_each_steps_due_time_with_its_decision(file):
    file.at = wib(25, 9)
    file.act("bambang", "forward")
    late = file.dispositions[-1]
    assert (late.entered_at, late.due_at, late.created_at) == (wib(23, 9), wib(24, 9), wib(25, 9))


def test_it_pauses_and_resumes_with_the_office_time_that_was_left(file):
    at_execution(file, wib(23, 11, 30))
    assert file.row.due_at == wib(23, 13, 30)  # over lunch
    file.at = wib(23, 11, 50)
    file.act("agus", "postpone", note="Disk penuh.", postponed_until=date(2026, 11, 26))
    row = file.row
    assert (row.step, row.paused_at, row.remaining_seconds) == ("execution", file.at, 40 * 60)
    assert row.postponed_until == wib(26, 7, 30)
    file.at = wib(25, 15, 45)
    file.act("agus", "resume")
    row = file.row
    assert (row.paused_at, row.remaining_seconds, row.postponed_until) == (None, None, None)
    assert row.due_at == wib(26, 7, 55)  # 15 minutes on Wednesday, 25 on Thursday
    assert_chained(file)


def test_it_lets_the_clock_go_on_when_the_day_has_come(file):
    at_execution(file, wib(23, 9))
    file.at = wib(23, 9, 20)
    file.act("agus", "postpone", note="Disk penuh.", postponed_until=date(2026, 11, 26))
    assert disposition.resume_postponed(wib(26, 7, 29)) == []
    assert file.row.paused_at is not None
    assert disposition.resume_postponed(wib(26, 7, 30)) == [file.request_id]
    row = file.row
    assert (row.step, row.paused_at, row.due_at) == ("execution", None, wib(26, 8, 10))
    assert disposition.resume_postponed(wib(26, 7, 31)) == []
    assert file.row.due_at == wib(26, 8, 10)
    entry = AuditEntry.get(AuditEntry.tag == "request:resumed")
    assert (entry.actor_id, entry.subject_id) == (None, file.request_id)
    written = file.dispositions[-1]
    assert (written.action, written.actor_id, written.created_at) == ("resume", None, wib(26, 7, 30))
    assert file.row.revision == written.revision + 1
    file.at = wib(26, 8)
    file.act("agus", "follow_up")
    assert file.row.due_at == wib(26, 8, 10)
    assert audit.verify().ok


def test_it_keeps_what_was_late_late(file):
    at_execution(file, wib(23, 9))
    file.at = wib(23, 10, 30)
    file.act("agus", "postpone", note="Disk penuh.", postponed_until=date(2026, 11, 26))
    assert file.row.remaining_seconds == -30 * 60
    file.at = wib(25, 9)
    file.act("agus", "resume")
    assert file.row.due_at == wib(25, 8, 30)


def test_it_ends_the_pause_when_work_begins(file):
    at_execution(file, wib(23, 9))
    file.act("agus", "postpone", note="Disk penuh.", postponed_until=date(2026, 11, 26))
    file.at = wib(24, 9)
    file.act("agus", "follow_up")
    row = file.row
    assert (row.paused_at, row.due_at, row.followed_up_at) == (None, wib(24, 10), wib(24, 9))


def test_it_pauses_work_that_began_and_reports_after(file):
    at_execution(file, wib(23, 9)).walk("")
    file.prove()
    file.act("agus", "postpone", note="Jaringan diperbaiki.", postponed_until=date(2026, 11, 26))
    file.at = wib(24, 9)
    file.act("agus", "report")
    row = file.row
    assert (row.step, row.paused_at, row.remaining_seconds, row.postponed_until) == (
        "subdivision_report",
        None,
        None,
        None,
    )
    assert row.due_at == wib(24, 10)
    assert_chained(file)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"postponed_until": date(2026, 11, 26)}, "chain.note_required"),
        ({"note": "Disk penuh."}, "guard.postpone_complete"),
        ({"note": "Disk penuh.", "postponed_until": date(2026, 11, 23)}, "guard.postpone_complete"),
        ({"note": "Disk penuh.", "postponed_until": date(2026, 11, 20)}, "guard.postpone_complete"),
        ({"note": "Disk penuh.", "postponed_until": date(2036, 11, 20)}, "guard.postpone_complete"),
    ],
)
def test_it_postpones_only_with_a_reason_and_a_coming_day(file, sent, code):
    at_execution(file, wib(23, 9))
    with pytest.raises(TransitionRefused) as refused:
        file.act("agus", "postpone", **sent)
    assert refused.value.code == code
    assert (file.row.paused_at, file.row.due_at) == (None, wib(23, 10))


def test_it_judges_the_day_by_the_office_and_not_by_utc(file):
    # 23.30 UTC on Monday is 06.30 WIB on Tuesday: Tuesday is today.
    at_execution(file, datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    with pytest.raises(TransitionRefused):
        file.act("agus", "postpone", note="Disk penuh.", postponed_until=date(2026, 11, 24))
    file.act("agus", "postpone", note="Disk penuh.", postponed_until=date(2026, 11, 25))
    assert file.row.paused_at is not None


def test_it_resumes_nothing_that_is_not_paused(file):
    at_execution(file, wib(23, 9))
    with pytest.raises(TransitionRefused) as refused:
        file.act("agus", "resume")
    assert refused.value.code == "guard.paused"


def test_it_gives_a_paused_request_another_day_and_keeps_its_time(file):
    at_execution(file, wib(23, 9))
    file.at = wib(23, 9, 20)
    file.act("agus", "postpone", note="Disk penuh.", postponed_until=date(2026, 11, 25))
    file.at = wib(24, 14)
    file.act("agus", "postpone", note="Disk belum datang.", postponed_until=date(2026, 12, 1))
    row = file.row
    assert (row.paused_at, row.remaining_seconds) == (wib(23, 9, 20), 40 * 60)
    assert disposition.resume_postponed(wib(30, 9)) == []
    assert disposition.resume_postponed(wib(1, 7, 30, month=12)) == [file.request_id]
    assert file.row.due_at == wib(1, 8, 10, month=12)


def test_it_can_be_withdrawn_while_it_is_postponed_before_the_work(file):
    at_execution(file, wib(23, 9))
    file.act("agus", "postpone", note="Disk penuh.", postponed_until=date(2026, 11, 26))
    file.act("sari", "withdraw")
    row = file.row
    assert (row.step, row.paused_at, row.postponed_until, row.due_at) == ("withdrawn", None, None, None)
    assert disposition.resume_postponed(wib(30, 9)) == []
    assert_chained(file)
