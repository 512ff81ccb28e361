"""The scope that the Kasubbid approves at step 4: the SOP's "daftar database/file" of one request."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from pydantic import BaseModel, ConfigDict


class GrantScope(BaseModel):
    """What an approved request allows. Times are aware UTC; paths are absolute on the server, databases are named as
    schemas.database does ("postgresql:arsip")."""

    model_config = ConfigDict(frozen=True)

    request_number: str
    server_id: int
    server_name: str
    services: tuple[str, ...]
    folders: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    frequency: str
    retention_days: int
    starts_at: datetime
    ends_at: datetime

    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON; sealed at approval, checked again before the first byte moves."""
        text = json.dumps(
            self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def covers_folder(self, path: str) -> bool:
        """Whether `path` is a granted folder or lies under one."""
        return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in self.folders)
