from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from portal.errors import Forbidden, PortalError, TransitionRefused
from portal.sop import chain
from portal.sop.chain import Actor, Facts
from portal.sop.table import CURRENT_VERSION, TERMINAL, TRANSITIONS, Action, Guard, Role, Step, transitions

EVERY_ROLE = frozenset(Role)
ALL = Facts(frozenset(Guard))
NONE = Facts()
DECISIONS = [row for row in TRANSITIONS if row.role is not Role.REQUESTER]
OWN_MOVES = [row for row in TRANSITIONS if row.role is Role.REQUESTER]


def name(row) -> str:
    return f"{row.step}-{row.action}"


def advance(row, actor: Actor, facts: Facts = ALL, note: str = "alasan"):
    return chain.advance(row.version, row.step, row.action, actor, facts, note)


def code(row, actor: Actor, facts: Facts = ALL, note: str = "alasan") -> str:
    with pytest.raises(PortalError) as refused:
        advance(row, actor, facts, note)
    return refused.value.code


@pytest.mark.parametrize("row", DECISIONS, ids=name)
def test_it_lets_nobody_decide_on_a_request_of_their_own(row):
    assert code(row, Actor(frozenset({row.role}), is_requester=True)) == "chain.own_request"
    assert code(row, Actor(EVERY_ROLE, is_requester=True)) == "chain.own_request"
    assert row not in chain.available(row.version, row.step, Actor(EVERY_ROLE, is_requester=True))


@pytest.mark.parametrize("row", DECISIONS, ids=name)
def test_it_tells_which_role_decides(row):
    others = frozenset(Role) - {row.role}
    for actor in (Actor(others, False), Actor(frozenset(), False), Actor(others, True)):
        with pytest.raises(Forbidden) as refused:
            advance(row, actor)
        assert (refused.value.code, refused.value.context) == ("chain.role", {"role": row.role.value})


@pytest.mark.parametrize("row", OWN_MOVES, ids=name)
def test_it_leaves_the_requesters_moves_to_the_requester_alone(row):
    assert code(row, Actor(EVERY_ROLE, is_requester=False)) == "chain.role"
    # The file is one's own by having asked, whatever roles are held now.
    assert advance(row, Actor(frozenset(), is_requester=True)) is row


@pytest.mark.parametrize("row", [row for row in TRANSITIONS if row.needs_note], ids=name)
@pytest.mark.parametrize("note", ["", "   ", "\n\t\u00a0"])
def test_it_asks_for_the_note_that_the_sop_asks_for(row, note):
    actor = Actor(frozenset({row.role}), is_requester=False)
    with pytest.raises(TransitionRefused) as refused:
        advance(row, actor, note=note)
    assert refused.value.code == "chain.note_required"
    assert advance(row, actor, note="x") is row


@pytest.mark.parametrize("row", [row for row in TRANSITIONS if not row.needs_note], ids=name)
def test_it_asks_for_no_other_note(row):
    actor = Actor(frozenset({row.role}), is_requester=row.role is Role.REQUESTER)
    assert advance(row, actor, note="") is row


@pytest.mark.parametrize("row", TRANSITIONS, ids=name)
def test_it_names_the_guard_that_does_not_hold(row):
    actor = Actor(frozenset({row.role}), is_requester=row.role is Role.REQUESTER)
    if row.guard is Guard.NONE:
        assert advance(row, actor, NONE) is row
        return
    others = Facts(frozenset(Guard) - {row.guard})
    with pytest.raises(TransitionRefused) as refused:
        advance(row, actor, others)
    assert refused.value.code == f"guard.{row.guard}"
    assert advance(row, actor, Facts(frozenset({row.guard}))) is row


@pytest.mark.parametrize(
    ("step", "action"),
    [(step, action) for step in Step for action in Action
     if not any(row.step == step and row.action == action for row in TRANSITIONS)],
)  # fmt: skip
def test_it_refuses_a_move_that_the_table_has_not(step, action):
    for own in (True, False):
        with pytest.raises(TransitionRefused) as refused:
            chain.advance(CURRENT_VERSION, step, action, Actor(EVERY_ROLE, own), ALL, "alasan")
        assert refused.value.code == "chain.no_such_action"


@pytest.mark.parametrize("action", ["", "APPROVE", "delete", "approve ", "\u0000", "submit; drop"])
def test_it_refuses_words_that_are_no_action(action):
    with pytest.raises(TransitionRefused) as refused:
        chain.advance(CURRENT_VERSION, "policy_selection", action, Actor(EVERY_ROLE, False), ALL, "x")
    assert refused.value.code == "chain.no_such_action"


