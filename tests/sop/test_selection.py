"""The rules of the policy against any request: every one answers, and by its own numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sop import selection
from portal.sop.selection import RULES, Case, Verdict
from portal.web import messages
from schemas.fields import Frequency, Service
from schemas.policy import GIB, MIB, PolicyTerms, RetentionClass, Window

TERMS = PolicyTerms(
    services=("backup_files", "backup_database"),
    frequencies=("daily", "weekly"),
    units=("PRTRN",),
    retention_classes=(
        {"name": "Harian", "least_days": 7, "most_days": 90},
        {"name": "Arsip", "least_days": 365, "most_days": 1825},
    ),
    largest_gib=500,
    most_folders=10,
    windows=({"start": "18:00", "end": "06:00"}, {"start": "12:00", "end": "13:00"}),
    speed_mib=50,
    most_term_months=24,
)
CASE = Case(
    services=("backup_files",),
    frequency="daily",
    retention_days=30,
    unit="PRTRN",
    paths=2,
    words=0,
    server="Web PRTRN",
    server_ready=True,
    known_bytes=100 * GIB,
    measured=2,
    term_months=12,
)


def answer(rule: str, case: Case, terms: PolicyTerms = TERMS) -> selection.Check:
    return next(check for check in selection.judge(terms, case) if check.rule == rule)


def test_a_request_that_keeps_every_rule_meets_every_rule() -> None:
    assert {check.verdict for check in selection.judge(TERMS, CASE)} == {Verdict.MET}


@pytest.mark.parametrize(
    ("rule", "change", "code"),
    [
        ("services", {"services": ("backup_files", "mirror_files")}, "policy.services.not_met"),
        ("unit", {"unit": "LUB"}, "policy.unit.not_met"),
        ("frequency", {"frequency": "monthly"}, "policy.frequency.not_met"),
        ("retention", {"retention_days": 91}, "policy.retention.not_met"),
        ("retention", {"retention_days": 1826}, "policy.retention.not_met"),
        ("size", {"known_bytes": 500 * GIB + 1}, "policy.size.not_met"),
        ("size", {"measured": 0, "known_bytes": 0}, "policy.size.unknown"),
        ("size", {"unmeasured": 1}, "policy.size.part"),
        ("size", {"unmeasured": 1, "known_bytes": 501 * GIB}, "policy.size.not_met"),
        ("server", {"server": ""}, "policy.server.unknown"),
        ("server", {"server_ready": None}, "policy.server.absent"),
        ("server", {"server_ready": False}, "policy.server.not_ready"),
        ("folders", {"paths": 11}, "policy.folders.not_met"),
        ("folders", {"words": 1}, "policy.folders.words"),
        ("folders", {"paths": 0}, "policy.folders.none"),
        ("window", {"known_bytes": 12 * 3600 * 50 * MIB + 1}, "policy.window.not_met"),
        ("window", {"unmeasured": 1}, "policy.window.unknown"),
        ("term", {"term_months": None}, "policy.term.unknown"),
        ("term", {"term_months": 25}, "policy.term.not_met"),
    ],
)
def test_each_rule_says_what_does_not_hold_and_no_other_rule_says_it(
    rule: str, change: dict[str, object], code: str
) -> None:
    case = replace(CASE, **change)  # type: ignore[arg-type]
    assert answer(rule, case).code == code
    assert answer(rule, case).verdict is not Verdict.MET


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("retention", {"retention_days": 90}),
        ("retention", {"retention_days": 365}),
        ("size", {"known_bytes": 500 * GIB}),
        ("folders", {"paths": 10}),
        ("window", {"known_bytes": 12 * 3600 * 50 * MIB}),
        ("term", {"term_months": 24}),
    ],
)
def test_the_limit_itself_is_allowed(rule: str, change: dict[str, object]) -> None:
    assert answer(rule, replace(CASE, **change)).verdict is Verdict.MET  # type: ignore[arg-type]


def test_no_units_and_no_windows_bind_nobody() -> None:
    free = TERMS.model_copy(update={"units": (), "windows": ()})
    case = replace(CASE, unit="LUB", known_bytes=0, measured=0)
    assert answer("unit", case, free).verdict is Verdict.MET
    assert answer("window", case, free).verdict is Verdict.MET


def test_a_window_over_midnight_and_one_of_the_whole_day() -> None:
    assert Window(start="18.00", end="06:00").minutes == 12 * 60
    assert Window(start="00:00", end="00:00").minutes == 24 * 60
    assert Window(start=time(12), end=time(13, 30)).minutes == 90


sizes = st.integers(0, 2_000 * GIB)
cases = st.builds(
    Case,
    services=st.lists(st.sampled_from([service.value for service in Service]), min_size=1, unique=True).map(
        tuple
    ),
    frequency=st.sampled_from([frequency.value for frequency in Frequency]),
    retention_days=st.integers(7, 3650),
    unit=st.sampled_from(["PRTRN", "LUB", ""]),
    paths=st.integers(0, 40),
    words=st.integers(0, 3),
    server=st.sampled_from(["", "Web PRTRN"]),
    server_ready=st.sampled_from([None, True, False]),
    known_bytes=sizes,
    unmeasured=st.integers(0, 3),
    measured=st.integers(0, 3),
    term_months=st.none() | st.integers(1, 60),
)
terms = st.builds(
    PolicyTerms,
    services=st.lists(st.sampled_from([service.value for service in Service]), min_size=1),
    frequencies=st.lists(st.sampled_from([frequency.value for frequency in Frequency]), min_size=1),
    units=st.lists(st.sampled_from(["PRTRN", "LUB"])),
    retention_classes=st.integers(7, 3650).map(
        lambda days: [RetentionClass(name="x", least_days=7, most_days=days)]
    ),
    largest_gib=st.integers(1, 2_000),
    most_folders=st.integers(1, 40),
    windows=st.lists(st.builds(Window, start=st.times(), end=st.times()), max_size=3),
    speed_mib=st.integers(1, 1000),
    most_term_months=st.integers(1, 60),
)


@given(terms, cases)
def test_every_rule_answers_once_in_words_that_exist(given_terms: PolicyTerms, case: Case) -> None:
    checks = selection.judge(given_terms, case)
    assert [check.rule for check in checks] == [name for name, _, _ in RULES]
    for check in checks:
        assert "(kode:" not in messages.text(check.code, **check.context), check.code
    assert sum(selection.count(checks, verdict) for verdict in Verdict) == len(RULES)


@given(terms, cases, st.integers(0, 500))
def test_a_wider_policy_never_turns_a_met_rule(given_terms: PolicyTerms, case: Case, more: int) -> None:
    wider = given_terms.model_copy(update={
        "largest_gib": given_terms.largest_gib + more, "most_folders": given_terms.most_folders + more,
        "speed_mib": given_terms.speed_mib + more, "most_term_months": given_terms.most_term_months + more,
        "services": tuple(Service), "frequencies": tuple(Frequency)})  # fmt: skip
    narrow, wide = selection.judge(given_terms, case), selection.judge(wider, case)
    for before, after in zip(narrow, wide, strict=True):
        if before.verdict is Verdict.MET:
            assert after.verdict is Verdict.MET, before.rule
        if after.verdict is Verdict.NOT_MET:
            assert before.verdict is Verdict.NOT_MET, before.rule


@given(cases)
def test_what_was_not_measured_is_never_called_small_enough(case: Case) -> None:
    case = replace(case, unmeasured=max(1, case.unmeasured))
    assert answer("size", case).verdict is not Verdict.MET
    assert answer("window", case).verdict is not Verdict.MET
