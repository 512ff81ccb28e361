"""The rules of the evaluation by themselves: months, promises, shares, percentiles."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sop import evaluation as rules
from portal.sop.evaluation import Month
from portal.sop.evaluation.rules import SLACK_HOURS, rank95
from schemas.evaluation import Share
from schemas.evaluation_rows import InForce, ServerRow, StepCount, StepMark, Switch, UnitRow

AT = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
instants = st.datetimes(datetime(2001, 1, 1), datetime(2900, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_a_month_is_from_midnight_to_midnight_in_jakarta():
    november = Month(2026, 11)
    assert november.begins == datetime(2026, 10, 31, 17, tzinfo=UTC)
    assert november.ends == datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert Month.of(november.begins) == november
    assert Month.of(november.begins - timedelta(microseconds=1)) == Month(2026, 10)
    assert Month(2026, 1).moved(-1) == Month(2025, 12)
    assert [month.key for month in Month(2027, 2).back(3)] == ["2026-12", "2027-01", "2027-02"]


@given(instants)
def test_every_instant_lies_in_its_month_and_the_months_join(at):
    month = Month.of(at)
    assert month.begins <= at < month.ends
    assert month.moved(1).begins == month.ends
    assert month.moved(1).moved(-1) == month
    assert Month.parse(month.key) == month


@pytest.mark.parametrize(
    "text", [None, "", "2026", "2026-00", "2026-13", "26-11", "2026-11-01", "1999-12", "２０２６-11"]
)
def test_what_is_no_month_is_none(text):
    assert Month.parse(text) is None


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_percent_never_says_more_than_is(part, rest):
    share = Share(part=part, whole=part + rest)
    if not share.whole:
        assert share.percent is None
        return
    assert (share.percent == 100) is (share.rest == 0)
    assert share.percent * share.whole <= 100 * part


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=300))
def test_the_95th_percentile_is_the_least_that_95_percent_do_not_pass(values):
    ordered = sorted(values)
    found = ordered[rank95(len(ordered)) - 1]
    assert sum(value <= found for value in values) * 100 >= 95 * len(values)
    below = [value for value in ordered[: rank95(len(ordered)) - 1] if value < found]
    assert not below or sum(value <= below[-1] for value in values) * 100 < 95 * len(values)


def in_force(server=1, unit=1, code="PRTRN", rhythm="daily"):
    return InForce(server_id=server, unit_id=unit, unit_code=code, frequency=rhythm)


def server(number=1, active=True, **fields):
    return ServerRow(id=number, name=f"S{number}", active=active, **fields)


def told(rows, granted=(), switched=(), at=AT):
    return rules.servers_at(rows, list(granted), switched, as_of=at, certificate_days=90)


def test_the_most_demanding_rhythm_is_the_promise():
    assert rules.promised_hours(["once"]) is None
    assert rules.promised_hours([]) is None
    assert rules.promised_hours(["monthly", "weekly", "once"]) == 168
    assert rules.promised_hours(["monthly", "daily"]) == 24


@pytest.mark.parametrize(
    ("rhythm", "hours", "kept"),
    [("daily", 24 + SLACK_HOURS, True), ("daily", 24.1 + SLACK_HOURS, False), ("weekly", 170, True),
     ("monthly", 31 * 24 + 5, True), ("once", 10_000, None)],
)  # fmt: skip
def test_a_copy_is_in_time_by_its_promise(rhythm, hours, kept):
    row = server(copies=(AT - timedelta(hours=hours), AT - timedelta(days=900)))
    (found,) = told([row], [in_force(rhythm=rhythm)])
    assert found.in_time is kept
    assert found.copy_hours == pytest.approx(hours)


def test_a_promise_without_a_copy_is_broken():
    (found,) = told([server()], [in_force()])
    assert found.in_time is False
    assert rules.shares_of_servers([found])[1] == Share(part=0, whole=1)


def test_a_server_is_in_use_as_it_was_then():
    later, latest = AT + timedelta(days=1), AT + timedelta(days=2)
    rows = [server(1, active=False), server(2), server(3, active=False), server(4)]
    switched = [
        Switch(server_id=1, at=later, on=False),
        Switch(server_id=2, at=later, on=True),
        Switch(server_id=3, at=latest, on=False),
        Switch(server_id=3, at=later, on=True),
    ]
    assert [each.id for each in told(rows, switched=switched)] == [1, 4]


def test_proof_counts_where_copies_are():
    rows = [
        server(1, held=True),
        server(2, held=True, proven_at=AT - timedelta(days=90)),
        server(3, held=True, proven_at=AT - timedelta(days=90, seconds=1)),
        server(4, proven_at=AT),
    ]
    found = told(rows)
    assert rules.shares_of_servers(found)[2] == Share(part=1, whole=3)


@given(st.dictionaries(st.sampled_from(["succeeded", "failed", "incomplete", "interrupted", "cancelled"]),
                       st.integers(0, 50)), st.integers(0, 9))  # fmt: skip
def test_success_leaves_out_only_what_a_person_stopped(ended, missed):
    found = rules.success_of(ended, missed)
    assert found.part == ended.get("succeeded", 0)
    assert found.whole == sum(ended.values()) - ended.get("cancelled", 0) + missed


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_a_steps_times_are_those_of_its_decisions(seconds):
    ordered = sorted(seconds)
    marks = [
        StepMark(step="reply", rank=rank, of=len(ordered), seconds=value, request_id=rank, number=str(rank))
        for rank, value in enumerate(ordered, 1)
    ]
    count = StepCount(step="reply", due=len(ordered), in_time=0, timed=len(ordered), seconds=sum(ordered))
    (found,) = rules.steps_of([count], marks, ["unit_note", "reply"])
    assert found.slowest_seconds == max(seconds)
    assert found.slowest_request == len(ordered)
    assert found.average_seconds == round(statistics.fmean(seconds))
    assert found.p95_seconds <= found.slowest_seconds


def test_steps_stand_in_the_order_of_the_sop_and_without_a_time_say_none():
    counts = [StepCount(step=step, due=1, in_time=1, timed=0, seconds=0) for step in ("reply", "unit_note")]
    found = rules.steps_of(counts, [], ["unit_note", "reply"])
    assert [each.step for each in found] == ["unit_note", "reply"]
    assert found[0].average_seconds is found[0].p95_seconds is found[0].slowest_seconds is None


def test_a_server_of_two_units_counts_for_both_and_a_silent_unit_for_nothing():
    servers = told([server(1, held=True), server(2)], [in_force(1, 1), in_force(1, 2, "PPIKSN")])
    units = [
        UnitRow(id=number, code=code, name=code) for number, code in ((1, "PRTRN"), (2, "PPIKSN"), (3, "X"))
    ]
    found = rules.units_of(units, [in_force(1, 1), in_force(1, 2, "PPIKSN")], servers)
    assert [(each.code, each.servers) for each in found] == [("PPIKSN", 1), ("PRTRN", 1)]
