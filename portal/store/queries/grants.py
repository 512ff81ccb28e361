"""Read side of the authority that approved requests give, and of its proof."""

from __future__ import annotations

from collections.abc import Iterable

from portal.store.models import Grant, Run, Snapshot


def of_request(request_id: int) -> Grant | None:
    """The grant of a request, or None before step 4 approved it."""
    return Grant.get_or_none(Grant.backup_request == request_id)


def unproven_folders(request_id: int) -> list[str]:
    """The granted folders and databases of which no whole snapshot of this request has passed a restore test; that of
    an incomplete run does not count, since its proof says nothing of what was left out. Without a grant: a list of
    one empty name."""
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
    granted = [*grant.scope["folders"], *grant.scope.get("databases", ())]
    return [source for source in granted if not _covered(source, proven)]


def _covered(folder: str, paths: Iterable[str]) -> bool:
    return any(folder == path or folder.startswith(path.rstrip("/") + "/") for path in paths)
