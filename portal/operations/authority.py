"""May this run start? Every run is authorised by an approved request (design, "Authority").

Checked when a person starts a run, and again by the worker from the database before the first byte moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from portal.errors import Forbidden
from portal.operations import (
    cut_checks,
    emergency_authority,
    grant_versions,
    mirror_authority,
    restore_authority,
    schedule_authority,
)
from portal.sop.table import Step
from portal.store.models import BackupRequest, Grant, Run, Server
from portal.store.queries import grants
from portal.store.queries import servers as catalogue
from schemas.grant import GrantScope
from schemas.run import DATA_KINDS, MIRROR_KINDS, RESTORE_KINDS, UPKEEP_KINDS, RunKind, RunSpec, ServerSpec


def of_request(backup_request: BackupRequest, *, at: datetime) -> tuple[Grant, GrantScope]:
    """The authority that a request gives at `at`. Raises Forbidden('authority.<why>') when it gives none."""
    grant = grants.of_request(backup_request.id)
    if grant is None:
        raise Forbidden("authority.not_approved", number=backup_request.number or "")
    if backup_request.step == Step.WITHDRAWN:
        raise Forbidden("authority.withdrawn", number=backup_request.number)
    if backup_request.followed_up_at is None:
        raise Forbidden("authority.not_followed_up", number=backup_request.number)
    if backup_request.paused_at is not None:
        raise Forbidden(
            "authority.postponed", number=backup_request.number, until=backup_request.postponed_until
        )
    scope = GrantScope.model_validate(grant.scope)
    if scope.digest() != grant.digest:
        raise Forbidden("authority.scope_changed", number=backup_request.number)
    grant_versions.check(grant)
    if grant.revoked_at is not None or not grant.starts_at <= at < grant.ends_at:
        raise Forbidden("authority.term_ended", number=backup_request.number, ends_at=grant.ends_at)
    return grant, scope


def of_server(server: Server, user_id: int, *, at: datetime) -> tuple[Grant, GrantScope]:
    """The newest authority that holds on a server and is not the person's own: work on its repository as a whole hangs
    on it. Raises Forbidden with why the newest one gives none, 'authority.none_for_server' where there is none."""
    refusals = [Forbidden("authority.none_for_server", server=server.name)]
    for grant in catalogue.grants(server.id):
        try:
            if grant.backup_request.requester_id == user_id:
                raise Forbidden("chain.own_request")
            return of_request(grant.backup_request, at=at)
        except Forbidden as error:
            refusals.append(error)
    raise refusals[min(1, len(refusals) - 1)]


def check_scope(scope: GrantScope, server: Server, service: str, folders: Iterable[str]) -> None:
    """Raises Forbidden('authority.<why>') unless the scope covers this server, service and every folder."""
    _check_server_of(scope, server)
    if service not in scope.services:
        raise Forbidden("authority.service", service=service)
    for folder in folders:
        if not scope.covers_folder(folder):
            raise Forbidden("authority.folder", folder=folder)


def check_sources(scope: GrantScope, server: Server, sources: Iterable[tuple[str, str]]) -> None:
    """Raises Forbidden('authority.<why>') unless the scope covers this server and each source, a pair of kind and path,
    under the service that its kind is."""
    pairs = list(sources)
    folders = [path for kind, path in pairs if kind != "database"]
    databases = [path for kind, path in pairs if kind == "database"]
    if folders or not databases:
        check_scope(scope, server, "backup_files", folders)
    if databases:
        check_scope(scope, server, "backup_database", ())
    for path in databases:
        if path not in scope.databases:
            raise Forbidden("authority.database", database=path)


def check_mirror(scope: GrantScope, server: Server, sources: Iterable[tuple[str, str]]) -> None:
    """Raises Forbidden('authority.<why>') unless the scope covers the mirror of each source, a pair of kind and
    path."""
    for kind, path in sources:
        service = "mirror_database" if kind == "database" else "mirror_files"
        check_scope(scope, server, service, () if kind == "database" else [path])
        if kind == "database" and path not in scope.databases:
            raise Forbidden("authority.database", database=path)


def check_server(server: Server) -> None:
    """Raises Forbidden('server.<why>') unless the server can be worked with: active, with a key, and with a host key
    that a second person approved."""
    if not server.active:
        raise Forbidden("server.inactive", server=server.name)
    if server.key_id is None:
        raise Forbidden("server.no_key", server=server.name)
    if server.host_key_state != "approved":
        raise Forbidden(f"server.host_key_{server.host_key_state}", server=server.name)


def verify_run(run: Run, *, at: datetime) -> None:
    """The worker's own check of a claimed run, from the database alone. Inquiries move no data and need no grant.

    Raises Forbidden with the code of what does not hold, also when the run's specification was altered after it
    was started ('authority.spec_changed').
    """
    spec = RunSpec.model_validate(run.spec)
    # The plan follows the specification's kind: the row's own may not call a backup a question.
    if spec.digest() != run.spec_digest or (spec.kind, spec.server.id) != (run.kind, run.server_id):
        raise Forbidden("authority.spec_changed", run=run.id)
    if (spec.before or spec.after) and (run.kind != RunKind.BACKUP or spec.emergency_id):
        raise Forbidden("authority.commands", run=run.id)
    if spec.emergency_id:
        emergency_authority.check_run(run, spec, at=at)
        _check_machine(run.server, spec.server)
        return
    if run.kind not in DATA_KINDS:
        return
    if run.kind in RESTORE_KINDS:
        _check_restore(spec, run.kind, at)
        return
    if run.backup_request is None:
        raise Forbidden("authority.not_approved", number="")
    grant, scope = of_request(run.backup_request, at=at)
    if run.grant_id != grant.id or not grant_versions.holds_digest(grant, spec.grant_digest):
        raise Forbidden("authority.scope_changed", number=run.backup_request.number)
    _check_kind(run, spec, scope, at)


def _check_kind(run: Run, spec: RunSpec, scope: GrantScope, at: datetime) -> None:
    """What the grant must cover for a run of this kind."""
    if run.kind in (RunKind.BACKUP, *MIRROR_KINDS):
        _check_machine(run.server, spec.server)
    if run.kind in MIRROR_KINDS:
        check_mirror(scope, run.server, [(source.kind, source.path) for source in spec.sources])
        mirror = mirror_authority.check_run(run, spec, at=at)
        if mirror.target_server is not None and spec.target is not None:
            _check_machine(mirror.target_server, spec.target)
        return
    if run.kind == RunKind.BACKUP:
        schedule_authority.check_run(run)
        if (spec.before, spec.after) != (scope.before, scope.after):
            raise Forbidden("authority.commands", run=run.id)
    if run.kind in UPKEEP_KINDS:
        _check_server_of(scope, run.server)
        cut_checks.check_upkeep(spec, at)
        return
    check_sources(scope, run.server, [(source.kind, source.path) for source in spec.sources])


def _check_restore(spec: RunSpec, kind: str, at: datetime) -> None:
    restore = restore_authority.check_run(spec, kind, at=at)
    if restore.target_server is not None and spec.restore and spec.restore.target:
        _check_machine(restore.target_server, spec.restore.target)


def _check_server_of(scope: GrantScope, server: Server) -> None:
    if scope.server_id != server.id:
        raise Forbidden("authority.other_server", server=server.name)


def _check_machine(server: Server, spec: ServerSpec) -> None:
    """The server is still the one that the run was made for. A restore test touches no server: whatever becomes of
    the machine, its copies can be proven."""
    check_server(server)
    now = (server.address, server.port, server.host_key)
    if (spec.address, spec.port, spec.host_key) != now:
        raise Forbidden("authority.server_changed", server=server.name)
