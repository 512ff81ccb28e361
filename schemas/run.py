"""What a run is to do, how far it is, and how it ended: the border between the portal and the workers."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from schemas.database import AccessSpec, is_database
from schemas.mirror import MirrorSpec
from schemas.restore import Place
from schemas.sealed import Frozen, Sealed


class RunKind(StrEnum):
    """What a run does. Those in DATA_KINDS work on kept data and need an approved request; the others only
    ask."""

    BACKUP = "backup"
    RESTORE_TEST = "restore_test"
    HOST_KEY_SCAN = "host_key_scan"
    PROBE = "probe"
    LISTING = "listing"
    RESTORE_DOWNLOAD = "restore_download"
    RESTORE_TO_SERVER = "restore_to_server"
    RESTORE_DATABASE = "restore_database"
    MEASURE = "measure"
    INTEGRITY = "integrity"
    PRUNE = "prune"
    COPY = "copy"
    INDEX = "index"
    DATABASES = "databases"
    MIRROR = "mirror"
    MIRROR_TO_SERVER = "mirror_to_server"
    MIRROR_DATABASE = "mirror_database"


RESTORE_KINDS = (
    RunKind.RESTORE_DOWNLOAD.value,
    RunKind.RESTORE_TO_SERVER.value,
    RunKind.RESTORE_DATABASE.value,
)
UPKEEP_KINDS = (RunKind.INTEGRITY.value, RunKind.PRUNE.value, RunKind.COPY.value)
"""Work on a server's repository as a whole, which reads or touches nothing outside the vault."""
FOLDER_MIRROR_KINDS = (RunKind.MIRROR.value, RunKind.MIRROR_TO_SERVER.value)
MIRROR_KINDS = (*FOLDER_MIRROR_KINDS, RunKind.MIRROR_DATABASE.value)
DATA_KINDS = (
    RunKind.BACKUP.value,
    RunKind.RESTORE_TEST.value,
    *MIRROR_KINDS,
    *RESTORE_KINDS,
    *UPKEEP_KINDS,
)


class ServerSpec(Frozen):
    """The machine as it was approved. `key_id` names the private key <secrets>/ssh/<key_id>; `host_key` is
    "type base64" as known_hosts has it, empty for a scan."""

    id: int
    name: str
    address: str
    port: int
    username: str
    key_id: int | None = None
    host_key: str = ""
    host_key_fingerprint: str = ""


class SourceSpec(Frozen):
    """What is to be kept: a folder by its absolute path on the server, or a `database` as schemas.database names it."""

    kind: str = "folder"
    path: str

    @classmethod
    def of(cls, path: str) -> SourceSpec:
        """The source that a snapshot names by its path alone."""
        return cls(kind="database" if is_database(path) else "folder", path=path)


class RestoreSpec(Frozen):
    """What to restore for people, and where to; `digest` is that of the approved order (schemas.restore)."""

    restore_id: int
    digest: str
    place: Place
    archive: str = ""
    mode: str = ""
    target: ServerSpec | None = None
    target_path: str = ""


class RunSpec(Sealed):
    """The whole order of a run. `grant_digest` is the digest of the approved scope (schemas.grant).
    Without a request a backup may run under the emergency `emergency_id`, whose digest `grant_digest` then is.
    `accesses` are the ways to the engines of its databases, without their passwords. A check reads `part` (from 1) of
    `parts`. `bandwidth_kib` limits the pull of folders, in KiB a second; 0 is no limit. `before` and `after` are the
    commands on the server around a backup. A removal takes exactly `snapshot_ids`, as the cut `cut_id` has them; a
    second copy takes those out of the second vault, which has held copies before when it is `second_known`; what a
    backup or a mirror writes into has held some when it is `vault_known`. `not_kept` is what was granted for backup and
    no chosen source holds. A database is mirrored to the server `target`, whose engines are reached by
    `target_accesses`."""

    kind: RunKind
    server: ServerSpec
    sources: tuple[SourceSpec, ...] = ()
    request_number: str = ""
    grant_digest: str = ""
    emergency_id: int = 0
    retention_days: int = 0
    snapshot_id: str = ""
    manifest_path: str = ""
    manifest_sha256: str = ""
    path: str = ""
    restore: RestoreSpec | None = None
    mirror: MirrorSpec | None = None
    target: ServerSpec | None = None
    target_accesses: tuple[AccessSpec, ...] = ()
    part: int = 0
    parts: int = 0
    accesses: tuple[AccessSpec, ...] = ()
    bandwidth_kib: int = 0
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    cut_id: int = 0
    snapshot_ids: tuple[str, ...] = ()
    list_digest: str = ""
    second_known: bool = False
    vault_known: bool = False
    not_kept: tuple[str, ...] = ()

    later: ClassVar[frozenset[str]] = frozenset({"before", "after", "vault_known", "not_kept"})

    @property
    def authority(self) -> str:
        """What the run hangs on, for tags and logs."""
        return (
            f"emergency-{self.emergency_id}" if self.emergency_id else f"request-{self.request_number or '-'}"
        )

    def paths(self, kind: str) -> tuple[str, ...]:
        """The paths of the sources of one kind: folder or database."""
        return tuple(source.path for source in self.sources if source.kind == kind)


class Progress(Frozen):
    """How far a run is. Sizes in bytes, speed in bytes per second, `eta_seconds` None while unknown."""

    phase: str = ""
    percent: float = 0.0
    files_done: int = 0
    files_total: int | None = None
    bytes_done: int = 0
    bytes_total: int | None = None
    bytes_per_second: float = 0.0
    eta_seconds: int | None = None


class RunState(StrEnum):
    """The states of a run; all but the first two are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


class Outcome(Frozen):
    """How a run ended: `code` and `context` are turned into words by the pages; `files` names what was left out."""

    state: RunState
    code: str = ""
    context: dict[str, Any] = {}
    files: tuple[str, ...] = ()
