"""What waits on people's desks: the most urgent first, a page at a time, counted no further than anybody reads.

A desk is read step by step, each in the order of an index, and put together here: the time does not grow with what
waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from portal.store.models import BackupRequest
from portal.store.queries import words as index
from portal.store.queries.requests import with_people

MOST = 1000
"""Counted no further: whoever has more waiting is told so."""
MOST_HELD = 100
"""The same for what holds words: each has to be read, and whoever has more adds a word."""
GROUPS = ("late", "today", "later", "paused")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a desk: a step, of one unit where the role is one unit's, not of what `besides` has asked for; with
    `untold` only what lies postponed there and whose requester no letter has told so."""

    step: str
    unit_id: int | None = None
    besides: int | None = None
    untold: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, and when the office's day ends: what tells late from today and later."""

    at: datetime
    day_ends: datetime


def parts(
    roles: Iterable[tuple[str, int | None]],
    steps_of: Mapping[str, Sequence[str]],
    mandates: Iterable[Any] = (),
    tells_at: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> list[Part]:
    """The parts of the desks of these roles (role, unit or None), and of those that a person stands in for. `tells_at`:
    the steps at which a role tells requesters of a postponement."""
    found = [Part(step, unit_id) for role, unit_id in roles for step in steps_of.get(role, [])]
    found += [Part(step, untold=True) for role, _unit in roles for step in tells_at.get(role, [])]
    for given in mandates:
        steps = given.steps or steps_of.get(given.role, [])
        # Nobody approves by a deputy's hand.
        found += [Part(step, given.unit_id, given.granted_by_id) for step in steps]
        untold = () if given.steps else tells_at.get(given.role, [])
        found += [Part(step, None, given.granted_by_id, untold=True) for step in untold]
    return [part for part in dict.fromkeys(found) if not any(_holds(other, part) for other in found)]


def total(desk: list[Part], user_id: int, most: int = MOST) -> int:
    """How many wait, never `user_id`'s own; `most` + 1 for any number above `most`."""
    count = 0
    for part in desk:
        count += _count(_of(part, user_id), most + 1 - count)
        if count > most:
            break
    return count


def arrived(desk: list[Part], user_id: int, since: datetime, most: int = MOST) -> int:
    """How many of what waits came after `since`, counted like `total`."""
    count = 0
    for part in desk:
        came = _of(part, user_id).where(BackupRequest.step_entered_at > since)
        count += _count(came, most + 1 - count)
    return count


def counts(
    desk: list[Part], user_id: int, moment: Moment, words: str = "", most: int = MOST
) -> dict[str, int]:
    """How many wait in each group that is not empty, each counted like `total`."""
    found, held = {}, _held(words)
    for group in GROUPS:
        count = 0
        for part in desk:
            for piece in _pieces(part, user_id, group, moment, held):
                count += _count(piece, most + 1 - count)
        if count:
            found[group] = count
    return found


def page(
    desk: list[Part], user_id: int, moment: Moment, *, words: str = "", skip: int = 0, most: int = 25
) -> list[tuple[str, BackupRequest]]:
    """The `most` most urgent after the first `skip`, each with its group, with who asked and the unit."""
    shown = _chosen(desk, user_id, moment, words, skip + most)[skip:]
    query = with_people().where(BackupRequest.id.in_([row_id for _, row_id in shown]))
    rows = {row.id: row for row in query}
    return [(group, rows[row_id]) for group, row_id in shown if row_id in rows]


def order(desk: list[Part], user_id: int, moment: Moment, words: str = "", most: int = MOST) -> list[int]:
    """The ids of the `most` most urgent."""
    return [row_id for _, row_id in _chosen(desk, user_id, moment, words, most)]


def _chosen(desk: list[Part], user_id: int, moment: Moment, words: str, most: int) -> list[tuple[str, int]]:
    chosen: list[tuple[str, int]] = []
    held = _held(words)
    for group in GROUPS:
        wanted = most - len(chosen)
        if wanted <= 0:
            break
        chosen += [(group, row_id) for row_id in _urgent(desk, user_id, group, moment, held, wanted)]
    return chosen


def _urgent(desk: list[Part], user_id: int, group: str, moment: Moment, held: Any, most: int) -> list[int]:
    """The ids of a group, soonest due first, what has no due time last."""
    found: list[tuple[bool, str, int]] = []
    for part in desk:
        for piece in _pieces(part, user_id, group, moment, held):
            query = piece.select(BackupRequest.id, BackupRequest.due_at)
            found.extend(
                (row.due_at is None, row.due_at.isoformat() if row.due_at else "", row.id)
                for row in query.order_by(BackupRequest.due_at, BackupRequest.id).limit(most)
            )
    return [row_id for *_, row_id in sorted(found)[:most]]


def _held(words: str) -> Any:
    """The condition of the words, asked of the index once for all parts."""
    return index.holding(words) if words else None


def _pieces(part: Part, user_id: int, group: str, moment: Moment, held: Any) -> Iterator[Any]:
    """The group of a part as queries that an index answers in the order of the due time."""
    if part.untold and group != "paused":
        return
    query, due = _of(part, user_id), BackupRequest.due_at
    if held is not None:
        query = query.where(held)
    if group == "paused":
        yield query.where(BackupRequest.paused_at.is_null(False))
        return
    query = query.where(BackupRequest.paused_at.is_null())
    if group == "late":
        yield query.where(due < moment.at)
    elif group == "today":
        yield query.where(due >= moment.at, due < moment.day_ends)
    else:
        yield query.where(due >= moment.day_ends)
        yield query.where(due.is_null())


def _of(part: Part, user_id: int) -> Any:
    query = BackupRequest.select(BackupRequest.id).where(
        BackupRequest.step == part.step, BackupRequest.requester != user_id
    )
    if part.unit_id is not None:
        query = query.where(BackupRequest.unit == part.unit_id)
    if part.untold:
        query = query.where(BackupRequest.paused_at.is_null(False), BackupRequest.told_at.is_null())
    return query if part.besides is None else query.where(BackupRequest.requester != part.besides)


def _holds(wider: Part, part: Part) -> bool:
    """Whether `wider` has all that `part` has, and more."""
    unit = wider.unit_id is None or wider.unit_id == part.unit_id
    besides = wider.besides is None or wider.besides == part.besides
    told = part.untold or not wider.untold
    return wider != part and wider.step == part.step and unit and besides and told


def _count(query: Any, most: int) -> int:
    return query.limit(most).count() if most > 0 else 0
