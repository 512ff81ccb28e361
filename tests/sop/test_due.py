from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sop.due import OFFICE_ZONE, Verdict, dues, next_due, settle
from schemas.schedule import DaySpan, Rhythm, ScheduleRule, Window

MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=OFFICE_ZONE)
BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
instants = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE
)
windows = st.none() | st.builds(
    Window, start=st.just(time(20)), end=st.sampled_from([time(5), time(23, 30), time(19, 59)])
)
rest_days = st.lists(
    st.builds(lambda first, more: DaySpan(first=first, last=first + more * DAY),
              st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(0, 40)), max_size=4).map(tuple)  # fmt: skip
rules = st.builds(
    ScheduleRule,
    rhythm=st.sampled_from(Rhythm),
    at=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(sorted).map(tuple),
    month_day=st.integers(1, 31),
    cron=st.sampled_from(["*/15 * * * *", "0 */6 * * *", "30 2 * * *", "0 3 1,15 * *", "15 22 * * 5"]),
    window=windows,
    rests=rest_days,
    jitter_minutes=st.integers(0, 180),
    grace_minutes=st.integers(5, 120),
    catch_up_hours=st.integers(0, 72),
)


def rule(rhythm="daily", at="02:00", **more) -> ScheduleRule:
    return ScheduleRule(rhythm=rhythm, at=time.fromisoformat(at), **more)


def local(found) -> list[str]:
    return [f"{due.at.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}" for due in found]


def between(given_rule, days=30, zone=OFFICE_ZONE, start=MONDAY):
    return list(dues(given_rule, 7, start, start + days * DAY, zone))


def test_it_comes_daily_by_the_offices_clock():
    assert local(between(rule(), 2)) == ["2026-11-23 02:00", "2026-11-24 02:00"]


def test_it_comes_on_the_weekdays_that_were_ticked():
    found = local(between(rule("weekly", weekdays=(0, 4)), 8))
    assert found == ["2026-11-23 02:00", "2026-11-27 02:00", "2026-11-30 02:00"]


def test_a_month_without_that_day_runs_on_its_last():
    found = between(rule("monthly", month_day=31), 120)
    assert [due[:10] for due in local(found)] == ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]


def test_it_reads_cron_by_the_offices_clock():
    found = local(between(rule("cron", cron="0 3 1,15 * *"), 30))
    assert found == ["2026-12-01 03:00", "2026-12-15 03:00"]


def test_it_keeps_to_the_window_and_rests():
    rests = (DaySpan(first=date(2026, 11, 24), last=date(2026, 11, 25)),)
    window = Window(start=time(22), end=time(2))
    found = local(between(rule("cron", cron="0 */2 * * *", window=window, rests=rests), 4))
    assert found == ["2026-11-23 22:00", "2026-11-26 00:00", "2026-11-26 22:00", "2026-11-27 00:00"]


def test_it_finds_a_leap_day_and_gives_up_on_what_never_comes():
    assert local([next_due(rule("cron", cron="0 2 29 2 *"), 1, MONDAY)]) == ["2028-02-29 02:00"]
    closed = Window(start=time(3, 5), end=time(3, 6))
    assert next_due(rule("cron", cron="0 2 * * *", window=closed), 1, MONDAY) is None


@given(rules, instants, st.integers(1, 1000))
def test_dues_are_in_order_inside_the_window_and_on_no_rest(given_rule, start, schedule_id):
    found = list(dues(given_rule, schedule_id, start, start + 20 * DAY))
    for due in found:
        here = due.at.astimezone(OFFICE_ZONE)
        assert start < due.at <= start + 20 * DAY
        assert not any(rest.first <= here.date() <= rest.last for rest in given_rule.rests)
        assert timedelta() <= due.start - due.at <= given_rule.jitter_minutes * MINUTE
        for moment in (due.at, due.start):
            assert given_rule.window is None or given_rule.window.holds(moment.astimezone(OFFICE_ZONE).time())
    for earlier, later in pairwise(found):
        assert earlier.at <= earlier.start < later.at


