"""Until when a grant holds, in versions: an approved extension or termination gives it another end and nothing else.

A version is sealed when the Kasubbid approves it and takes effect when the administrator follows it up; until then, and
for good once it is withdrawn, the one before it holds. None is ever overwritten.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from portal.errors import Forbidden, TransitionRefused
from portal.operations.letters import OFFICE_ZONE
from portal.sop.table import Step
from portal.store.models import BackupRequest, Grant, GrantVersion, User
from portal.store.queries import grants as rows
from schemas.followup import RequestKind
from schemas.grant import GrantScope


def extended(ends_at: datetime, months: int, at: datetime) -> datetime:
    """The end of a term that goes on for `months`: after its end, or from `at` where that has passed."""
    return max(ends_at, at) + relativedelta(months=months)


def last_moment(ends_on: date) -> datetime:
    """The end of a service whose last day is `ends_on`."""
    return datetime.combine(ends_on + timedelta(days=1), time(), OFFICE_ZONE)


def approve(
    backup_request: BackupRequest, ends_at: datetime, approver: User, *, at: datetime
) -> GrantVersion:
    """Seal the version that `backup_request` asks for: what holds, with another end. Inside the caller's transaction.

    Raises Forbidden as `check`, TransitionRefused('followup.no_service') where nothing was ever granted.
    """
    grant = rows.of_request(backup_request.about_id or 0)
    if grant is None:
        raise TransitionRefused("followup.no_service")
    known = rows.versions(grant.id) or [_first(grant)]
    check(grant)
    sealed = GrantScope.model_validate(grant.scope).model_copy(update={"ends_at": ends_at})
    return GrantVersion.create(
        grant=grant,
        number=known[-1].number + 1,
        kind=backup_request.kind,
        backup_request=backup_request,
        scope=sealed.model_dump(mode="json"),
        digest=sealed.digest(),
        starts_at=grant.starts_at,
        ends_at=ends_at,
        approved_by=approver,
        approved_at=at,
    )


def take_effect(backup_request: BackupRequest, *, at: datetime) -> GrantVersion:
    """Let the version that was approved for `backup_request` hold from now on; once it does, this changes nothing.

    A termination whose last day has come ends the authority at once. Raises Forbidden as `check`.
    """
    version = rows.version_of(backup_request.id)
    if version is None:
        raise TransitionRefused("followup.no_service")
    if version.effective_at is not None:
        return version
    grant, holding = version.grant, rows.holding(version.grant_id)
    check(grant)
    if holding is None or not _same_but_end(holding, version):
        raise _altered(grant)
    revoked = at if backup_request.kind == RequestKind.TERMINATION and is_over(version, at) else None
    unmoved = (Grant.id == grant.id) & (Grant.digest == holding.digest)
    changes = {"scope": version.scope, "digest": version.digest, "ends_at": version.ends_at}
    if Grant.update(revoked_at=revoked, **changes).where(unmoved).execute() != 1:
        raise _altered(grant)
    GrantVersion.update(effective_at=at).where(GrantVersion.id == version.id).execute()
    return GrantVersion.get_by_id(version.id)


def forget(backup_request: BackupRequest) -> None:
    """Take back what was approved for `backup_request` and does not hold yet; what it was stays in the decision's row
    and in the trail. Inside the caller's transaction."""
    pending = (GrantVersion.backup_request == backup_request.id) & GrantVersion.effective_at.is_null()
    GrantVersion.delete().where(pending).execute()


def is_over(version: GrantVersion, at: datetime) -> bool:
    """Whether the last day of a service has come: a termination of today ends it at once, not at midnight."""
    return version.ends_at - timedelta(days=1) <= at


def check(grant: Grant) -> None:
    """The grant is the version that holds, and what holds differs in its end alone from what was first granted.

    Raises Forbidden('authority.scope_changed') when it does not, or when what gave the version was withdrawn.
    """
    known = [version for version in rows.versions(grant.id) if version.effective_at is not None]
    if not known:
        return
    holding = known[-1]
    sealed = (holding.digest, holding.scope, holding.ends_at)
    if sealed != (grant.digest, grant.scope, grant.ends_at):
        raise _altered(grant)
    for version in known:
        scope = GrantScope.model_validate(version.scope)
        if scope.digest() != version.digest or scope.ends_at != version.ends_at:
            raise _altered(grant)
        if not _same_but_end(known[0], version) or not _is_followed_up(version):
            raise _altered(grant)


def holds_digest(grant: Grant, digest: str) -> bool:
    """Whether `digest` seals the grant, or a version that held before: what was ordered under an earlier end is still
    what was granted, and whether its time has come is judged by the present one."""
    held = {version.digest for version in rows.versions(grant.id) if version.effective_at is not None}
    return digest in held | {grant.digest}


def _first(grant: Grant) -> GrantVersion:
    """Keep what was granted as the first version."""
    return GrantVersion.create(
        grant=grant,
        number=1,
        kind=RequestKind.SERVICE.value,
        backup_request=grant.backup_request_id,
        scope=grant.scope,
        digest=grant.digest,
        starts_at=grant.starts_at,
        ends_at=grant.ends_at,
        approved_by=grant.approved_by_id,
        approved_at=grant.created_at,
        effective_at=grant.created_at,
    )


def _same_but_end(one: GrantVersion, other: GrantVersion) -> bool:
    first, second = (dict(version.scope, ends_at="") for version in (one, other))
    return first == second and one.starts_at == other.starts_at


def _is_followed_up(version: GrantVersion) -> bool:
    row = version.backup_request
    return row.followed_up_at is not None and row.step != Step.WITHDRAWN


def _altered(grant: Grant) -> Forbidden:
    return Forbidden("authority.scope_changed", number=grant.backup_request.number)
