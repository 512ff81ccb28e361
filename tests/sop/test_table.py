"""The rule book against the SOP page, typed out here by hand: nothing below is derived from the table."""

from __future__ import annotations

from itertools import product

import pytest

from portal.errors import Forbidden, TransitionRefused
from portal.sop import chain, table
from portal.sop.table import CURRENT_VERSION, TRANSITIONS, Action, Guard, Role, Step
from portal.sop.worktime import Allowance

STEPS = [
    "submission", "returned", "unit_note", "center_disposition", "policy_selection", "specification_selection",
    "refusal_review", "execution", "subdivision_report", "division_report", "reply", "receipt", "closed",
    "withdrawn",
]  # fmt: skip
ACTIONS = [
    "submit", "withdraw", "return", "forward", "approve", "refuse", "follow_up", "postpone", "resume", "report",
    "inform", "answer", "receive", "undo",
]  # fmt: skip
ROLES = [
    "requester", "unit_head", "center_head", "division_head", "subdivision_head", "administrator",
    "admin_affairs_head", "system_admin", "auditor",
]  # fmt: skip

# step, action, role -> next step, whether a note is needed. "submission" and "returned" are the draft before and
# after corrections; "refusal_review" is the Kabid reading the Kasubbid's refusal.
SOP = {
    # 1: FM 001, the Nota Dinas of the head of the unit, corrections before it is sent
    ("submission", "submit", "requester"): ("unit_note", False),
    ("returned", "submit", "requester"): ("unit_note", False),
    ("unit_note", "forward", "unit_head"): ("center_disposition", False),
    ("unit_note", "return", "unit_head"): ("returned", True),
    # 2: Ka. PPIKSN
    ("center_disposition", "forward", "center_head"): ("policy_selection", False),
    # 3: Kabid PJKKD; a refusal goes to Kabag TU
    ("policy_selection", "approve", "division_head"): ("specification_selection", False),
    ("policy_selection", "refuse", "division_head"): ("reply", True),
    # 4: Kasubbid Komdat; a refusal goes back to Kabid, who sends it on or disagrees with a note
    ("specification_selection", "approve", "subdivision_head"): ("execution", False),
    ("specification_selection", "refuse", "subdivision_head"): ("refusal_review", True),
    ("refusal_review", "refuse", "division_head"): ("reply", False),
    ("refusal_review", "approve", "division_head"): ("specification_selection", True),
    # 5: Administrator: Ditindaklanjuti, Ditunda (with a reason), going on, Laporan Layanan
    ("execution", "follow_up", "administrator"): ("execution", False),
    ("execution", "postpone", "administrator"): ("execution", True),
    ("execution", "resume", "administrator"): ("execution", False),
    ("execution", "report", "administrator"): ("subdivision_report", False),
    # while it lies postponed, Kabag TU tells the requester by letter, and it stays where it lies
    ("execution", "inform", "admin_affairs_head"): ("execution", False),
    # 6, 7: the report climbs; 8: Kabag TU replies; 9: the requester receives
    ("subdivision_report", "forward", "subdivision_head"): ("division_report", False),
    ("division_report", "forward", "division_head"): ("reply", False),
    ("reply", "answer", "admin_affairs_head"): ("receipt", False),
    ("receipt", "receive", "requester"): ("closed", False),
    # withdrawal by the requester until execution begins
    ("submission", "withdraw", "requester"): ("withdrawn", False),
    ("returned", "withdraw", "requester"): ("withdrawn", False),
    ("unit_note", "withdraw", "requester"): ("withdrawn", False),
    ("center_disposition", "withdraw", "requester"): ("withdrawn", False),
    ("policy_selection", "withdraw", "requester"): ("withdrawn", False),
    ("specification_selection", "withdraw", "requester"): ("withdrawn", False),
    ("refusal_review", "withdraw", "requester"): ("withdrawn", False),
    ("execution", "withdraw", "requester"): ("withdrawn", False),
}
GUARDS = {
    ("submission", "submit"): "form_complete",
    ("returned", "submit"): "form_complete",
    ("unit_note", "return"): "fields_marked",
    ("specification_selection", "approve"): "scope_given",
    ("execution", "follow_up"): "not_begun",
    ("execution", "withdraw"): "not_begun",
    ("execution", "postpone"): "postpone_complete",
    ("execution", "resume"): "paused",
    ("execution", "report"): "proven",
    ("execution", "inform"): "untold",
}
DESKS = {
    "submission": "requester", "returned": "requester", "unit_note": "unit_head", "center_disposition": "center_head",
    "policy_selection": "division_head", "specification_selection": "subdivision_head",
    "refusal_review": "division_head", "execution": "administrator", "subdivision_report": "subdivision_head",
    "division_report": "division_head", "reply": "admin_affairs_head", "receipt": "requester", "closed": None,
    "withdrawn": None,
}  # fmt: skip
TIMES = {
    "submission": None, "returned": None, "unit_note": (1, "day"), "center_disposition": (1, "day"),
    "policy_selection": (5, "hour"), "specification_selection": (3, "hour"), "refusal_review": (5, "hour"),
    "execution": (1, "hour"), "subdivision_report": (1, "hour"), "division_report": (1, "hour"),
    "reply": (3, "hour"), "receipt": (1, "day"), "closed": None, "withdrawn": None,
}  # fmt: skip
NUMBERS = {
    "submission": 1, "returned": 1, "unit_note": 1, "center_disposition": 2, "policy_selection": 3,
    "specification_selection": 4, "refusal_review": 4, "execution": 5, "subdivision_report": 6,
    "division_report": 7, "reply": 8, "receipt": 9,
}  # fmt: skip
ALL_HOLD = chain.Facts(frozenset(Guard))


