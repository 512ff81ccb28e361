"""The transition table against the SOP page, written out here a second time by hand."""

from __future__ import annotations

import itertools

import pytest

from portal.errors import Forbidden, TransitionRefused
from portal.sop import chain
from portal.sop.chain import Actor, Facts
from portal.sop.table import (
    ALLOWANCES,
    CURRENT_VERSION,
    SOP_NUMBER,
    TERMINAL,
    TRANSITIONS,
    Action,
    Guard,
    Role,
    Step,
    allowance,
    desk_of,
    transitions,
)

# SOP page, "The nine steps" and the two paragraphs below it: who, at which step, may do what, and where it goes.
SOP = {
    ("submission", "submit", "requester"): "unit_note",
    ("submission", "withdraw", "requester"): "withdrawn",
    ("returned", "submit", "requester"): "unit_note",
    ("returned", "withdraw", "requester"): "withdrawn",
    ("unit_note", "forward", "unit_head"): "center_disposition",
    ("unit_note", "return", "unit_head"): "returned",
    ("unit_note", "withdraw", "requester"): "withdrawn",
    ("center_disposition", "forward", "center_head"): "policy_selection",
    ("center_disposition", "withdraw", "requester"): "withdrawn",
    ("policy_selection", "approve", "division_head"): "specification_selection",
    ("policy_selection", "refuse", "division_head"): "reply",
    ("policy_selection", "withdraw", "requester"): "withdrawn",
    ("specification_selection", "approve", "subdivision_head"): "execution",
    ("specification_selection", "refuse", "subdivision_head"): "refusal_review",
    ("specification_selection", "withdraw", "requester"): "withdrawn",
    ("refusal_review", "refuse", "division_head"): "reply",
    ("refusal_review", "approve", "division_head"): "specification_selection",
    ("refusal_review", "withdraw", "requester"): "withdrawn",
    ("execution", "follow_up", "administrator"): "execution",
    ("execution", "postpone", "administrator"): "execution",
    ("execution", "resume", "administrator"): "execution",
    ("execution", "report", "administrator"): "subdivision_report",
    ("execution", "withdraw", "requester"): "withdrawn",
    ("subdivision_report", "forward", "subdivision_head"): "division_report",
    ("division_report", "forward", "division_head"): "reply",
    ("reply", "answer", "admin_affairs_head"): "receipt",
    ("receipt", "receive", "requester"): "closed",
}
# Where the SOP or fairness asks for words: a refusal and a return say why, a postponement its reason, and a Kabid who
# disagrees with the Kasubbid leaves a note. Passing a refusal on adds nothing to the Kasubbid's own reasons.
NOTED = {
    ("unit_note", "return"), ("policy_selection", "refuse"), ("specification_selection", "refuse"),
    ("refusal_review", "approve"), ("execution", "postpone"),
}  # fmt: skip
TIMES = {
    "unit_note": (1, "day"), "center_disposition": (1, "day"), "policy_selection": (5, "hour"),
    "specification_selection": (3, "hour"), "refusal_review": (5, "hour"), "execution": (1, "hour"),
    "subdivision_report": (1, "hour"), "division_report": (1, "hour"), "reply": (3, "hour"), "receipt": (1, "day"),
}  # fmt: skip
EVERYTHING = Facts(frozenset(Guard))
TRIPLES = list(itertools.product(Step, Action, Role))


def person(role: Role) -> Actor:
    """Somebody who holds just `role`; the requester is so by the request, not by a role."""
    return Actor(frozenset({role}), is_requester=role is Role.REQUESTER)


@pytest.mark.parametrize(("step", "action", "role"), TRIPLES, ids=["-".join(triple) for triple in TRIPLES])
def test_it_allows_exactly_what_the_sop_allows(step: Step, action: Action, role: Role) -> None:
    wanted = SOP.get((step.value, action.value, role.value))
    if wanted is not None:
        row = chain.advance(CURRENT_VERSION, step, action, person(role), EVERYTHING, note="Alasan.")
        assert (row.next_step, row.role) == (wanted, role)
    else:
        with pytest.raises((Forbidden, TransitionRefused)):
            chain.advance(CURRENT_VERSION, step, action, person(role), EVERYTHING, note="Alasan.")


@pytest.mark.parametrize("step", Step, ids=str)
@pytest.mark.parametrize("role", Role, ids=str)
def test_it_offers_exactly_what_it_allows(step: Step, role: Role) -> None:
    offered = {row.action.value for row in chain.available(CURRENT_VERSION, step, person(role), EVERYTHING)}
    assert offered == {action for at, action, who in SOP if (at, who) == (step, role)}


def test_it_asks_for_words_where_the_sop_does() -> None:
    assert {(row.step.value, row.action.value) for row in TRANSITIONS if row.needs_note} == NOTED


@pytest.mark.parametrize("step", Step, ids=str)
def test_it_gives_each_desk_the_time_of_the_sop(step: Step) -> None:
    given = allowance(CURRENT_VERSION, step)
    assert (given and (given.amount, given.unit)) == TIMES.get(step.value)
    assert len(ALLOWANCES) == len(TIMES)


def test_it_has_one_row_for_a_step_an_action_and_a_role() -> None:
    keys = [(row.version, row.step, row.action, row.role) for row in TRANSITIONS]
    assert len(keys) == len(set(keys)) == len(SOP)


def test_it_gives_each_step_one_desk() -> None:
    for step in set(Step) - TERMINAL:
        deciders = {
            row.role for row in transitions(CURRENT_VERSION, step) if row.action is not Action.WITHDRAW
        }
        assert deciders == {desk_of(CURRENT_VERSION, step)}, step
    assert all(desk_of(CURRENT_VERSION, step) is None for step in TERMINAL)


def test_it_numbers_the_nine_steps_in_their_order() -> None:
    assert set(SOP_NUMBER.values()) == set(range(1, 10))
    forward = [row for row in TRANSITIONS if row.action in ("submit", "forward", "report", "answer")]
    assert all(SOP_NUMBER[row.step] <= SOP_NUMBER[row.next_step] for row in forward)


def test_it_reaches_every_step_and_leaves_none_without_a_way_out() -> None:
    onward: dict[str, set[str]] = {}
    for row in TRANSITIONS:
        onward.setdefault(row.step, set()).add(row.next_step)

    def reached(start: str) -> set[str]:
        found, waiting = {start}, [start]
        while waiting:
            new = onward.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found

    assert reached(Step.SUBMISSION) == set(Step)
    assert all(TERMINAL & reached(step) for step in Step)
    assert not any(onward.get(step) for step in TERMINAL)


def test_it_knows_no_moves_of_another_version() -> None:
    assert transitions("119.002/1.0", Step.UNIT_NOTE) == ()
