"""A restore for people: what is asked for, and the order that the Kasubbid seals by approving it."""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, SerializerFunctionWrapHandler, model_serializer

from schemas.sealed import Frozen, Sealed
from schemas.text import FolderPath, Paragraph, refuse

REASON_MIN = 10
REASON_MAX = 1000
SELECTION = "selection"
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
    """An entry of a copy by its absolute path on the server; `path_base64` only for a name that is not UTF-8. Several
    entries together are a `selection`: its `parts`, none of them in another; `path` tells people which."""

    path: str
    path_base64: str = ""
    entry_kind: str
    parts: tuple[Place, ...] = ()

    @model_serializer(mode="wrap")
    def _told(self, told: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # What was sealed before there were selections still is what it was.
        return {name: value for name, value in told(self).items() if value or name != "parts"}

    @classmethod
    def of(cls, path: bytes, entry_kind: str) -> Place:
        """The place of a path as bytes."""
        try:
            return cls(path=path.decode("utf-8"), entry_kind=entry_kind)
        except UnicodeDecodeError:
            shown, kept = path.decode("utf-8", "backslashreplace"), base64.b64encode(path).decode("ascii")
            return cls(path=shown, path_base64=kept, entry_kind=entry_kind)

    @classmethod
    def of_all(cls, places: Sequence[Place]) -> Place:
        """One entry, or several together, of which those that lie in another are left out."""
        ways = {place.raw().strip(b"/"): place for place in places}
        above = [way for way, place in ways.items() if place.entry_kind == "folder"]
        kept = [
            place for way, place in ways.items() if not any(way.startswith(each + b"/") for each in above)
        ]
        if len(kept) == 1:
            return kept[0]
        folder = posixpath.commonpath([posixpath.dirname(place.path) for place in kept])
        names = ", ".join(posixpath.relpath(place.path, folder) for place in kept)
        path = f"{folder.rstrip('/')}/{{{names}}}"
        return cls(path=path, entry_kind=SELECTION, parts=tuple(kept))

    def raw(self) -> bytes:
        """The path as bytes. Raises ValueError for a selection, which has none."""
        if self.parts:
            raise ValueError(self.path)
        return base64.b64decode(self.path_base64) if self.path_base64 else self.path.encode()

    def tops(self) -> tuple[bytes, ...]:
        """The paths of all entries."""
        return tuple(part.raw() for part in self.parts) or (self.raw(),)

    @property
    def title(self) -> str:
        """What a download of it is called after: the entry, or the folder that the chosen ones are in."""
        return (
            posixpath.commonpath([posixpath.dirname(part.path) for part in self.parts])
            if self.parts
            else self.path
        )


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
