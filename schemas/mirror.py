"""A mirror: a source folder kept in step with its copy elsewhere, and what its guard may and may not let go."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator

from schemas.sealed import Frozen, Sealed
from schemas.text import FolderPath, Line, Paragraph, folder_path, refuse, whole_number

COUNT_MAX = 10_000
SHARE_MAX = 50
NOTE_MAX = 1000
EVERY_HOURS = (0, 1, 6, 24, 168)
QUARANTINE_DAYS = (7, 365)
"""The most that a mirror's limits may allow: beyond them a person looks at the list."""


class Reason(StrEnum):
    """Why the guard stops a mirror, the gravest first."""

    EMPTY_SOURCE = "empty_source"
    MOUNT_CHANGED = "mount_changed"
    SENTINEL_MISSING = "sentinel_missing"
    MANY_DELETES = "many_deletes"


class Limits(Frozen):
    """How much a run may delete by itself: so many entries, and so many percent of what the copy holds."""

    count: int
    share: int


class Mount(Frozen):
    """What lies under a folder of a server: its device, file system, mount point and own number. Another disk, none at
    all, or another folder bound over it each change one of them."""

    device: str
    fs_type: str
    fs_id: str
    mount_point: str
    inode: str


class MirrorSpec(Frozen):
    """What a run is told of its mirror. `mount` is that of the last good run; `passed` the digest of the report that a
    person let pass once. A folder is brought on to `target_path` of another server, where what goes is kept for
    `quarantine_days`. Of a database: `target_name` is its name on the standby server, `rows_before` what it had at the
    last good run, None before the first: then nothing of that name may be there."""

    mirror_id: int
    limits: Limits
    sentinel: str = ""
    mount: Mount | None = None
    passed: str = ""
    target_name: str = ""
    target_path: str = ""
    quarantine_days: int = 0
    rows_before: int | None = None


class GuardReport(Sealed):
    """What the guard found and stopped for. Its digest is what a person lets pass: the same reasons, the same list of
    deletions, the same mount. `entries` is what the copy holds."""

    mirror_id: int
    reasons: tuple[Reason, ...]
    deletions: int
    entries: int
    deletions_sha256: str
    mount: Mount


def _limit(most: int) -> BeforeValidator:
    return BeforeValidator(lambda value: whole_number(value, 1, most, code="mirror_number"))


def _sentinel(value: object) -> str:
    """One plain name inside the folder, or nothing."""
    name = Line(200, 0).clean(value)
    if "/" in name or name in (".", "..") or name.startswith("-"):
        refuse("mirror.sentinel", "a file's plain name expected")
    return name


def _server(value: object) -> object:
    if not (isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdecimal())):
        refuse("mirror.standby", "a server expected")
    return value


def _server_or_none(value: object) -> object:
    return 0 if value in ("", None) else _server(value)


def _path_or_none(value: object) -> str:
    return "" if value in ("", None) else folder_path(value)


def _every(value: object) -> int:
    hours = int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else -1
    if hours not in EVERY_HOURS:
        refuse("mirror.every", "one of the intervals expected")
    return hours


class LimitsForm(Frozen):
    """A mirror's guard as typed: how many entries and how many percent may go by themselves, a file that must be
    there, how long what went stays in quarantine; and how often it is brought into step (0: by hand only)."""

    max_count: Annotated[int, _limit(COUNT_MAX)]
    max_share: Annotated[int, _limit(SHARE_MAX)]
    sentinel: Annotated[str, BeforeValidator(_sentinel)] = ""
    quarantine_days: Annotated[
        int, BeforeValidator(lambda value: whole_number(value, *QUARANTINE_DAYS, code="mirror_number"))
    ]
    every_hours: Annotated[int, BeforeValidator(_every)] = 0


class MirrorForm(LimitsForm):
    """A new mirror: which of the granted folders, its guard, and the folder of another server that it is brought on to
    (server 0: it stays in the vault)."""

    path: FolderPath
    target_server_id: Annotated[int, BeforeValidator(_server_or_none)] = 0
    target_path: Annotated[str, BeforeValidator(_path_or_none)] = ""


class StandbyForm(Frozen):
    """A new mirror of a database: which of the granted ones, and on which server it stands by."""

    path: Annotated[str, Line(200)]
    target_server_id: Annotated[int, BeforeValidator(_server)]
    every_hours: Annotated[int, BeforeValidator(_every)] = 0


class PassForm(Frozen):
    """Why a stopped mirror may go on once, and the digest of the list that was looked at."""

    digest: Annotated[str, Line(64, 64)]
    note: Annotated[str, Paragraph(NOTE_MAX, 10)]
