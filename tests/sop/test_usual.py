"""What is usual, and what is not: properties that hold for every history."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from portal.sop.usual import HISTORY_MIN, usual

numbers = st.integers(0, 2**60)
histories = st.lists(numbers, min_size=HISTORY_MIN, max_size=20)
least = st.integers(0, 2**30)


@given(st.lists(numbers, max_size=HISTORY_MIN - 1), least)
def test_too_short_a_history_says_nothing(history, minimum):
    assert usual(history, least=minimum) is None


@given(histories, least)
def test_the_range_is_sound_and_its_middle_is_usual(history, minimum):
    known = usual(history, least=minimum)
    assert 0 <= known.low <= known.middle <= known.high or known.middle < 1
    assert known.holds(known.middle) or known.middle < 1
    assert known.count == len(history)


@given(histories, least, st.randoms(use_true_random=False))
def test_the_order_of_the_runs_does_not_matter(history, minimum, chance: random.Random):
    shuffled = list(history)
    chance.shuffle(shuffled)
    assert usual(shuffled, least=minimum) == usual(history, least=minimum)


@given(st.integers(10, 2**50), st.integers(HISTORY_MIN, 20), numbers)
def test_one_strange_run_among_the_earlier_ones_changes_nothing(value, count, strange):
    steady = [value] * count
    assert usual([*steady[1:], strange], least=0).high == usual(steady, least=0).high


@given(st.integers(1, 2**40), st.integers(0, 2**40), st.integers(HISTORY_MIN, 20))
def test_steady_growth_is_usual(start, step, count):
    history = [start + step * day for day in range(count)]
    assert usual(history, least=0).holds(start + step * count)


@given(histories.filter(lambda history: min(history) >= 1), least)
def test_nothing_at_all_is_strange_where_there_always_was_something(history, minimum):
    assert not usual(history, least=minimum).holds(0)


@given(st.integers(100, 2**50), st.integers(HISTORY_MIN, 20), st.integers(3, 1000))
def test_a_steady_number_that_is_halved_or_tripled_is_strange(value, count, times):
    known = usual([value] * count, least=10)
    assert not known.holds(value // 2)
    assert not known.holds(value * times)
    assert known.holds(value * 0.9)
    assert known.holds(value * 1.1)


@given(st.integers(1000, 2**50), st.integers(HISTORY_MIN, 20), st.integers(1, 999))
def test_a_change_below_the_least_is_never_strange(value, count, change):
    known = usual([value] * count, least=999)
    assert known.holds(value + change)
    assert known.holds(max(1, value - change))


@given(histories, least)
def test_what_was_seen_twice_is_usual(history, minimum):
    known = usual(history, least=minimum)
    assert all(known.holds(value) for value in history if history.count(value) > 1)


@given(st.integers(0, 2**40), st.integers(HISTORY_MIN, 20))
def test_a_number_that_swings_has_a_wide_range(value, count):
    history = [value if day % 2 else value * 3 for day in range(count)]
    known = usual(history, least=0)
    assert known.holds(value)
    assert known.holds(value * 3)
