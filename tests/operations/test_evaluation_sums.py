"""The present month is counted on from where the last count stood, and says what counting all of it says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.operations import evaluation, evaluation_sums
from portal.sop.evaluation import Month
from portal.store.models import Disposition, EvaluationSum
from tests.support import desks

NOVEMBER = Month(2026, 11)
WAY = (("bambang", "forward"), ("hendro", "forward"), ("ratna", "approve"))


@pytest.fixture
def alike(settings, cast):
    """Counted on, and counted from all: held against each other; what both say."""

    def told(at, **more):
        went_on = evaluation.figures(NOVEMBER, at=at, settings=settings, anew=True, **more)
        anew = evaluation.count(NOVEMBER, at=at, settings=settings, **more)
        # The disk is nobody's decision.
        assert went_on.model_copy(update={"room": None}) == anew.model_copy(update={"room": None})
        return went_on

    return told


def test_it_goes_on_where_the_last_count_stood(settings, cast, alike):
    at = desks.MONDAY
    for number, who in enumerate(("sari", "wulan", "sari", "joko")):
        file = desks.file(settings, cast, who, at=at)
        for head, action in WAY[: number + 1]:
            file.at = at = at + timedelta(hours=7 * number + 2)
            file.act("hendro" if head == "bambang" and who != "sari" else head, action)
            told = alike(at + timedelta(seconds=1))
            alike(at + timedelta(seconds=1), unit_id=cast["sari"].unit_id)
    assert told.sla.whole == 9
    row = EvaluationSum.get(EvaluationSum.scope == "all")
    assert desks.MONDAY < row.until <= at
    # What was added up is not read again: a decision that nobody made then changes nothing any more.
    Disposition.update(office_seconds=10**6).where(Disposition.created_at < row.until).execute()
    assert evaluation.figures(NOVEMBER, at=at, settings=settings, anew=True).slowest.slowest_seconds < 10**6


def test_what_was_taken_back_is_not_added_up(settings, cast, alike):
    file = desks.file(settings, cast)
    file.at += timedelta(hours=1)
    file.act("bambang", "forward")
    file.at += timedelta(hours=2)
    assert alike(file.at).sla.whole == 1
    assert EvaluationSum.select().exists()
    file.undo("bambang")
    assert not EvaluationSum.select().exists()
    assert alike(file.at + timedelta(seconds=1)).sla.whole == 0


def test_a_clock_that_ran_ahead_leaves_nothing_out(settings, cast, alike):
    alike(desks.MONDAY + timedelta(days=2))
    file = desks.file(settings, cast)
    file.act("bambang", "forward")
    assert alike(file.at + timedelta(seconds=1)).sla.whole == 1


def test_the_clock_adds_up_once_an_hour(settings, cast, alike):
    file = desks.file(settings, cast)
    file.act("bambang", "forward")
    evaluation.keep_ended(file.at + timedelta(hours=2), settings)
    until = [row.until for row in EvaluationSum.select()]
    assert until == [file.at + timedelta(hours=2) - evaluation_sums.SETTLED]
    evaluation.keep_ended(file.at + timedelta(hours=2, minutes=50), settings)
    assert [row.until for row in EvaluationSum.select()] == until
    evaluation.keep_ended(file.at + timedelta(hours=3, minutes=10), settings)
    assert EvaluationSum.get().until > until[0]
