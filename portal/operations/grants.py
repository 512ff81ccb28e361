"""The authority of an approved request: made at step 4, checked before every run and again by the worker."""

from __future__ import annotations

from datetime import datetime

from dateutil.relativedelta import relativedelta

from portal.errors import InvalidInput
from portal.store.models import BackupRequest, Grant, Server, Source, User
from schemas import commands
from schemas.decision import Scope
from schemas.grant import GrantScope

AVAILABLE_SERVICES = ("backup_files", "backup_database", "mirror_files", "mirror_database")


def grant(backup_request: BackupRequest, scope: Scope | None, *, approver: User, at: datetime) -> Grant:
    """Seal `scope` for the request. Raises InvalidInput naming the field that cannot be granted."""
    if scope is None:
        raise InvalidInput(fields={"scope": ("scope.missing", {})})
    server = Server.get_or_none(Server.id == scope.server_id, Server.active == True)  # noqa: E712
    if server is None:
        raise InvalidInput(fields={"server_id": ("scope.unknown_server", {})})
    _check_services(scope, backup_request)
    databases = _databases(scope, server)
    _check_needs(scope, databases)
    before, after = _commands(scope, server)
    ends = at + relativedelta(months=scope.term_months)
    sealed = GrantScope(
        request_number=backup_request.number,
        server_id=server.id,
        server_name=server.name,
        services=tuple(sorted(set(scope.services))),
        folders=tuple(sorted(set(scope.folders))),
        databases=databases,
        frequency=backup_request.form["frequency"],
        retention_days=backup_request.form["retention_days"],
        before=before,
        after=after,
        starts_at=at,
        ends_at=ends,
    )
    return Grant.create(
        backup_request=backup_request,
        server=server,
        scope=sealed.model_dump(mode="json"),
        digest=sealed.digest(),
        starts_at=at,
        ends_at=ends,
        approved_by=approver,
        created_at=at,
    )


def _commands(scope: Scope, server: Server) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The commands of the server, which were shown to who approves; what has changed since was not."""
    before, after = commands.lines(server.before), commands.lines(server.after)
    if (before or after) and commands.seen(server.id, before, after) not in scope.commands:
        raise InvalidInput(fields={"server_id": ("scope.commands_changed", {"server": server.name})})
    return before, after


def _check_services(scope: Scope, backup_request: BackupRequest) -> None:
    asked = set(backup_request.form["services"])
    for service in scope.services:
        if service not in asked:
            raise InvalidInput(fields={"services": ("scope.service_not_asked", {"service": service})})
        if service not in AVAILABLE_SERVICES:
            raise InvalidInput(fields={"services": ("scope.service_not_available", {"service": service})})


def _databases(scope: Scope, server: Server) -> tuple[str, ...]:
    """The names of the databases that were ticked. Each must be one that was chosen on this very server."""
    found = Source.select().where(
        Source.id.in_(list(scope.databases)),
        Source.server == server,
        Source.kind == "database",
        Source.active == True,  # noqa: E712
    )
    names = {source.id: source.path for source in found}
    if len(names) < len(set(scope.databases)):
        raise InvalidInput(fields={"databases": ("scope.other_database", {"server": server.name})})
    return tuple(sorted(names.values()))


def _check_needs(scope: Scope, databases: tuple[str, ...]) -> None:
    """What is granted and the service that it is granted for belong together."""
    services = set(scope.services)
    of_databases = services & {"backup_database", "mirror_database"}
    if not scope.folders and services - of_databases:
        raise InvalidInput(fields={"folders": ("scope.no_folder", {})})
    if not databases and of_databases:
        raise InvalidInput(fields={"databases": ("scope.no_database", {})})
    if databases and not of_databases:
        raise InvalidInput(fields={"databases": ("scope.database_service", {})})
