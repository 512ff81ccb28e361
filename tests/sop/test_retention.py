"""What may never go, whatever the rule and the copies are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.sop.retention import BY_RULE, Copy, Reason, Rule, select

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
instants = st.datetimes(datetime(2023, 1, 1), datetime(2026, 11, 24)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
counts = st.integers(0, 5)
rules = st.builds(Rule, counts, counts, counts, counts, counts)


@st.composite
def copies(draw) -> list[Copy]:
    made = draw(st.lists(instants, min_size=1, max_size=30))
    return [
        Copy(
            id=number,
            created_at=at,
            sources=draw(st.sampled_from([("/srv/a",), ("/srv/b",), ("/srv/a", "/srv/b")])),
            whole=draw(st.booleans()),
            proven_at=draw(st.none() | st.just(at + timedelta(hours=draw(st.integers(0, 9000))))),
            held=draw(st.booleans()) and draw(st.booleans()),
            wanted=draw(st.sampled_from([False, False, True])),
            keep_until=draw(st.none() | st.just(at + timedelta(days=draw(st.integers(0, 400))))),
        )
        for number, at in enumerate(made, start=1)
    ]


@given(copies(), st.none() | rules)
def test_every_copy_either_goes_or_stays_for_a_reason(kept, rule):
    found = select(kept, rule, AT)
    staying = {copy.id for copy, _ in found.staying}
    assert staying | found.going_ids == {copy.id for copy in kept}
    assert not staying & found.going_ids
    if rule is None:
        assert not found.going
    else:
        assert all(reasons for _, reasons in found.staying)


@given(copies(), rules)
def test_what_is_held_or_granted_longer_never_goes(kept, rule):
    for copy in select(kept, rule, AT).going:
        assert not copy.held
        assert not copy.wanted
        assert copy.keep_until is None or copy.keep_until <= AT


@given(copies(), rules)
def test_the_newest_and_the_last_proven_copy_of_the_same_folders_never_go(kept, rule):
    going = select(kept, rule, AT).going_ids
    for sources in {copy.sources for copy in kept}:
        group = sorted((c for c in kept if c.sources == sources), key=lambda c: (c.created_at, c.id))
        assert group[-1].id not in going
        proven = [copy for copy in group if copy.proven_at]
        if proven:
            assert proven[-1].id not in going
            assert max(proven, key=lambda c: (c.proven_at, c.id)).id not in going


@given(copies(), rules)
def test_never_more_stay_for_the_rule_than_it_names(kept, rule):
    found = select(kept, rule, AT)
    for sources in {copy.sources for copy in kept}:
        for reason, most in zip(
            BY_RULE, (rule.last, rule.daily, rule.weekly, rule.monthly, rule.yearly), strict=True
        ):
            stay = [c for c, reasons in found.staying if c.sources == sources and reason in reasons]
            assert len(stay) <= most
            assert all(copy.whole for copy in stay)


@given(copies(), rules)
def test_what_stays_would_stay_again(kept, rule):
    staying = [copy for copy, _ in select(kept, rule, AT).staying]
    assert not select(staying, rule, AT).going


@given(copies(), rules, st.sampled_from(["last", "daily", "weekly", "monthly", "yearly"]))
def test_a_larger_rule_lets_nothing_go_that_a_smaller_one_keeps(kept, rule, name):
    larger = replace(rule, **{name: getattr(rule, name) + 1})
    assert select(kept, larger, AT).going_ids <= select(kept, rule, AT).going_ids


def test_days_are_those_of_the_office():
    late, early = (Copy(i, datetime(2026, 11, 20, hour, tzinfo=UTC)) for i, hour in ((1, 16), (2, 18)))
    newest = Copy(3, datetime(2026, 11, 23, 3, tzinfo=UTC))
    found = select([late, early, newest], Rule(daily=3), AT)
    assert [reasons for _, reasons in found.staying] == [
        (Reason.NEWEST, Reason.DAILY),
        (Reason.DAILY,),
        (Reason.DAILY,),
    ]
    assert select([late, early, newest], Rule(daily=2), AT).going == (late,)
