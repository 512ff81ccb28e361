"""The scope that the Kasubbid approves at step 4: the SOP's "daftar database/file" of one request."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from schemas.sealed import Sealed


class GrantScope(Sealed):
    """What an approved request allows. Times are aware UTC; paths are absolute on the server, databases are named as
    schemas.database does ("postgresql:arsip"). `before` and `after` are the commands that run on the server around a
    backup. Sealed at approval, checked again before the first byte moves."""

    request_number: str
    server_id: int
    server_name: str
    services: tuple[str, ...]
    folders: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    frequency: str
    retention_days: int
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    starts_at: datetime
    ends_at: datetime

    later: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    def covers_folder(self, path: str) -> bool:
        """Whether `path` is a granted folder or lies under one."""
        return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in self.folders)
