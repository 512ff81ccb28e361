"""The seed against the decrees (SKB 3 Menteri) of years that are over or settled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.sop.calendar_seed import seed_days, seed_periods
from portal.sop.worktime import RAMADAN_WEEK, OfficeCalendar, Period, SpecialDay


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        (date(2026, 1, 1), "holiday", "Tahun Baru Masehi"),
        (date(2026, 3, 19), "holiday", "Hari Suci Nyepi"),
        (date(2026, 3, 21), "holiday", "Hari Raya Idul Fitri"),
        (date(2026, 3, 20), "joint_leave", "Cuti Bersama Hari Raya Idul Fitri"),
        (date(2026, 8, 17), "holiday", "Hari Kemerdekaan Republik Indonesia"),
        (date(2026, 12, 24), "joint_leave", "Cuti Bersama Hari Raya Natal"),
        (date(2026, 12, 25), "holiday", "Hari Raya Natal"),
    ],
)
def test_it_knows_holidays_and_cuti_bersama(day: date, kind: str, name: str) -> None:
    found = {seed.date: seed for seed in seed_days([2026])}
    assert (found[day].kind, found[day].name) == (kind, name)


def test_it_names_each_date_once_in_order() -> None:
    dates = [seed.date for seed in seed_days(range(2024, 2032))]
    assert dates == sorted(set(dates))
    assert {day.year for day in dates} == set(range(2024, 2032))
    assert all(len(seed.name) <= 160 for seed in seed_days(range(2024, 2032)))


def test_it_gives_only_the_years_asked_for() -> None:
    assert {seed.date.year for seed in seed_days([2027])} == {2027}
    assert seed_days([]) == []
    assert seed_periods([]) == []


@pytest.mark.parametrize(
    ("year", "first", "last"),
    [(2025, date(2025, 3, 1), date(2025, 3, 30)), (2026, date(2026, 2, 19), date(2026, 3, 20))],
)
def test_it_finds_ramadan_as_it_was_decreed(year: int, first: date, last: date) -> None:
    (ramadan,) = seed_periods([year])
    assert (ramadan.first, ramadan.last) == (first, last)
    assert ramadan.weekly == RAMADAN_WEEK
    assert not ramadan.estimated


def test_it_marks_an_estimate() -> None:
    assert seed_periods([2029])[0].estimated


def test_it_finds_both_months_of_a_year_that_has_two_and_one_that_began_the_year_before() -> None:
    # 2030 has two beginnings of Ramadan; the second ends in January 2031.
    first, second = seed_periods([2030])
    assert first.last < second.first
    assert (second.first.year, second.last.year) == (2030, 2031)
    assert seed_periods([2031])[0] == second


def test_it_makes_a_calendar_of_plausible_length() -> None:
    calendar = OfficeCalendar(
        periods=tuple(Period(p.name, p.first, p.last, p.weekly) for p in seed_periods([2026])),
        days={seed.date: SpecialDay(seed.name) for seed in seed_days([2026])},
    )
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    # 261 weekdays less the holidays and cuti bersama that fall on weekdays.
    closed = [seed for seed in seed_days([2026]) if seed.date.weekday() < 5]
    assert sum(bool(calendar.hours(day)) for day in year) == 261 - len(closed)
    assert 235 <= 261 - len(closed) <= 245
    assert calendar.hours(date(2026, 2, 19)) == RAMADAN_WEEK[3]
