"""When a request is likely to be answered: never earlier for a later look, a longer way or a longer pause."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sop.expected import GRANTED_WAY, Standing, finish, forecast, passed, way_ahead
from portal.sop.table import CURRENT_VERSION, Step
from portal.sop.worktime import OfficeCalendar, SpecialDay

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Nine in the morning, office time."""
CALENDAR = OfficeCalendar(days={date(2026, 12, 25): SpecialDay("Natal")})
WAITING = tuple(step for step in Step if step in GRANTED_WAY[:-1] or step is Step.REFUSAL_REVIEW)
ENDED = (Step.RECEIPT, Step.CLOSED, Step.WITHDRAWN)

moments = st.timedeltas(timedelta(0), timedelta(days=90)).map(MONDAY.__add__)
steps = st.sampled_from(WAITING)
spans = st.timedeltas(timedelta(0), timedelta(days=30))


def standing(step, due_at=None, **more):
    return Standing(CURRENT_VERSION, step, due_at=due_at, **more)


def test_it_adds_up_the_desks_ahead():
    """Sent on a Monday at nine: a day, a day, 5 + 3 + 1 + 1 + 1 + 3 office hours."""
    seen = forecast(CALENDAR, standing(Step.UNIT_NOTE, MONDAY + timedelta(days=1)), MONDAY)
    days = [(step, f"{moment.astimezone(CALENDAR.timezone):%d %H:%M}") for step, moment in seen]
    assert days == [
        (Step.UNIT_NOTE, "24 09:00"),
        (Step.CENTER_DISPOSITION, "25 09:00"),
        (Step.POLICY_SELECTION, "25 15:00"),
        (Step.SPECIFICATION_SELECTION, "26 09:30"),
        (Step.EXECUTION, "26 10:30"),
        (Step.SUBDIVISION_REPORT, "26 11:30"),
        (Step.DIVISION_REPORT, "26 13:30"),
        (Step.REPLY, "27 08:00"),
    ]
    assert finish(CALENDAR, standing(Step.UNIT_NOTE, MONDAY + timedelta(days=1)), MONDAY) == seen[-1][1]


@pytest.mark.parametrize("step", ENDED)
def test_it_foretells_nothing_once_the_reply_is_there(step):
    assert forecast(CALENDAR, standing(step, MONDAY), MONDAY) == ()
    assert finish(CALENDAR, standing(step, MONDAY), MONDAY) is None


def test_it_goes_straight_to_the_reply_of_a_refusal():
    assert way_ahead(Step.REPLY, refused=True) == (Step.RECEIPT,)
    assert way_ahead(Step.REFUSAL_REVIEW, refused=True) == (Step.REPLY, Step.RECEIPT)
    found = forecast(CALENDAR, standing(Step.REFUSAL_REVIEW, MONDAY, refused=True), MONDAY)
    assert [step for step, _ in found] == [Step.REFUSAL_REVIEW, Step.REPLY]


def test_what_is_not_sent_yet_counts_as_sent_now():
    draft = finish(CALENDAR, standing(Step.SUBMISSION), MONDAY)
    assert draft == finish(CALENDAR, standing(Step.UNIT_NOTE, MONDAY + timedelta(days=1)), MONDAY)


@given(steps, moments, moments)
def test_it_is_in_order_and_never_in_the_past(step, at, due_at):
    found = [moment for _, moment in forecast(CALENDAR, standing(step, due_at), at)]
    assert found == sorted(found)
    assert found[0] >= at


@given(steps, moments, spans, moments)
def test_a_later_look_gives_no_earlier_finish(step, at, later, due_at):
    now, then = (finish(CALENDAR, standing(step, due_at), look) for look in (at, at + later))
    assert now <= then


@given(st.integers(0, len(GRANTED_WAY) - 3), moments, moments)
def test_a_longer_way_gives_no_earlier_finish(index, at, due_at):
    """The same moment one step further is never expected later."""
    here, further = (finish(CALENDAR, standing(step, due_at), at) for step in GRANTED_WAY[index : index + 2])
    assert here >= further


@given(steps, moments, spans, spans, spans)
def test_a_longer_postponement_gives_no_earlier_finish(step, at, resumes, more, left):
    short, long = (
        finish(CALENDAR, standing(step, at, resumes_at=at + wait, left=left), at)
        for wait in (resumes, resumes + more)
    )
    assert short <= long
    assert short >= at + resumes


@given(steps, moments, spans)
def test_a_postponement_moves_the_finish_behind_its_end(step, at, wait):
    """What was late when it was postponed is not expected before it goes on."""
    late = standing(step, at, resumes_at=at + wait, left=-timedelta(hours=20))
    assert finish(CALENDAR, late, at) >= at + wait


def test_it_counts_the_steps_behind():
    assert [passed(step) for step in GRANTED_WAY] == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert (passed(Step.CLOSED), passed(Step.SUBMISSION)) == (9, 0)