def actor_in(role: str) -> chain.Actor:
    """Somebody with just this role; the requester's own file is the requester's."""
    return chain.Actor(frozenset({Role(role)}), role == "requester")


def test_it_knows_the_words_of_the_sop_page():
    assert [step.value for step in Step] == STEPS
    assert sorted(action.value for action in Action) == sorted(ACTIONS)
    assert [role.value for role in Role] == ROLES


@pytest.mark.parametrize("step", STEPS)
def test_it_allows_what_the_sop_allows_and_nothing_else(step):
    for action, role in product(ACTIONS, ROLES):
        expected = SOP.get((step, action, role))
        try:
            row = chain.advance(CURRENT_VERSION, step, action, actor_in(role), ALL_HOLD, "alasan")
            got = (row.next_step.value, row.needs_note)
            assert (row.step, row.action, row.role) == (step, action, role)
        except (Forbidden, TransitionRefused):
            got = None
        assert got == expected, (step, action, role)


def test_it_has_one_row_for_each_move():
    keys = [(row.step.value, row.action.value, row.role.value) for row in TRANSITIONS]
    assert len(set(keys)) == len(keys)
    assert set(keys) == set(SOP)
    assert {row.version for row in TRANSITIONS} == {CURRENT_VERSION}


def test_it_guards_what_needs_more_than_a_role():
    found = {
        (row.step.value, row.action.value): row.guard.value
        for row in TRANSITIONS
        if row.guard is not Guard.NONE
    }
    assert found == GUARDS


@pytest.mark.parametrize("step", STEPS)
def test_it_names_the_desk_a_request_stands_on(step):
    assert table.desk_of(CURRENT_VERSION, step) == DESKS[step]


@pytest.mark.parametrize("step", STEPS)
def test_it_has_a_postponement_told_by_the_kabag_tu_alone(step):
    assert table.tellers(CURRENT_VERSION, step) == (
        {"admin_affairs_head"} if step == "execution" else frozenset()
    )


@pytest.mark.parametrize("step", STEPS)
def test_it_gives_each_desk_the_time_of_the_sop(step):
    given = TIMES[step]
    assert table.allowance(CURRENT_VERSION, step) == (Allowance(*given) if given else None)


def test_it_numbers_the_steps_as_the_sop_does():
    assert {step.value: number for step, number in table.SOP_NUMBER.items()} == NUMBERS
    assert set(NUMBERS.values()) == set(range(1, 10))


def reached(start: str, barred: frozenset[str] = frozenset()) -> set[str]:
    """Every step to which the table leads from `start` without the actions in `barred`."""
    seen, waiting = {start}, [start]
    while waiting:
        for row in table.transitions(CURRENT_VERSION, waiting.pop()):
            if row.action not in barred and row.next_step not in seen:
                seen.add(row.next_step.value)
                waiting.append(row.next_step.value)
    return seen


def test_it_can_reach_every_step_from_the_draft():
    assert reached("submission") == set(STEPS)


@pytest.mark.parametrize("step", STEPS)
def test_it_ends_only_closed_or_withdrawn(step):
    moves = table.transitions(CURRENT_VERSION, step)
    assert (moves == ()) == (step in {"closed", "withdrawn"})
    if step != "withdrawn":
        # Every file can be closed without anybody withdrawing it.
        assert "closed" in reached(step, frozenset({"withdraw"}))


def test_it_sends_a_refusal_of_step_4_to_the_kabid_and_never_straight_to_the_reply():
    straight = [
        row for row in TRANSITIONS if row.step == "specification_selection" and row.next_step == "reply"
    ]
    assert straight == []
    assert {row.step.value for row in TRANSITIONS if row.next_step == "reply"} == {
        "policy_selection",
        "refusal_review",
        "division_report",
    }


def test_it_gives_no_move_to_those_who_only_keep_or_inspect_the_portal():
    assert not [row for row in TRANSITIONS if row.role in {"system_admin", "auditor"}]


def test_it_has_nothing_to_say_for_a_version_it_does_not_know():
    assert table.transitions("119.002/9.9", "unit_note") == ()
    assert table.desk_of("119.002/9.9", "unit_note") is None
    assert table.allowance("119.002/9.9", "unit_note") is None
