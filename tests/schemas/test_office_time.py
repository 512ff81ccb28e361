from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from schemas.office_time import DayForm, PeriodForm, Simulation, open_hours, typed_hours, week_hours

clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("typed", "pairs"),
    [
        ("", ()),
        ("07.30-12.00, 13.00-16.00", (("07:30", "12:00"), ("13:00", "16:00"))),
        ("7:30 – 12:00; 13.00 s.d. 16.00", (("07:30", "12:00"), ("13:00", "16:00"))),
        ("08.00-12.00,12.00-15.00", (("08:00", "12:00"), ("12:00", "15:00"))),
    ],
)
def test_it_reads_hours_as_a_hand_writes_them(typed, pairs):
    assert open_hours(typed) == pairs
    assert open_hours(typed_hours(pairs)) == pairs


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("siang", "calendar.hours"),
        ("07.30", "calendar.hours"),
        ("07.30-24.00", "calendar.hours"),
        ("07.75-12.00", "calendar.hours"),
        ("12.00-07.30", "calendar.span_order"),
        ("08.00-08.00", "calendar.span_order"),
        ("08.00-12.00, 11.59-15.00", "calendar.spans_overlap"),
        ("13.00-15.00, 08.00-12.00", "calendar.spans_overlap"),
    ],
)
def test_it_refuses_hours_that_no_day_can_have(typed, code):
    with pytest.raises(PydanticCustomError) as refused:
        open_hours(typed)
    assert refused.value.type == code


@given(st.lists(clocks, min_size=2, max_size=12, unique=True).map(sorted))
def test_it_takes_every_day_of_spans_in_order(clocks: list[time]):
    pairs = tuple(
        (f"{start:%H:%M}", f"{end:%H:%M}") for start, end in zip(clocks[::2], clocks[1::2], strict=False)
    )
    assert open_hours(typed_hours(pairs)) == pairs


@given(st.text(max_size=60))
def test_it_answers_whatever_is_typed_with_spans_or_a_refusal(text):
    try:
        pairs = open_hours(text)
    except PydanticCustomError:
        return
    flat = [clock for pair in pairs for clock in pair]
    assert flat == sorted(flat)


def test_a_dash_closes_a_weekday_and_nothing_leaves_it_as_usual():
    assert week_hours("-") == ()
    assert week_hours(" ") is None
    form = PeriodForm(
        name="Ramadan", first="2027-02-08", last="2027-03-09", hours_0="08.00-15.00", hours_6="-"
    )
    assert form.weekly() == {"0": [["08:00", "15:00"]], "6": []}
    assert form.problems() == {}


def test_it_wants_hours_of_a_special_day_and_a_period_that_runs_forward():
    day = {"day": "2026-12-24", "name": "Jam khusus", "hours": ""}
    assert list(DayForm(kind="special", **day).problems()) == ["hours"]
    assert DayForm(kind="holiday", **day).problems() == {}
    back = PeriodForm(name="x", first="2027-03-09", last="2027-02-08", hours_0="08.00-15.00")
    assert list(back.problems()) == ["last"]
    assert list(PeriodForm(name="x", first="2027-03-09", last="2027-03-10").problems()) == ["hours_0"]


def test_it_reads_a_simulation():
    asked = Simulation(start="2027-03-08T14:00", amount="5", unit="hour", closed="")
    assert (asked.start, asked.amount, asked.closed) == (datetime(2027, 3, 8, 14), 5, None)  # noqa: DTZ001
    assert Simulation(start="2027-03-08 14.00", amount="1", closed="9/3/2027").closed == date(2027, 3, 9)
    for bad in ({"start": "besok"}, {"start": "2027-03-08T25:00"}, {"amount": "0"}, {"amount": "satu"}):
        with pytest.raises(ValidationError):
            Simulation(**({"start": "2027-03-08T14:00", "amount": "5"} | bad))
