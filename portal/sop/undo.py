"""Which decisions can be taken back, as data beside the transition table (decision 0021). Pure.

Who decided may take it back until the next desk has opened the request. What a decision brought about says whether
that is still possible: a row is put back as it was, a letter is withdrawn, a grant goes. Whatever is not named here
stands for ever.
"""

from __future__ import annotations

from enum import StrEnum

from portal.sop.table import TERMINAL, Action, Effect, Role, Transition, transitions


class Back(StrEnum):
    """What taking an effect back needs."""

    ROW = "row"
    """The request's columns get back what they held."""
    LETTER = "letter"
    """The paper is withdrawn; its number stays in the register for the same request's next signing."""
    WORK = "work"
    """As ROW, but only while no run, schedule or mirror was begun on it."""
    GRANT = "grant"
    """As WORK, and the authority is gone."""
    NEVER = "never"
    """Told to people outside the desks, or the end of the file."""


BACK: dict[Effect, Back] = {
    Effect.NUMBER: Back.NEVER,
    Effect.NOTA_DINAS: Back.LETTER,
    Effect.AGENDA: Back.LETTER,
    Effect.GRANT: Back.GRANT,
    Effect.REFUSED: Back.ROW,
    Effect.UNREFUSED: Back.ROW,
    Effect.GRANTED: Back.ROW,
    Effect.FOLLOW_UP: Back.WORK,
    Effect.PAUSE: Back.ROW,
    Effect.RESUME: Back.WORK,
    Effect.REPORT: Back.LETTER,
    Effect.REPLY: Back.LETTER,
    Effect.INTERIM_REPLY: Back.LETTER,
    Effect.RECEIPT: Back.NEVER,
    Effect.MARK_FIELDS: Back.ROW,
}


def needs(row: Transition) -> frozenset[Back]:
    """What taking this move back needs."""
    return frozenset(BACK.get(effect, Back.NEVER) for effect in row.effect)


def undoable(row: Transition) -> bool:
    """Whether the move can be taken back at all: an official's, that left the request on a desk, with effects that can
    be undone. A requester mends or withdraws instead."""
    return row.role is not Role.REQUESTER and row.next_step not in TERMINAL and Back.NEVER not in needs(row)


def decided(version: str, step: str, action: str, role: str) -> Transition | None:
    """The row of the rule book that a decision followed, or None (an undo itself, a row of a book no longer here)."""
    if action == Action.UNDO:
        return None
    found = (row for row in transitions(version, step) if (row.action, row.role) == (action, role))
    return next(found, None)