@given(rules, instants, st.integers(0, 20 * 24 * 60))
def test_dues_do_not_depend_on_when_they_are_asked_for(given_rule, start, minutes):
    end, middle = start + 20 * DAY, start + minutes * MINUTE
    whole = list(dues(given_rule, 5, start, end))
    assert [*dues(given_rule, 5, start, middle), *dues(given_rule, 5, middle, end)] == whole
    assert next_due(given_rule, 5, start) == (whole[0] if whole else next_due(given_rule, 5, end))


@given(rules, instants)
def test_no_due_time_comes_twice_where_the_clocks_are_changed(given_rule, start):
    found = [due.at for due in dues(given_rule, 5, start, start + 20 * DAY, BERLIN)]
    assert found == sorted(set(found))


@pytest.mark.parametrize(("day", "expected"), [("2026-10-25", "00:30"), ("2026-03-29", "01:30")])
def test_an_hour_that_comes_twice_or_not_at_all_runs_once(day, expected):
    start = datetime.combine(date.fromisoformat(day), time(0), BERLIN)
    for given_rule in (rule(at="02:30"), rule("cron", cron="30 2 * * *")):
        found = [due.at for due in dues(given_rule, 5, start, start + 20 * HOUR, BERLIN)]
        assert len(found) == 1
    assert f"{next(dues(rule(at='02:30'), 5, start, start + DAY, BERLIN)).at:%H:%M}" == expected


def test_the_jitter_differs_between_schedules_and_is_always_the_same():
    given_rule = rule(jitter_minutes=60)
    starts = [next_due(given_rule, number, MONDAY).start for number in range(1, 30)]
    assert len(set(starts)) > 20
    assert starts == [next_due(given_rule, number, MONDAY).start for number in range(1, 30)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE_ZONE)


def test_it_starts_what_is_due_and_nothing_before():
    assert settle(rule(), 1, MONDAY, at("2026-11-23T01:59:59")) == Verdict()
    found = settle(rule(), 1, MONDAY, at("2026-11-23T02:00"))
    assert (local([found.start]), found.late, found.missed) == (["2026-11-23 02:00"], False, ())


def test_it_catches_up_once_for_all_that_was_missed():
    found = settle(rule(catch_up_hours=24), 1, MONDAY, at("2026-11-26T09:00"))
    assert (local([found.start]), found.late) == (["2026-11-26 02:00"], True)
    assert local(found.missed) == ["2026-11-23 02:00", "2026-11-24 02:00", "2026-11-25 02:00"]


def test_it_misses_what_is_too_late():
    found = settle(rule(catch_up_hours=4), 1, MONDAY, at("2026-11-23T09:00"))
    assert (found.start, local(found.missed)) == (None, ["2026-11-23 02:00"])


def test_it_waits_with_catching_up_until_the_window_opens():
    given_rule = rule(catch_up_hours=24, window=Window(start=time(20), end=time(5)))
    assert settle(given_rule, 1, MONDAY, at("2026-11-23T09:00")) == Verdict()
    found = settle(given_rule, 1, MONDAY, at("2026-11-23T20:00"))
    assert (local([found.start]), found.late) == (["2026-11-23 02:00"], True)


@given(rules, instants, st.lists(st.integers(1, 4000), min_size=1, max_size=12))
def test_each_due_time_is_settled_once_and_in_its_time(given_rule, start, waits):
    """A clock that looks in at any moments, with gaps: nothing is settled twice, nothing is left behind."""
    settled, now, after = [], start, start
    for wait in waits:
        now += wait * MINUTE
        verdict = settle(given_rule, 3, after, now)
        done = [*verdict.missed, *([verdict.start] if verdict.start else [])]
        for due in done:
            assert due.start <= now
        if verdict.start:
            delay = now - verdict.start.start
            assert verdict.late == (delay > given_rule.grace_minutes * MINUTE)
            assert not verdict.late or delay <= given_rule.catch_up_hours * HOUR
        settled += done
        after = done[-1].at if done else after
    assert settled == sorted(set(settled), key=lambda due: due.at)
    left = [due for due in dues(given_rule, 3, after, now) if due.start <= now]
    limit = max(timedelta(hours=given_rule.catch_up_hours), given_rule.grace_minutes * MINUTE)
    assert not left or now - left[-1].start <= limit
    assert settled == list(dues(given_rule, 3, start, after))
