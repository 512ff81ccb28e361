"""Read side of the authority that approved requests give, and of its proof."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from portal.store.models import Grant, GrantVersion, Run, Snapshot
from schemas.run import MIRROR_KINDS

MIRRORS = {"mirror_files", "mirror_database"}


def of_request(request_id: int) -> Grant | None:
    """The grant of a request, or None before step 4 approved it."""
    return Grant.get_or_none(Grant.backup_request == request_id)


def versions(grant_id: int) -> list[GrantVersion]:
    """What a grant was and is to be, oldest first; none while it is still what was first granted."""
    return list(GrantVersion.select().where(GrantVersion.grant == grant_id).order_by(GrantVersion.number))


def version_of(request_id: int) -> GrantVersion | None:
    """The version that was approved for a request, or None."""
    return GrantVersion.get_or_none(GrantVersion.backup_request == request_id)


def holding(grant_id: int) -> GrantVersion | None:
    """The version of a grant that took effect last, or None while it has only one."""
    effective = (GrantVersion.grant == grant_id) & GrantVersion.effective_at.is_null(False)
    return GrantVersion.select().where(effective).order_by(GrantVersion.number.desc()).first()


def unproven_folders(request_id: int) -> list[str]:
    """The granted folders and databases of which no whole snapshot of this request has passed a restore test; that of
    an incomplete run does not count, since its proof says nothing of what was left out. A folder that is to be
    mirrored wants a whole run of its mirror. Without a grant: a list of one empty name."""
    grant = of_request(request_id)
    if grant is None:
        return [""]
    proven = [
        path
        for snapshot in Snapshot.select(Snapshot.sources)
        .join(Run, on=(Snapshot.run == Run.id))
        .where(
            Run.backup_request == request_id,
            Run.state == "succeeded",
            Snapshot.proven_at.is_null(False),
        )
        for path in snapshot.sources
    ]
    services, folders = set(grant.scope["services"]), grant.scope["folders"]
    databases = grant.scope.get("databases", ())
    granted = backed_up(services, folders, databases)
    unproven = [source for source in granted if not is_covered(source, proven)]
    if services & MIRRORS:
        wanted = [
            *(folders if "mirror_files" in services else ()),
            *(databases if "mirror_database" in services else ()),
        ]
        mirrored = _mirrored(request_id)
        unproven += [path for path in wanted if path not in unproven and not is_covered(path, mirrored)]
    return unproven


def _mirrored(request_id: int) -> list[str]:
    """The folders that a whole run of a mirror of this request has brought into step."""
    whole = (Run.backup_request == request_id) & Run.kind.in_(MIRROR_KINDS) & (Run.state == "succeeded")
    return [source["path"] for run in Run.select(Run.spec).where(whole) for source in run.spec["sources"]]


def backed_up(services: Collection[str], folders: Iterable[str], databases: Iterable[str]) -> list[str]:
    """What of a scope is granted for backup."""
    return [
        *(folders if "backup_files" in services else ()),
        *(databases if "backup_database" in services else ()),
    ]


def is_covered(folder: str, paths: Iterable[str]) -> bool:
    """Whether one of the paths is this folder or holds it, or is this database."""
    return any(folder == path or folder.startswith(path.rstrip("/") + "/") for path in paths)
