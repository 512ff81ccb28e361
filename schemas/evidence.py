"""Evidence: what a run leaves behind for anyone to check with plain restic and sha256sum."""

from __future__ import annotations

from datetime import datetime

from schemas.mirror import GuardReport
from schemas.sealed import Frozen, Sealed


class SnapshotEvidence(Frozen):
    """A snapshot and what it holds. Sizes in bytes."""

    snapshot_id: str
    repository: str
    files: int
    folders: int
    others: int
    total_bytes: int
    added_bytes: int
    transferred_bytes: int
    manifest: str
    manifest_sha256: str
    sums: str


class RestoreEvidence(Frozen):
    """A restore test: where the copy was brought back, what was compared, and what differed."""

    snapshot_id: str
    restored: str
    entries: int
    files: int
    compared_bytes: int
    difference_count: int
    differences: tuple[tuple[str, str], ...]
    owners_compared: bool
    restore_seconds: float
    compare_seconds: float
    manifest_sha256: str


class HandoverEvidence(Frozen):
    """A restore for people: what was handed over, where it went, and what it was checked against. Sizes in bytes."""

    restore_id: int
    approval_digest: str
    snapshot_id: str
    manifest_sha256: str
    path: str
    kind: str
    archive: str
    place: str
    files: int
    total_bytes: int
    sha256: str = ""


class MirrorEvidence(Frozen):
    """A mirror's run: where the copy lies, what was brought, changed and let go, and what a second look then found not
    in step (a source that lives moves on). `passed` is the digest of what a person let pass. Sizes in bytes."""

    mirror_id: int
    place: str
    entries: int
    total_bytes: int
    changes: int
    deletions: int
    transferred_bytes: int
    remaining: int
    quarantine: str = ""
    quarantined_files: int = 0
    report: GuardReport
    passed: str = ""
    brought_to: str = ""


class StandbyEvidence(Frozen):
    """A database brought to a standby server: its name there, what was counted in it before it got that name, and what
    the one before it is called until the next good run (empty: there was none)."""

    mirror_id: int
    place: str
    tables: int
    row_count: int
    dump_sha256: str
    kept_as: str = ""


class TableCount(Frozen):
    """A table and its rows, counted in the snapshot of the data that was dumped."""

    table: str
    rows: int


class DumpEvidence(Frozen):
    """A dump of a database, or (`database` empty) of an engine's accounts. `file` is its path in the snapshot, sizes in
    bytes. `unsteady` names the tables that no transaction held still while they were dumped."""

    engine: str
    database: str
    file: str
    size_bytes: int
    sha256: str
    seconds: float
    engine_version: str = ""
    tool: str = ""
    encoding: str = ""
    database_bytes: int = 0
    tables: tuple[TableCount, ...] = ()
    row_count: int = 0
    unsteady: tuple[str, ...] = ()


class LoadEvidence(Frozen):
    """A dump that was loaded into a scratch database of its own engine, and what was counted there. A difference is
    (table, rows at the dump, rows when loaded); -1 where the table is on one side only."""

    engine: str
    database: str
    engine_version: str
    tables: int
    row_count: int
    differences: tuple[tuple[str, int, int], ...]
    load_seconds: float
    count_seconds: float


class RemovalEvidence(Frozen):
    """The record of disposal: which copies an approved cut took out of the vault, and which are still listed there."""

    cut_id: int
    list_digest: str
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    bytes_before: int
    bytes_after: int


class SecondCopyEvidence(Frozen):
    """What lies in the second vault: each copy as (full id in the vault, full id there), and what was taken out there
    after an approved cut."""

    location: str
    copies: tuple[tuple[str, str], ...]
    forgotten: tuple[str, ...]
    total_bytes: int


class Evidence(Sealed):
    """The whole record of a run."""

    run_id: int
    kind: str
    request_number: str
    grant_digest: str
    spec_digest: str
    server_name: str
    server_address: str
    host_key_fingerprint: str
    sources: tuple[str, ...]
    started_at: datetime
    finished_at: datetime
    outcome: str
    left_out: tuple[str, ...] = ()
    left_out_count: int = 0
    warnings: tuple[str, ...] = ()
    tools: dict[str, str]
    snapshot: SnapshotEvidence | None = None
    restore: RestoreEvidence | None = None
    removal: RemovalEvidence | None = None
    second: SecondCopyEvidence | None = None
    handover: HandoverEvidence | None = None
    mirror: MirrorEvidence | None = None
    standby: StandbyEvidence | None = None
    dumps: tuple[DumpEvidence, ...] = ()
    loads: tuple[LoadEvidence, ...] = ()
    log_sha256: str = ""
