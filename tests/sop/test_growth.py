"""When a vault is full: the line, and what is too little to draw one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sop.growth import Point, backwards, fit

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
GIB = 1024**3
uses = st.lists(st.integers(0, 10**15), min_size=3, max_size=40)


def line(per_day: float, days: int = 10, used: int = 100 * GIB) -> list[Point]:
    """One point a day up to now, on a line that ends at `used`."""
    return [Point(AT - timedelta(days=day), int(used - per_day * day)) for day in range(days)]


@pytest.mark.parametrize("per_day", [GIB, 3 * GIB, GIB // 7])
def test_a_line_is_found_and_drawn_to_its_end(per_day):
    found = fit(line(per_day), 100 * GIB, 160 * GIB, AT)
    assert found.per_day == pytest.approx(per_day)
    assert found.fills_at is not None
    assert (found.fills_at - AT).total_seconds() == pytest.approx(60 * GIB / per_day * 86_400, rel=1e-6)


@pytest.mark.parametrize("per_day", [0, -GIB])
def test_what_does_not_grow_never_fills(per_day):
    found = fit(line(per_day), 100 * GIB, 160 * GIB, AT)
    assert (found.per_day, found.fills_at) == (pytest.approx(per_day), None)


def test_what_fills_in_a_hundred_years_has_no_date():
    assert fit(line(GIB), 100 * GIB, 40_000 * GIB, AT).fills_at is None


def test_what_is_full_is_full_now():
    assert fit(line(-GIB), 160 * GIB, 160 * GIB, AT).fills_at == AT


@pytest.mark.parametrize(
    "points", [[], line(GIB, 2), [Point(AT - timedelta(hours=hour), hour) for hour in range(24)]]
)
def test_too_little_says_nothing(points):
    assert fit(points, 1, 2, AT).per_day is None


def test_only_the_last_thirty_days_count():
    old = [Point(AT - timedelta(days=40 + day), 0) for day in range(20)]
    assert fit(old + line(GIB), 100 * GIB, 160 * GIB, AT).per_day == pytest.approx(GIB)


def test_a_point_that_a_wrong_clock_put_into_the_future_does_not_count():
    assert fit([*line(GIB), Point(AT + timedelta(days=2), 0)], 100 * GIB, 160 * GIB, AT).points == 10


@given(uses, st.integers(1, 10**15))
def test_it_never_fails_and_never_fills_in_the_past(used, room):
    points = [Point(AT - timedelta(days=number % 29, hours=number), each) for number, each in enumerate(used)]
    found = fit(points, used[0], used[0] + room, AT)
    assert found.fills_at is None or found.fills_at >= AT
    assert found.per_day is None or min(used) - max(used) <= found.per_day <= max(used) - min(used) + 1


@given(uses)
def test_the_order_of_the_points_does_not_matter(used):
    points = [Point(AT - timedelta(days=number), each) for number, each in enumerate(used)]
    assert fit(points, 1, 2, AT) == fit(reversed(points), 1, 2, AT)


def test_the_past_is_told_from_what_was_added_since():
    changes = [(AT - timedelta(days=2), 10), (AT - timedelta(days=1), -4), (AT - timedelta(days=3), 7)]
    assert [point.used for point in backwards(100, changes, AT)] == [100, 104, 94, 87]
