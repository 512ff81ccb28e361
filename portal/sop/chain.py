"""The interpreter of the transition table: who may do what now, and what follows. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from portal.errors import Forbidden, TransitionRefused
from portal.sop.table import Action, Guard, Role, Transition, transitions


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as seen from one request: the roles held for it (a unit head only of its unit) and whether it is
    the actor's own."""

    roles: frozenset[Role]
    is_requester: bool

    def may_act_as(self, role: Role) -> bool:
        """The requester acts on the own request; every other role on requests of others only ("Nobody decides
        on a request of their own")."""
        if role is Role.REQUESTER:
            return self.is_requester
        return role in self.roles and not self.is_requester


@dataclass(frozen=True, slots=True)
class Facts:
    """The guards that hold for the request as it stands, with what was sent along with the action."""

    holding: frozenset[Guard] = field(default_factory=frozenset)

    def holds(self, guard: Guard) -> bool:
        """Whether `guard` is satisfied; no guard always is."""
        return guard is Guard.NONE or guard in self.holding


def available(version: str, step: str, actor: Actor, facts: Facts | None = None) -> tuple[Transition, ...]:
    """The moves `actor` may make at `step`. With `facts`, leaves out those whose state cannot allow them yet or
    any more (withdrawal after execution began, resuming what is not paused)."""
    rows = (row for row in transitions(version, step) if actor.may_act_as(row.role))
    if facts is None:
        return tuple(rows)
    return tuple(row for row in rows if row.guard not in STATE_GUARDS or facts.holds(row.guard))


# Guards on the request's own state; the others judge what is sent along and are told when they fail.
STATE_GUARDS = frozenset({Guard.NOT_BEGUN, Guard.PAUSED, Guard.UNTOLD})


def advance(version: str, step: str, action: str, actor: Actor, facts: Facts, note: str = "") -> Transition:
    """The one transition that `action` is at `step`.

    Raises TransitionRefused('chain.no_such_action') where the table has no such move, Forbidden('chain.own_request')
    for a decision on one's own request, Forbidden('chain.role') for any other person, TransitionRefused
    ('guard.<name>') where a guard does not hold and TransitionRefused('chain.note_required') without the note.
    """
    rows = [row for row in transitions(version, step) if row.action == action]
    if not rows:
        raise TransitionRefused("chain.no_such_action", step=step, action=action)
    allowed = [row for row in rows if actor.may_act_as(row.role)]
    if not allowed:
        raise _forbidden(rows, actor)
    row = allowed[0]
    if row.needs_note and not note.strip():
        raise TransitionRefused("chain.note_required", action=action)
    if not facts.holds(row.guard):
        raise TransitionRefused(f"guard.{row.guard.value}", step=step, action=action)
    return row


def _forbidden(rows: Iterable[Transition], actor: Actor) -> Forbidden:
    roles = [row.role for row in rows]
    if actor.is_requester and any(role in actor.roles for role in roles):
        return Forbidden("chain.own_request")
    return Forbidden("chain.role", role=roles[0].value)


__all__ = ["STATE_GUARDS", "Action", "Actor", "Facts", "advance", "available"]
