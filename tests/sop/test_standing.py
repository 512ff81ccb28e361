"""How a service stands: the word that its requester must know first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sop.standing import EXPECTED, SOON, Service, State, judge

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
GOOD = {"frequency": "daily", "ends_at": AT + timedelta(days=300), "newest_at": AT - timedelta(hours=9),
        "proven_at": AT - timedelta(days=5)}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, State.GOOD),
        ({"ended": True}, State.ENDED),
        ({"ends_at": AT}, State.LAPSED),
        ({"postponed": True}, State.POSTPONED),
        ({"followed_up": False}, State.NOT_BEGUN),
        ({"newest_at": None, "proven_at": None}, State.NEVER),
        ({"newest_at": AT - timedelta(days=2, seconds=1)}, State.OVERDUE),
        ({"newest_at": AT - timedelta(days=2)}, State.GOOD),
        ({"frequency": "weekly", "newest_at": AT - timedelta(days=8)}, State.GOOD),
        ({"frequency": "once", "newest_at": AT - timedelta(days=800)}, State.GOOD),
        ({"proven_at": None}, State.UNPROVEN),
        ({"stopping": True, "ends_at": AT + SOON}, State.STOPPING),
        ({"ends_at": AT + SOON}, State.ENDING),
        ({"frequency": "once", "ends_at": AT + SOON}, State.GOOD),
        ({"ended": True, "ends_at": AT - SOON, "newest_at": None}, State.ENDED),
    ],
)
def test_it_names_what_matters_first(changes, state):
    assert judge(Service(**(GOOD | changes)), AT) is state


@given(st.sampled_from([*EXPECTED, "once"]), st.timedeltas(timedelta(0), timedelta(days=99)), st.booleans())
def test_it_calls_nothing_good_without_a_proven_copy(frequency, age, proven):
    newest = AT - age
    state = judge(
        Service(frequency, GOOD["ends_at"], newest_at=newest, proven_at=newest if proven else None), AT
    )
    assert (state is State.GOOD) <= proven
