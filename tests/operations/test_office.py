"""How a due time was counted, so that whoever doubts it can follow."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from portal.operations import calendar, disposition, office
from portal.store.queries import dispositions
from tests.support import desks


@pytest.fixture
def file(cast, settings):
    calendar.seed((2026,), actor=None, at=desks.MONDAY)
    return desks.file(settings, cast)


def slices(file: desks.File):
    return office.explained(file.row, dispositions.of_request(file.request_id))


def counted(file: desks.File) -> timedelta:
    return sum((piece.duration for piece in slices(file) if piece.kind == "counted"), timedelta())


def postpone(file: desks.File, until: str = "2026-11-30") -> None:
    file.act("agus", "postpone", note="Server pindah rak.", postponed_until=until)


def test_it_lists_the_way_to_the_due_time_without_gaps(file):
    found = slices(file.walk("policy_selection"))
    assert (found[0].start, found[-1].end) == (file.row.step_entered_at, file.row.due_at)
    assert all(earlier.end == later.start for earlier, later in pairwise(found))
    assert counted(file) == timedelta(hours=5)
    assert "break" in {piece.kind for piece in found}


def test_it_explains_nothing_where_no_clock_runs(file):
    file.act("bambang", "return", note="Lengkapi.", marked_fields=("reason",))
    assert slices(file) == ()


def test_it_leaves_a_postponement_out(file):
    file.walk("execution")
    file.at += timedelta(minutes=10)
    postpone(file)
    assert counted(file) == timedelta(minutes=10), "while it lasts, only what was counted before"
    file.at += timedelta(days=1)
    file.act("agus", "resume")
    assert counted(file) == timedelta(hours=1)
    assert slices(file)[-1].end == file.row.due_at
    assert "paused" in {piece.kind for piece in slices(file)}


def test_it_leaves_out_a_postponement_that_ended_by_itself(file):
    file.walk("execution")
    file.at += timedelta(minutes=10)
    postpone(file)
    assert disposition.resume_postponed(file.row.postponed_until) == [file.request_id]
    assert counted(file) == timedelta(hours=1)
    assert dispositions.of_request(file.request_id)[-1].actor is None


def test_it_counts_two_postponements_in_a_row_as_one(file):
    file.walk("execution")
    file.at += timedelta(minutes=10)
    postpone(file)
    file.at += timedelta(days=1)
    postpone(file, "2026-12-14")
    file.at += timedelta(days=1)
    file.act("agus", "follow_up")
    assert counted(file) == timedelta(hours=1)
    assert len([piece for piece in slices(file) if piece.kind == "paused"]) == 3, (
        "one for each day it touches"
    )