def test_it_refuses_everything_under_a_rule_book_it_does_not_know():
    assert chain.available("119.002/9.9", "unit_note", Actor(EVERY_ROLE, False), ALL) == ()
    with pytest.raises(TransitionRefused):
        chain.advance("119.002/9.9", "unit_note", "forward", Actor(EVERY_ROLE, False), ALL)


def test_it_hides_what_the_state_of_the_request_cannot_allow():
    def offered(own: bool, *guards: Guard) -> set[str]:
        actor = Actor(frozenset({Role.ADMINISTRATOR}), own)
        return {
            row.action.value
            for row in chain.available(CURRENT_VERSION, "execution", actor, Facts(frozenset(guards)))
        }

    assert offered(True, Guard.NOT_BEGUN) == {"withdraw"}
    assert offered(True) == set()
    assert offered(False, Guard.NOT_BEGUN) == {"follow_up", "postpone", "report"}
    assert offered(False) == {"postpone", "report"}
    assert offered(False, Guard.PAUSED) == {"postpone", "resume", "report"}


roles = st.frozensets(st.sampled_from(Role))
actors = st.builds(Actor, roles, st.booleans())
facts = st.builds(Facts, st.frozensets(st.sampled_from(Guard)))


@given(st.sampled_from(Step), actors, facts)
def test_it_offers_only_what_it_would_carry_out(step, actor, held):
    offered = chain.available(CURRENT_VERSION, step, actor, held)
    with_everything_sent = Facts(held.holding | (frozenset(Guard) - chain.STATE_GUARDS))
    for row in offered:
        assert advance(row, actor, with_everything_sent) is row
    for row in transitions(CURRENT_VERSION, step):
        if row not in offered:
            assert code(row, actor, held).startswith(("chain.", "guard."))


HOMEWARD = {
    Step.SUBMISSION: Action.SUBMIT, Step.RETURNED: Action.SUBMIT, Step.UNIT_NOTE: Action.FORWARD,
    Step.CENTER_DISPOSITION: Action.FORWARD, Step.POLICY_SELECTION: Action.REFUSE,
    Step.SPECIFICATION_SELECTION: Action.REFUSE, Step.REFUSAL_REVIEW: Action.REFUSE, Step.EXECUTION: Action.REPORT,
    Step.SUBDIVISION_REPORT: Action.FORWARD, Step.DIVISION_REPORT: Action.FORWARD, Step.REPLY: Action.ANSWER,
    Step.RECEIPT: Action.RECEIVE,
}  # fmt: skip


class Walk(RuleBasedStateMachine):
    """A file walked at random by anybody doing anything: it moves by the table, or it stays."""

    @initialize(version=st.just(CURRENT_VERSION))
    def file(self, version):
        self.version, self.step = version, Step.SUBMISSION

    @rule(action=st.sampled_from(Action), actor=actors, held=facts, note=st.sampled_from(["", " ", "alasan"]))
    def try_anything(self, action, actor, held, note):
        lawful = [
            row
            for row in TRANSITIONS
            if (row.step, row.action) == (self.step, action)
            and (actor.is_requester if row.role is Role.REQUESTER else row.role in actor.roles)
            and not (actor.is_requester and row.role is not Role.REQUESTER)
            and (row.guard is Guard.NONE or row.guard in held.holding)
            and (note.strip() or not row.needs_note)
        ]
        try:
            row = chain.advance(self.version, self.step, action, actor, held, note)
        except (Forbidden, TransitionRefused):
            assert lawful == []
            return
        assert lawful == [row]
        self.step = row.next_step

    @rule(pick=st.integers(0, 9))
    def move_lawfully(self, pick):
        moves = [row for row in transitions(self.version, self.step) if row.action is not Action.WITHDRAW]
        if moves:
            row = moves[pick % len(moves)]
            actor = Actor(frozenset({row.role}), row.role is Role.REQUESTER)
            self.step = advance(row, actor).next_step

    def teardown(self):
        """Wherever the walk stopped, the file can be brought to its end, and by then nothing more moves it."""
        step = getattr(self, "step", Step.SUBMISSION)
        for _ in range(len(Step)):
            if step in TERMINAL:
                break
            row = next(row for row in transitions(CURRENT_VERSION, step) if row.action == HOMEWARD[step])
            step = advance(row, Actor(frozenset({row.role}), row.role is Role.REQUESTER)).next_step
        assert step in TERMINAL
        assert chain.available(CURRENT_VERSION, step, Actor(EVERY_ROLE, False)) == ()
        assert chain.available(CURRENT_VERSION, step, Actor(EVERY_ROLE, True)) == ()


TestWalk = Walk.TestCase
