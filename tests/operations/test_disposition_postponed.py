"""Ditunda: the clock stands still, visibly, and goes on where it stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.errors import TransitionRefused
from portal.operations import calendar, disposition, office
from portal.store.models import AuditEntry, Disposition
from portal.store.queries import dispositions
from tests.support.chain import Way


@pytest.fixture
def way(cast, settings) -> Way:
    found = Way(cast, settings)
    calendar.seed((2026,), actor=None, at=found.at)
    return found.to("execution")


def postpone(way: Way, until: str = "2026-11-30") -> Way:
    return way.act("agus", "postpone", note="Server pindah rak.", postponed_until=until)


def counted(way: Way) -> timedelta:
    """The office time that the page lists as counted."""
    slices = office.explained(way.row, dispositions.of_request(way.id))
    return sum((piece.duration for piece in slices if piece.kind == "counted"), timedelta())


def test_it_stops_the_clock_and_keeps_the_request_in_execution(way):
    due = way.row.due_at
    postpone(way.later(minutes=10))
    row = way.row
    assert (row.step, row.paused_at, row.revision) == ("execution", way.at, 6)
    assert timedelta(seconds=row.remaining_seconds) == due - way.at
    assert row.postponed_until.isoformat() == "2026-11-30T00:30:00+00:00"
    decision = Disposition.get(Disposition.action == "postpone")
    assert (decision.note, decision.data["postponed_until"]) == ("Server pindah rak.", "2026-11-30")


@pytest.mark.parametrize("until", ["2026-11-23", "2026-11-22", "2028-01-01", None])
def test_it_takes_a_date_that_is_to_come_within_a_year(way, until):
    with pytest.raises(TransitionRefused, match=r"guard.postpone_complete"):
        way.act("agus", "postpone", note="Alasan.", postponed_until=until)
    assert way.row.paused_at is None


def test_it_asks_for_the_reason(way):
    with pytest.raises(TransitionRefused, match=r"chain.note_required"):
        way.act("agus", "postpone", postponed_until="2026-11-30")


def test_it_goes_on_with_the_time_that_was_left(way):
    postpone(way.later(minutes=10))
    left = timedelta(seconds=way.row.remaining_seconds)
    way.later(days=1).act("yusuf", "resume")
    row = way.row
    assert (row.paused_at, row.remaining_seconds, row.postponed_until) == (None, None, None)
    assert row.due_at == way.at + left
    assert counted(way) == timedelta(hours=1)


def test_it_goes_on_by_itself_when_the_date_has_come(way):
    postpone(way)
    assert disposition.resume_postponed(way.at + timedelta(days=1)) == []
    opening = way.row.postponed_until
    assert disposition.resume_postponed(opening) == [way.id]
    assert disposition.resume_postponed(opening) == []
    row = way.row
    assert (row.paused_at, row.revision) == (None, 7)
    assert row.due_at > opening
    last = dispositions.of_request(way.id)[-1]
    assert (last.action, last.actor, last.revision) == ("resume", None, 6)
    assert AuditEntry.select().where(AuditEntry.tag == "request:resumed").count() == 1
    assert counted(way) == timedelta(hours=1)


def test_it_counts_nothing_while_it_stands_still(way):
    entered = way.row.step_entered_at
    postpone(way.later(minutes=10))
    assert counted(way) == way.at - entered


def test_it_may_be_put_off_again_without_gaining_time(way):
    postpone(way.later(minutes=10))
    seconds, paused = way.row.remaining_seconds, way.row.paused_at
    postpone(way.later(days=1), "2026-12-14")
    row = way.row
    assert (row.remaining_seconds, row.paused_at) == (seconds, paused)
    assert row.postponed_until.date().isoformat() == "2026-12-14"
    way.later(days=1).act("agus", "resume")
    assert counted(way) == timedelta(hours=1)


def test_it_stays_late_by_as_much(way):
    postpone(way.later(hours=2))
    assert way.row.remaining_seconds < 0
    way.later(days=2).act("agus", "resume")
    assert way.row.due_at < way.at


def test_it_goes_on_when_the_work_begins(way):
    postpone(way)
    way.later(hours=1).act("agus", "follow_up")
    assert (way.row.paused_at, way.row.followed_up_at) == (None, way.at)
    assert counted(way) == timedelta(hours=1)


def test_it_offers_to_go_on_only_while_it_stands_still(way):
    def offered() -> set[str]:
        return {row.action.value for row in disposition.available(way.row, way.cast["agus"], way.at)}

    assert "resume" not in offered()
    with pytest.raises(TransitionRefused, match=r"guard.paused"):
        way.act("agus", "resume")
    postpone(way)
    assert {"resume", "postpone"} <= offered()
