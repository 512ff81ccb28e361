"""The rules of the policy held against one request, as the archive knows it, and what is kept of it with a decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from portal.errors import StaleStep
from portal.operations import policies
from portal.sop import selection
from portal.sop.selection import STAGE_OF, Case, Check, Verdict
from portal.sop.table import Action
from portal.store.models import BackupRequest, PolicyVersion
from portal.store.queries import policies as rows
from portal.store.queries import servers
from schemas.decision import Decision, Scope
from schemas.followup import RequestKind

JUDGED = (RequestKind.SERVICE, RequestKind.EXTENSION)
"""What the policy has something to say about: it limits no stopping and no getting back."""
SELECTING = (Action.APPROVE, Action.REFUSE)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the version in force says of a request; no checks where the version was altered outside the portal."""

    version: PolicyVersion
    checks: tuple[Check, ...]

    @property
    def altered(self) -> bool:
        """Whether the version is no longer what was published."""
        return not self.checks

    def count(self, verdict: str) -> int:
        """How many rules say so."""
        return selection.count(self.checks, Verdict(verdict))


def of_request(backup_request: BackupRequest, *, at: datetime, scope: Scope | None = None) -> Judged | None:
    """The rules' answers for a request at a selection's step, None elsewhere or before the first version. `scope` is
    what the Kasubbid is about to grant: it says more than the form does."""
    if backup_request.step not in STAGE_OF or not backup_request.form:
        return None
    if backup_request.kind not in JUDGED:
        return None
    version = rows.in_force(at)
    if version is None:
        return None
    terms = policies.terms_of(version)
    return Judged(version, selection.judge(terms, _case(backup_request, scope)) if terms else ())


def recorded(
    backup_request: BackupRequest, decision: Decision, *, at: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is kept beside a decision of steps 3 and 4: for file and trail the version and the rules that were not met
    or unknown, and for the file alone each rule's answer with its numbers.

    Raises StaleStep('policy.superseded') when the page showed another version than now holds.
    """
    judged = of_request(backup_request, at=at, scope=decision.scope)
    if judged is None or decision.action not in SELECTING:
        return {}, {}
    seen, number = decision.policy_version, judged.version.number
    if seen is not None and seen != number:
        raise StaleStep("policy.superseded", seen=seen, number=number)
    rules = {
        verdict.value: [check.rule for check in judged.checks if check.verdict is verdict]
        for verdict in (Verdict.NOT_MET, Verdict.UNKNOWN)
    }
    version = {"policy_version": number, "digest": judged.version.digest, "shown": seen is not None}
    return {"policy": version | rules}, {"checks": [asdict(check) for check in judged.checks]}


def _case(backup_request: BackupRequest, scope: Scope | None) -> Case:
    form = backup_request.form
    server = servers.get(scope.server_id) if scope else servers.by_name(form["server_name"] or "")
    written = scope.folders if scope else form["folders"]
    paths = [line for line in written if line.startswith("/")]
    folders = _outermost(paths)
    services = scope.services if scope else form["services"]
    databases = rows.database_paths(server.id, scope.databases) if scope and server else []
    sizes = rows.sizes(server.id, [*folders, *databases]) if server else {}
    # FM 001 names no database: until the Kasubbid ticks some, one more is wanted whose size nobody knows.
    unnamed = int("backup_database" in services and not databases)
    words = len(written) - len(paths)
    return Case(
        services=tuple(services),
        frequency=form["frequency"],
        retention_days=form["retention_days"],
        unit=backup_request.unit.code,
        paths=len(paths),
        words=words,
        server=server.name if server else form["server_name"] or "",
        server_ready=is_ready(server) if server else None,
        known_bytes=sum(sizes.values()),
        measured=len(sizes),
        unmeasured=len(folders) + len(databases) + words + unnamed - len(sizes),
        term_months=scope.term_months if scope else form.get("term_months"),
    )


def _outermost(paths: Iterable[str]) -> list[str]:
    """The folders without those that lie in another of them: what is in both is copied once."""
    kept: list[str] = []
    for path in sorted(paths, key=lambda path: path.split("/")):
        if not kept or not path.startswith(kept[-1].rstrip("/") + "/"):
            kept.append(path)
    return kept


def is_ready(server: Any) -> bool:
    """Whether a server of the catalogue can be worked with."""
    return bool(server.active and server.key_id and server.host_key_state == "approved")
