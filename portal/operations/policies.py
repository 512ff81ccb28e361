"""The policy's desk: the Kasubbid publishes a version, the Kabid reads it, and nothing is ever changed afterwards."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep
from portal.operations import audit
from portal.operations.letters import OFFICE_ZONE
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import PolicyVersion, User
from portal.store.queries import people
from portal.store.queries import policies as rows
from schemas.policy import PolicyTerms, Publication, differences

AHEAD_MOST = timedelta(days=366)


def publish(
    terms: PolicyTerms, publication: Publication, user: User, *, seen: int, at: datetime
) -> PolicyVersion:
    """Publish the next version; `seen` is the number of the newest one that the form was made from (0: none).

    Raises Forbidden('policy.role'), StaleStep('policy.published') when another came in between, InvalidInput naming
    `units`, `valid_from`, or `terms` when nothing differs.
    """
    with transaction():
        rows.hold_numbers()
        _require(user, Role.SUBDIVISION_HEAD, at)
        last = rows.newest()
        if seen != (last.number if last else 0):
            raise StaleStep("policy.published", number=last.number if last else 0)
        old = PolicyTerms.model_validate(last.terms) if last else None
        changed = differences(old, terms)
        if not changed:
            raise InvalidInput(fields={"terms": ("policy.unchanged", {})})
        _check_units(terms)
        version = PolicyVersion.create(
            number=seen + 1,
            terms=terms.model_dump(mode="json"),
            digest=terms.digest(),
            note=publication.note,
            valid_from=_begin(publication, at),
            published_by=user,
            published_at=at,
        )
        _record("published", version, user, at, changed=[name for name, _, _ in changed])
        return version


def acknowledge(number: int, user: User, *, at: datetime) -> PolicyVersion:
    """The Kabid has read a version. Twice is the same as once. Raises NotFound, Forbidden('policy.reader')."""
    with transaction():
        version = rows.by_number(number)
        if version is None:
            raise NotFound("policy.unknown")
        if Role.DIVISION_HEAD.value not in people.roles(user, at):
            raise Forbidden("policy.reader")
        unseen = (PolicyVersion.number == number) & PolicyVersion.seen_at.is_null()
        if PolicyVersion.update(seen_by=user, seen_at=at).where(unseen).execute() == 1:
            _record("seen", version, user, at)
        return PolicyVersion.get_by_id(version.id)


def terms_of(version: PolicyVersion) -> PolicyTerms | None:
    """The terms of a version, or None when they are no longer what was published."""
    terms = PolicyTerms.model_validate(version.terms)
    return terms if terms.digest() == version.digest else None


def _require(user: User, role: Role, at: datetime) -> None:
    if role.value not in people.roles(user, at):
        raise Forbidden("policy.role")


def _check_units(terms: PolicyTerms) -> None:
    unknown = [code for code in terms.units if people.unit_by_code(code) is None]
    if unknown:
        raise InvalidInput(fields={"units": ("policy.unknown_unit", {"unit": unknown[0]})})


def _begin(publication: Publication, at: datetime) -> datetime:
    """From when the version holds: at once, or from the beginning of a later day. What has passed stays judged by
    what held then."""
    today, day = at.astimezone(OFFICE_ZONE).date(), publication.valid_from
    if day is None or day == today:
        return at
    if not today < day <= today + AHEAD_MOST:
        most = {"first": today, "last": today + AHEAD_MOST}
        raise InvalidInput(fields={"valid_from": ("policy.valid_from", most)})
    return datetime.combine(day, time(), OFFICE_ZONE)


def _record(action: str, version: PolicyVersion, user: User, at: datetime, **more: object) -> None:
    audit.record(
        f"policy:{action}",
        actor=user,
        subject_type="policy",
        subject_id=version.id,
        at=at,
        data={
            "policy_version": version.number,
            "digest": version.digest,
            "valid_from": version.valid_from.isoformat(),
            "note": version.note,
            **more,
        },
    )
