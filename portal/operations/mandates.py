"""By which right somebody decides on one request: a role of their own, or a mandate that counts at this moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from portal.errors import Forbidden
from portal.sop import chain, ladder
from portal.sop.table import Role, Transition
from portal.store.models import BackupRequest, Delegation, User
from portal.store.queries import delegations as rows
from portal.store.queries import dispositions, people, runs
from schemas.run import MIRROR_KINDS, RunKind

WORK = (RunKind.BACKUP, *MIRROR_KINDS)
"""The runs that carry a request out; a restore test is a look, which others may take too."""
Seats = dict[Role, Delegation | None]
"""The roles in which somebody may act on a request, each with the mandate it is by (None: their own)."""


def seats(backup_request: BackupRequest, user: User, at: datetime, step: str = "") -> Seats:
    """`user` as seen from one request: a unit head counts only for the request's own unit, and a mandate only at the
    steps that it is given for (`step`, or where the request stands) and on requests of others than who gave it: nobody
    approves by a deputy's hand."""
    found: Seats = {
        Role(role): None
        for role, unit in people.owned(user, at)
        if role != Role.UNIT_HEAD or unit == backup_request.unit_id
    }
    for given in people.mandates(user, at):
        by_own_hand = given.granted_by_id == backup_request.requester_id
        if not by_own_hand and _covers(given, backup_request, step or backup_request.step):
            found.setdefault(Role(given.role), given)
    return found


def actor_for(backup_request: BackupRequest, user: User, at: datetime) -> chain.Actor:
    """`user` as the rule book asks, on this request at this moment."""
    return actor(backup_request, user, seats(backup_request, user, at))


def actor(backup_request: BackupRequest, user: User, sitting: Seats) -> chain.Actor:
    """Who acts, as the rule book asks."""
    return chain.Actor(frozenset(sitting), backup_request.requester_id == user.id)


def two_hands(backup_request: BackupRequest, user: User, role: Role, sitting: Seats) -> bool:
    """Whether this decision would put approving and carrying out of a request into one hand by way of a mandate."""
    if role is not ladder.CARRIES_OUT and role not in ladder.APPROVES:
        return False
    taken = dispositions.roles_taken(backup_request.id, user.id)
    if runs.carried_out_by(backup_request.id, user.id, WORK):
        taken.setdefault(ladder.CARRIES_OUT.value, False)
    by_mandate = sitting.get(role) is not None or any(
        acted for name, acted in taken.items() if name in ladder.APPROVES or name == ladder.CARRIES_OUT
    )
    return by_mandate and ladder.conflict(frozenset({*taken, role.value}))


def check_hands(backup_request: BackupRequest, user: User, row: Transition, sitting: Seats) -> None:
    """Raises Forbidden('mandate.two_hands') where `two_hands` says so."""
    if two_hands(backup_request, user, row.role, sitting):
        raise Forbidden("mandate.two_hands", number=backup_request.number)


def approved_as_deputy(request_id: int, user: User) -> bool:
    """Whether `user` has decided on the request in an approver's post that they only stood for."""
    taken = dispositions.roles_taken(request_id, user.id)
    return any(taken.get(role.value, False) for role in ladder.APPROVES)


def not_approved_by(backup_request: BackupRequest, user: User) -> None:
    """Whoever approved a request as a deputy does not start its runs. Raises Forbidden('mandate.two_hands')."""
    if approved_as_deputy(backup_request.id, user):
        raise Forbidden("mandate.two_hands", number=backup_request.number)


def decides(user: User, at: datetime, *posts: Role, asked_by: Collection[int | None] = ()) -> bool:
    """Whether `user` holds one of these posts for what the people `asked_by` (ids) wish or did: nobody approves by the
    hand of a deputy of their own naming."""
    return not people.roles(user, at, asked_by).isdisjoint(post.value for post in posts)


def approves(user: User, at: datetime, *posts: Role, asked_by: Collection[int | None] = ()) -> bool:
    """As `decides`; administrators approve nothing (design, "Authority"), whatever else they hold."""
    return decides(user, at, *posts, asked_by=asked_by) and not decides(user, at, Role.ADMINISTRATOR)


def refused(code: str, user: User, at: datetime, asked_by: Collection[int | None]) -> Forbidden:
    """The refusal for whom `approves` or `decides` says no to: Forbidden(code), or ('mandate.of_asker') to a deputy
    whom whoever asked has named."""
    theirs = (given for given in people.mandates(user, at) if given.granted_by_id in asked_by)
    given = next(theirs, None)
    return Forbidden("mandate.of_asker", letter=given.letter_number) if given else Forbidden(code)


def told(given: Delegation) -> dict[str, Any]:
    """A mandate as the trail tells it beside what was done by it: the post, for whom, and the letter."""
    return {"acting": given.kind, "post": given.post, "acting_for": given.holder.name if given.holder else "",
            "letter": given.letter_number}  # fmt: skip


def standing(user: User | None, role: Role, at: datetime | None) -> Delegation | None:
    """The mandate by which `user` had all the work of `role` at `at`; None where the role was their own or not held."""
    if user is None or at is None or role.value in {held for held, _unit in people.owned(user, at)}:
        return None
    found = (given for given in people.mandates(user, at) if given.role == role and not given.steps)
    return next(found, None)


def explained(refused: Forbidden, backup_request: BackupRequest, user: User, at: datetime) -> Forbidden:
    """The refusal, in the words of the mandate that does not count (any more) where there is one."""
    if refused.code != "chain.role":
        return refused
    return lapsed(backup_request, user, str(refused.context["role"]), at) or refused


def lapsed(backup_request: BackupRequest, user: User, role: str, at: datetime) -> Forbidden | None:
    """Why a mandate of this role does not count for `user` on this request now; None where there never was one."""
    for given in rows.of_person(user.id, role):
        if given.unit_id is not None and given.unit_id != backup_request.unit_id:
            continue
        said = {"letter": given.letter_number, "role": role, "post": given.post}
        if given.ended_at is not None and given.ended_at <= at:
            return Forbidden(
                "mandate.was_ended",
                since=given.ended_at,
                by=given.ended_by.name if given.ended_by else "",
                **said,
            )
        if given.ends_at <= at:
            return Forbidden("mandate.is_over", last=given.last_day, **said)
        if given.starts_at > at:
            return Forbidden("mandate.not_yet", first=given.first_day, **said)
        if not rows.counts(given, at):
            return Forbidden("mandate.void", **said)
        if given.granted_by_id == backup_request.requester_id:
            return Forbidden("mandate.of_requester", **said)
        return Forbidden("mandate.other_step", **said)
    return None


def just_lapsed(backup_request: BackupRequest, user: User, role: str, at: datetime) -> Forbidden | None:
    """As `lapsed`, of a mandate that still counted when the request came to where it lies: its deputy has seen it."""
    seen = backup_request.submitted_at is not None and any(
        min(given.ends_at, given.ended_at or given.ends_at) > backup_request.step_entered_at
        and given.starts_at <= at
        for given in rows.of_person(user.id, role)
    )
    return lapsed(backup_request, user, role, at) if seen else None


def _covers(given: Delegation, backup_request: BackupRequest, step: str) -> bool:
    if given.unit_id is not None and given.unit_id != backup_request.unit_id:
        return False
    return not given.steps or step in given.steps
