"""Acting officials (Plh., Plt.): a mandate by letter, from the holder of a post or the next superior, for some days.

It gives the deputy the post's desk for as long as it counts (`store.queries.delegations`), asked at every decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.errors import Forbidden, InvalidInput, NotFound, TransitionRefused
from portal.operations import audit, outbox
from portal.operations.mandates import told
from portal.sop import ladder
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import Delegation, Unit, User
from portal.store.queries import audit as trail
from portal.store.queries import delegations as rows
from portal.store.queries import people
from schemas.delegation import Extent, MandateForm, Post

SEES_ALL = (Role.SYSTEM_ADMIN, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Choice:
    """A post for which somebody may name a deputy: who holds it (None: vacant) and of which unit it is."""

    post: Post
    holder: User | None
    unit: Unit | None


def choices(user: User, at: datetime) -> list[Choice]:
    """The posts for which `user` may name a deputy at `at`: their own, and those below them, the vacant ones too."""
    own = people.owned(user, at)
    return [choice for choice in _posts(at) if _may_name(choice.post, own, user)]


def grant(form: MandateForm, user: User, key: str, *, at: datetime) -> Delegation:
    """Give a mandate. A form sent twice is one mandate.

    Raises InvalidInput naming the field, Forbidden('mandate.not_yours') for a post of others, ('mandate.redelegation')
    for one that `user` holds by a mandate only.
    """
    with transaction():
        trail.hold_chain()
        if known := rows.by_key(key):
            return known
        holder = _check_post(form.post, user, at)
        deputy = _check_deputy(form, user, at)
        _check_days(form, at)
        begin, end = ladder.term(form.first_day, form.last_day)
        # What was decided earlier on the first day stays judged by what held then.
        begin = max(begin, at)
        _check_overlap(form, begin, end)
        given = Delegation.create(
            kind=(ladder.Kind.PLH if holder else ladder.Kind.PLT).value, role=form.post.role, unit=form.post.unit_id,
            post=_title(form, holder), holder=holder, deputy=deputy, letter_number=form.letter_number,
            letter_date=form.letter_date, first_day=form.first_day, last_day=form.last_day, starts_at=begin,
            ends_at=end, steps=_steps(form), granted_by=user, granted_at=at, idempotency_key=key)  # fmt: skip
        _record("granted", given, user, at, {})
        _tell("granted", given, at)
        return given


def end(delegation_id: int, reason: str, user: User, *, at: datetime) -> Delegation:
    """End a mandate before its last day, at once: by who may give it, or by the deputy, who lays it down.

    Raises NotFound, Forbidden('mandate.not_yours'), TransitionRefused('mandate.ended_already').
    """
    with transaction():
        trail.hold_chain()
        given = find(delegation_id, user, at=at)
        if not may_end(given, user, at):
            raise Forbidden("mandate.not_yours", role=given.role)
        if given.ended_at is not None or given.ends_at <= at:
            raise TransitionRefused("mandate.ended_already", letter=given.letter_number)
        Delegation.update(ended_at=at, ended_by=user, end_reason=reason).where(
            Delegation.id == delegation_id
        ).execute()
        given = Delegation.get_by_id(delegation_id)
        _record("ended", given, user, at, {"note": reason})
        _tell("ended", given, at)
        return given


def find(delegation_id: int, user: User, *, at: datetime) -> Delegation:
    """A mandate that concerns `user`. Raises NotFound('mandate.unknown'), also for one that does not."""
    given = rows.get(delegation_id)
    if given is None or not _concerns(given, user, at):
        raise NotFound("mandate.unknown")
    return given


def may_end(given: Delegation, user: User, at: datetime) -> bool:
    """Whether `user` may end it: the deputy, the holder, or a superior of the post."""
    mine = user.active and user.id in (given.deputy_id, given.holder_id)
    return mine or _may_name(_post_of(given), people.owned(user, at), user)


def visible(user: User, at: datetime) -> Any:
    """Which mandates `user` sees, for the list: None for all of them."""
    own = people.owned(user, at)
    if {role for role, _unit in own} & {role.value for role in SEES_ALL}:
        return None
    posts = [role.value for role in ladder.SUPERIORS if _is_superior(role.value, own)]
    return rows.concerning(user.id, posts)


def state_of(given: Delegation, at: datetime) -> str:
    """ended, over, coming, current; or void: what it rests on has changed, so that it does not count."""
    if given.ended_at is not None and given.ended_at <= at:
        return "ended"
    if given.ends_at <= at:
        return "over"
    if given.starts_at > at:
        return "coming"
    return "current" if rows.counts(given, at) else "void"


def _posts(at: datetime) -> list[Choice]:
    """Every post of the SOP: one for each holder, and the vacant ones."""
    found = []
    for role in ladder.SUPERIORS:
        for unit in people.units() if role is Role.UNIT_HEAD else [None]:
            unit_id = unit.id if unit else None
            owners = people.owners(role.value, unit_id, at)
            seats: list[User | None] = [*owners] or [None]
            found += [
                Choice(Post(role.value, unit_id, owner.id if owner else None), owner, unit) for owner in seats
            ]
    return found


def _may_name(post: Post, own: frozenset[tuple[str, int | None]], user: User) -> bool:
    """The holder names a deputy for the own post, not for that of another holder of the same role."""
    if _is_superior(post.role, own):
        return True
    return post.holder_id == user.id and (post.role, post.unit_id) in own


def _is_superior(role: str, own: frozenset[tuple[str, int | None]]) -> bool:
    above = {superior.value for superior in ladder.SUPERIORS[Role(role)]}
    return not above.isdisjoint(held for held, _unit in own)


def _check_post(post: Post, user: User, at: datetime) -> User | None:
    """The holder of the post, None where it is vacant."""
    if post.role not in {role.value for role in ladder.SUPERIORS}:
        raise InvalidInput(fields={"post": ("mandate.post_unknown", {})})
    if not _may_name(post, people.owned(user, at), user):
        by_mandate = people.roles_held(user, at) - people.owned(user, at)
        if _is_superior(post.role, by_mandate) or (post.role, post.unit_id) in by_mandate:
            raise Forbidden("mandate.redelegation", role=post.role)
        raise Forbidden("mandate.not_yours", role=post.role)
    known = {choice.post: choice.holder for choice in _posts(at)}
    if post not in known:
        code = "mandate.not_vacant" if post.holder_id is None else "mandate.post_unknown"
        raise InvalidInput(fields={"post": (code, {})})
    return known[post]


def _check_deputy(form: MandateForm, user: User, at: datetime) -> User:
    deputy, post = people.user(form.deputy_id), form.post
    if deputy is None:
        raise _deputy("mandate.deputy_unknown")
    if not deputy.active:
        raise _deputy("mandate.deputy_inactive", name=deputy.name)
    if deputy.id == post.holder_id:
        raise _deputy("mandate.deputy_is_holder")
    if deputy.id == user.id:
        # Nobody raises themselves, not even a superior who could do the work by going down the ladder.
        raise _deputy("mandate.deputy_is_oneself")
    own = people.owned(deputy, at)
    if (post.role, post.unit_id) in own:
        raise _deputy("mandate.deputy_holds", name=deputy.name)
    if Role.AUDITOR.value in {role for role, _unit in own}:
        raise _deputy("mandate.deputy_audits", name=deputy.name)
    return deputy


def _deputy(code: str, **context: Any) -> InvalidInput:
    return InvalidInput(fields={"deputy_id": (code, context)})


def _check_days(form: MandateForm, at: datetime) -> None:
    today = at.astimezone(ladder.OFFICE_ZONE).date()
    if form.letter_date > today:
        raise InvalidInput(fields={"letter_date": ("mandate.letter_date", {})})
    if not today <= form.first_day <= today + ladder.LONGEST:
        most = {"first": today, "last": today + ladder.LONGEST}
        raise InvalidInput(fields={"first_day": ("mandate.first_day", most)})
    if form.last_day < form.first_day:
        raise InvalidInput(fields={"last_day": ("mandate.last_day", {})})
    if form.last_day - form.first_day >= ladder.LONGEST:
        raise InvalidInput(fields={"last_day": ("mandate.too_long", {"days": ladder.LONGEST.days})})


def _check_overlap(form: MandateForm, begin: datetime, end: datetime) -> None:
    """A post has one deputy at a time, and a deputy stands for one of several holders of a role."""
    for other in rows.overlapping(form.post.role, form.post.unit_id, begin, end):
        if other.holder_id == form.post.holder_id or other.deputy_id == form.deputy_id:
            said = {"letter": other.letter_number, "first": other.first_day, "last": other.last_day,
                    "name": other.deputy.name}  # fmt: skip
            raise InvalidInput(fields={"first_day": ("mandate.overlap", said)})


def _steps(form: MandateForm) -> list[str]:
    if form.extent is Extent.ALL:
        return []
    known = ladder.steps_of(form.post.role)
    chosen = [step for step in known if step in form.steps]
    if not chosen or set(form.steps) - set(known):
        raise InvalidInput(fields={"steps": ("mandate.steps", {"role": form.post.role})})
    return chosen


def _title(form: MandateForm, holder: User | None) -> str:
    title = form.post_title or (holder.post if holder else "")
    if not title:
        raise InvalidInput(fields={"post_title": ("mandate.post_title", {})})
    return str(title)


def _post_of(given: Delegation) -> Post:
    return Post(given.role, given.unit_id, given.holder_id)


def _concerns(given: Delegation, user: User, at: datetime) -> bool:
    own = people.owned(user, at)
    sees_all = bool({role for role, _unit in own} & {role.value for role in SEES_ALL})
    mine = user.id in (given.deputy_id, given.holder_id, given.granted_by_id)
    return sees_all or mine or _is_superior(given.role, own)


def _record(action: str, given: Delegation, user: User, at: datetime, more: dict[str, Any]) -> None:
    audit.record(
        f"mandate:{action}",
        actor=user,
        subject_type="mandate",
        subject_id=given.id,
        at=at,
        data={
            **told(given),
            "role": given.role,
            "unit": given.unit.code if given.unit else None,
            "deputy": given.deputy.name,
            "first_day": given.first_day.isoformat(),
            "last_day": given.last_day.isoformat(),
            "steps": list(given.steps),
            **more,
        },
    )


def _tell(what: str, given: Delegation, at: datetime) -> None:
    """One event: a mail to the deputy, one to the holder who is stood for, a single post to the receiver."""
    facts = {**told(given), "what": what, "deputy": given.deputy.name, "deputy_id": given.deputy_id,
             "first_day": given.first_day.isoformat(), "last_day": given.last_day.isoformat(),
             "limited": bool(given.steps), "reason": given.end_reason,
             "by": (given.ended_by or given.granted_by).name, "at": at.isoformat()}  # fmt: skip
    outbox.announce("mandate", f"mandate:{given.id}:{what}", subject=("mandate", given.id), facts=facts, at=at,
                    several=filter(None, (given.deputy, given.holder)))  # fmt: skip
