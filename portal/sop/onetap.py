"""What a desk usually does, as data beside the transition table: the move that one press makes, and the standard
instructions that go with it. Pure.

One press makes no move that wants a note or something filled in, and none on a selection where a rule of the policy is
broken: the pages see to that. What goes wrong is taken back (sop/undo.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.sop.chain import STATE_GUARDS
from portal.sop.table import Action, Guard, Step, Transition
from portal.sop.undo import undoable


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual move of a desk with its instructions ("Dengan hormat harap")."""

    action: Action
    instructions: tuple[str, ...] = ()


USUAL: dict[Step, Usual] = {
    Step.UNIT_NOTE: Usual(Action.FORWARD),
    Step.CENTER_DISPOSITION: Usual(Action.FORWARD, ("process",)),
    Step.POLICY_SELECTION: Usual(Action.APPROVE, ("study", "process")),
    Step.SPECIFICATION_SELECTION: Usual(Action.APPROVE, ("process", "report")),
    Step.EXECUTION: Usual(Action.FOLLOW_UP),
    Step.SUBDIVISION_REPORT: Usual(Action.FORWARD),
    Step.DIVISION_REPORT: Usual(Action.FORWARD, ("prepare_reply",)),
}


def instructions(step: str, action: str) -> tuple[str, ...]:
    """The standard instructions of a move: those of the usual one, none for another."""
    usual = USUAL.get(Step(step))
    return usual.instructions if usual and usual.action == action else ()


def in_one_press(row: Transition) -> bool:
    """Whether this is the desk's usual move and needs nothing but the press."""
    usual = USUAL.get(row.step)
    plain = not row.needs_note and (row.guard is Guard.NONE or row.guard in STATE_GUARDS)
    return usual is not None and usual.action is row.action and plain and undoable(row)


def in_bulk(row: Transition) -> bool:
    """Whether several requests may be moved so at once: passing on, without a note, a fact to hold or a selection."""
    return row.action is Action.FORWARD and not row.needs_note and row.guard is Guard.NONE and undoable(row)
