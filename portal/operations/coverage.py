"""What a backup keeps of what a grant covers, and what was granted and is not kept: no chosen source holds it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from portal.errors import Forbidden, InvalidInput
from portal.operations import findings
from portal.store.models import Run, Server, Source
from portal.store.queries import grants
from schemas.grant import GrantScope

BACKUPS = frozenset({"backup_files", "backup_database"})
KIND = "not_kept"


def chosen(server: Server, scope: GrantScope, source_ids: Sequence[int] | None) -> list[Source]:
    """The sources that a backup is made of: those named, or all chosen ones that the scope covers; folders first.

    Raises Forbidden('authority.service'), InvalidInput('run.no_sources').
    """
    active = list(Source.select().where(Source.server == server, Source.active == True))  # noqa: E712
    if source_ids is not None:
        sources = [source for source in active if source.id in set(source_ids)]
    else:
        sources = [source for source in active if _is_covered(scope, source)]
    if not sources and not set(scope.services) & BACKUPS:
        raise Forbidden("authority.service", service="backup_files")
    if not sources:
        raise InvalidInput("run.no_sources", server=server.name)
    databases = sorted((s for s in sources if s.kind == "database"), key=lambda source: source.path)
    return outermost([source for source in sources if source.kind != "database"]) + databases


def not_kept(server: Server, scope: GrantScope) -> tuple[str, ...]:
    """The folders and databases granted for backup that no chosen source of the server holds."""
    active = Source.select().where(Source.server == server, Source.active == True)  # noqa: E712
    held = [source.path for source in active if _is_covered(scope, source)]
    return tuple(path for path in grants.backed_up(scope.services, scope.folders, scope.databases)
                 if not grants.is_covered(path, held))  # fmt: skip


def apply(run: Run, at: datetime) -> None:
    """Tell what a backup could not keep because nobody chose it, in the commit that ends the run."""
    if run.kind != "backup" or run.state not in ("succeeded", "incomplete") or not run.spec.get("not_kept"):
        return
    findings.raise_once(
        run.server_id, KIND, "run.not_kept", at=at, run=run, place=str(run.backup_request_id),
        context={"paths": ", ".join(run.spec["not_kept"])})  # fmt: skip


def outermost(sources: list[Source]) -> list[Source]:
    """The folders by path, without those that lie in another of them: a copy holds each file once."""
    kept: list[Source] = []
    for source in sorted(sources, key=lambda source: source.path.split("/")):
        if not kept or not source.path.startswith(kept[-1].path.rstrip("/") + "/"):
            kept.append(source)
    return kept


def _is_covered(scope: GrantScope, source: Source) -> bool:
    """Whether a backup of the scope keeps the source; what is granted for mirroring alone is no part of it."""
    if source.kind == "database":
        return "backup_database" in scope.services and source.path in scope.databases
    return "backup_files" in scope.services and scope.covers_folder(source.path)
