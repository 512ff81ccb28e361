"""A restore for people: what is asked for, and the order that the Kasubbid seals by approving it."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BeforeValidator

from schemas.sealed import Frozen, Sealed
from schemas.text import FolderPath, Paragraph, refuse

REASON_MIN = 10
REASON_MAX = 1000
NAME_PATTERN = r"[A-Za-z_][A-Za-z0-9_-]{0,47}"


class RestoreKind(StrEnum):
    """Where the data go: to the requester's own machine, beside the original on a server, or into a database."""

    DOWNLOAD = "download"
    TO_SERVER = "to_server"
    DATABASE = "database"


class Mode(StrEnum):
    """How a database comes back: beside what is there under a new name, or in the place of the one of its name."""

    NEW = "new"
    IN_PLACE = "in_place"


class Archive(StrEnum):
    """How a folder is handed over for download."""

    ZIP = "zip"
    TAR = "tar"


class _Reasoned(Frozen):
    reason: Annotated[str, Paragraph(REASON_MAX, REASON_MIN)]


def _server(value: object) -> object:
    if not (isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdecimal())):
        refuse("restore.target_server", "a server expected")
    return value


class DownloadForm(_Reasoned):
    """A file or folder to be downloaded from the portal; `archive` is for folders."""

    archive: Archive = Archive.ZIP


class ToServerForm(_Reasoned):
    """A file or folder to be brought to a server. `target_path` is the original's place; the data come beside it."""

    target_server_id: Annotated[int, BeforeValidator(_server)]
    target_path: FolderPath


RestoreForm = DownloadForm | ToServerForm


def _name(value: object) -> object:
    """A name that needs no thought in any engine, shell or file system."""
    if not (isinstance(value, str) and re.fullmatch(NAME_PATTERN, value.strip())):
        refuse("restore.target_name", "a plain database name expected")
    return value.strip()


class DatabaseForm(_Reasoned):
    """A database to be loaded under a new name on a server; in place neither is asked for."""

    mode: Mode
    target_server_id: Annotated[int, BeforeValidator(_server)] = 0
    target_name: Annotated[str, BeforeValidator(_name)] = ""


class Place(Frozen):
    """An entry of a copy by its absolute path on the server; `path_base64` only for a name that is not UTF-8."""

    path: str
    path_base64: str = ""
    entry_kind: str

    @classmethod
    def of(cls, path: bytes, entry_kind: str) -> Place:
        """The place of a path as bytes."""
        try:
            return cls(path=path.decode("utf-8"), entry_kind=entry_kind)
        except UnicodeDecodeError:
            shown, kept = path.decode("utf-8", "backslashreplace"), base64.b64encode(path).decode("ascii")
            return cls(path=shown, path_base64=kept, entry_kind=entry_kind)

    def raw(self) -> bytes:
        """The path as bytes."""
        return base64.b64decode(self.path_base64) if self.path_base64 else self.path.encode()


class RestoreOrder(Sealed):
    """All that the Kasubbid approved, for whom and until when; `digest` is sealed in the row, the run and the trail.
    Of a database `place` names engine and name, `target_path` the name that it gets and `mode` how."""

    restore_id: int
    snapshot_id: str
    manifest_sha256: str
    source_server_id: int
    place: Place
    kind: RestoreKind
    archive: str = ""
    mode: str = ""
    target_server_id: int | None = None
    target_path: str = ""
    reason: str
    requested_by: int
    approved_by: int
    expires_at: datetime

    later: ClassVar[frozenset[str]] = frozenset({"mode"})
