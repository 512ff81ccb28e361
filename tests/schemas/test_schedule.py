from __future__ import annotations

from datetime import date, time

import pytest
from pydantic import ValidationError

from schemas.schedule import DaySpan, Rhythm, ScheduleForm

DAILY = {"name": "Harian", "rhythm": "daily", "at": "02:30"}


def made(**typed) -> ScheduleForm:
    return ScheduleForm(**(DAILY | typed))


def refusal(**typed) -> tuple[str, str]:
    with pytest.raises(ValidationError) as refused:
        made(**typed)
    error = refused.value.errors()[0]
    return error["loc"][0], error["type"]


def test_it_reads_what_a_browser_sends():
    form = made(weekdays=["4", "0"], month_day="31", window_start="22:00", window_end="05.00",
                rests="2026-12-24 - 2027-01-02\n\n17-8-2027", jitter_minutes="10", grace_minutes="",
                catch_up_hours="12", bandwidth_kib="2048")  # fmt: skip
    rule = form.rule()
    assert form.problems() == {}
    assert (rule.rhythm, rule.at, rule.weekdays, rule.month_day) == (Rhythm.DAILY, time(2, 30), (), 1)
    assert (rule.window.start, rule.window.end) == (time(22), time(5))
    assert rule.rests == (
        DaySpan(first=date(2026, 12, 24), last=date(2027, 1, 2)),
        DaySpan(first=date(2027, 8, 17), last=date(2027, 8, 17)),
    )
    numbers = (rule.jitter_minutes, rule.grace_minutes, rule.catch_up_hours, rule.bandwidth_kib)
    assert numbers == (10, 60, 12, 2048)


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"name": " "}, "name", "field.required"),
        ({"rhythm": "hourly"}, "rhythm", "form.choice"),
        ({"at": "24:00"}, "at", "schedule.time"),
        ({"weekdays": ["7"]}, "weekdays", "form.choice"),
        ({"month_day": "32"}, "month_day", "schedule.month_day.range"),
        ({"cron": "0 2 * *"}, "cron", "schedule.cron"),
        ({"cron": "0 0 2 * * *"}, "cron", "schedule.cron"),
        ({"cron": "61 2 * * *"}, "cron", "schedule.cron"),
        ({"cron": "0 2 31 2 *"}, "cron", "schedule.cron"),
        ({"cron": "* * * * *"}, "cron", "schedule.cron_too_often"),
        ({"cron": "0,5 2 * * *"}, "cron", "schedule.cron_too_often"),
        ({"rests": "besok"}, "rests", "schedule.rests"),
        ({"rests": "2026-12-02 - 2026-12-01"}, "rests", "schedule.rests_order"),
        ({"rests": "2026-12-02 - 2028-12-01"}, "rests", "schedule.rests_order"),
        ({"rests": "\n".join(["2026-12-02"] * 61)}, "rests", "schedule.rests_too_many"),
        ({"jitter_minutes": "181"}, "jitter_minutes", "schedule.jitter.range"),
        ({"grace_minutes": "0"}, "grace_minutes", "schedule.grace.range"),
        ({"catch_up_hours": "x"}, "catch_up_hours", "schedule.catch_up.kind"),
        ({"bandwidth_kib": "-1"}, "bandwidth_kib", "schedule.bandwidth.range"),
    ],
)
def test_it_refuses_what_cannot_be_meant(typed, field, code):
    assert refusal(**typed) == (field, code)


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"at": ""}, "at", "field.required"),
        ({"rhythm": "cron"}, "cron", "field.required"),
        ({"rhythm": "weekly"}, "weekdays", "schedule.no_weekday"),
        ({"window_start": "20:00"}, "window_end", "schedule.window_half"),
        ({"window_start": "20:00", "window_end": "20:00"}, "window_end", "schedule.window_empty"),
        ({"window_start": "20:00", "window_end": "23:00"}, "at", "schedule.outside_window"),
        ({"window_start": "03:00", "window_end": "02:30"}, "at", "schedule.outside_window"),
    ],
)
def test_it_says_what_does_not_fit_together(typed, field, code):
    assert made(**typed).problems() == {field: (code, {})}


@pytest.mark.parametrize("text", ["*/15 * * * *", "0 2 29 2 *", "30 1 * * mon-fri", "0 3 L * *"])
def test_it_takes_cron_as_people_write_it(text):
    form = made(rhythm="cron", at="", cron=text)
    assert form.problems() == {}
    assert form.rule().cron == text.upper()
