"""The interpreter: who may, what is said when not, and walks at random through the whole table."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import Forbidden, PortalError, TransitionRefused
from portal.sop import chain
from portal.sop.chain import STATE_GUARDS, Actor, Facts
from portal.sop.table import CURRENT_VERSION, TERMINAL, TRANSITIONS, Action, Guard, Role, Step, transitions

EVERYTHING, NOTHING = Facts(frozenset(Guard)), Facts()
OFFICIALS = sorted(set(Role) - {Role.REQUESTER})
actors = st.builds(Actor, st.frozensets(st.sampled_from(Role)), st.booleans())


def refusal(
    step: Step, action: Action, actor: Actor, facts: Facts = EVERYTHING, note: str = ""
) -> PortalError:
    with pytest.raises(PortalError) as caught:
        chain.advance(CURRENT_VERSION, step, action, actor, facts, note)
    return caught.value


def test_it_says_that_there_is_no_such_move() -> None:
    told = refusal(Step.UNIT_NOTE, Action.ANSWER, Actor(frozenset(Role), False))
    assert (type(told), told.code) == (TransitionRefused, "chain.no_such_action")


def test_it_says_whose_decision_it_is() -> None:
    told = refusal(Step.UNIT_NOTE, Action.FORWARD, Actor(frozenset({Role.AUDITOR}), False))
    assert (type(told), told.code, told.context["role"]) == (Forbidden, "chain.role", "unit_head")


def test_it_asks_for_the_note_before_it_judges_the_rest() -> None:
    head = Actor(frozenset({Role.UNIT_HEAD}), False)
    assert refusal(Step.UNIT_NOTE, Action.RETURN, head, NOTHING, "  \n").code == "chain.note_required"
    assert refusal(Step.UNIT_NOTE, Action.RETURN, head, NOTHING, "Lengkapi.").code == "guard.fields_marked"


@pytest.mark.parametrize(
    "row", [row for row in TRANSITIONS if row.guard], ids=lambda row: f"{row.step}-{row.action}"
)
def test_it_stops_at_a_guard_that_does_not_hold(row) -> None:
    actor = Actor(frozenset({row.role}), row.role is Role.REQUESTER)
    others = Facts(frozenset(Guard) - {row.guard})
    told = refusal(row.step, row.action, actor, others, "Alasan.")
    assert (type(told), told.code) == (TransitionRefused, f"guard.{row.guard}")
    offered = {move.action for move in chain.available(CURRENT_VERSION, row.step, actor, others)}
    assert (row.action in offered) == (row.guard not in STATE_GUARDS)


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.step}-{row.action}-{row.role}")
def test_it_lets_nobody_decide_on_a_request_of_their_own(row) -> None:
    """Whatever roles a requester holds besides."""
    actor = Actor(frozenset(Role), is_requester=True)
    if row.role is Role.REQUESTER:
        assert chain.advance(CURRENT_VERSION, row.step, row.action, actor, EVERYTHING, "x") == row
    else:
        assert refusal(row.step, row.action, actor, note="x").code == "chain.own_request"


@pytest.mark.parametrize("role", OFFICIALS)
def test_it_lets_no_official_act_for_the_requester(role: Role) -> None:
    actor = Actor(frozenset({role, Role.REQUESTER}), is_requester=False)
    for row in TRANSITIONS:
        if row.role is Role.REQUESTER:
            assert refusal(row.step, row.action, actor, note="x").code == "chain.role"


@given(step=st.sampled_from(Step), action=st.sampled_from(Action), actor=actors, note=st.text(max_size=5),
       holding=st.frozensets(st.sampled_from(Guard)))  # fmt: skip
def test_it_never_moves_what_it_does_not_offer(step, action, actor, note, holding) -> None:
    facts = Facts(holding)
    try:
        row = chain.advance(CURRENT_VERSION, step, action, actor, facts, note)
    except PortalError:
        return
    assert row in chain.available(CURRENT_VERSION, step, actor, facts)
    assert (row.step, row.action) == (step, action)
    assert facts.holds(row.guard)
    assert note.strip() or not row.needs_note


@given(choices=st.lists(st.integers(0, 30), max_size=60))
def test_it_walks_at_random_into_no_dead_end(choices: list[int]) -> None:
    """Everybody needed is there and every guard can be met, so there is always somebody who can move it on."""
    step, passed = Step.SUBMISSION, []
    for choice in choices:
        if step in TERMINAL:
            break
        rows = transitions(CURRENT_VERSION, step)
        assert rows, step
        row = rows[choice % len(rows)]
        actor = Actor(frozenset({row.role}), row.role is Role.REQUESTER)
        moved = chain.advance(CURRENT_VERSION, step, row.action, actor, EVERYTHING, "Alasan.")
        passed.append((moved.step, moved.next_step))
        step = moved.next_step
    assert all(before[1] == after[0] for before, after in pairwise(passed))
    if step in TERMINAL:
        assert transitions(CURRENT_VERSION, step) == ()
    else:
        assert chain.available(CURRENT_VERSION, step, _everybody(step), EVERYTHING)


def _everybody(step: Step) -> Actor:
    """Whoever has a move at `step`."""
    role = transitions(CURRENT_VERSION, step)[0].role
    return Actor(frozenset({role}), role is Role.REQUESTER)
