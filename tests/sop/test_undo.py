"""Which moves of the SOP can be taken back, typed out by hand."""

from __future__ import annotations

from portal.sop.table import TRANSITIONS, Action, Role
from portal.sop.undo import decided, undoable

FOR_EVER = {
    ("submission", "submit"), ("returned", "submit"), ("submission", "withdraw"), ("returned", "withdraw"),
    ("unit_note", "withdraw"), ("center_disposition", "withdraw"), ("policy_selection", "withdraw"),
    ("specification_selection", "withdraw"), ("refusal_review", "withdraw"), ("execution", "withdraw"),
    ("receipt", "receive"),
}  # fmt: skip


def test_what_an_official_sends_on_can_be_taken_back_and_what_a_requester_does_stands():
    standing = {(row.step.value, row.action.value) for row in TRANSITIONS if not undoable(row)}
    assert standing == FOR_EVER


def test_a_decision_is_found_in_the_rule_book_again():
    for row in TRANSITIONS:
        assert decided(row.version, row.step, row.action, row.role) is row
    assert decided("119.002/2.2", "unit_note", Action.UNDO, Role.UNIT_HEAD) is None
    assert decided("an older one", "unit_note", "forward", "unit_head") is None
