"""A lock of the portal's own on a server's room in the vault, besides the database's lease: two restics or rsyncs on
one repository or copy are impossible, whatever was killed, delivered twice or fenced off. The kernel lets go of it when
the process ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from workers.engines.errors import EngineError


class Lock:
    """Held from its making until `release`. Raises EngineError('vault.busy') when somebody else holds it."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise EngineError("vault.busy", tool="vault", permanent=False, path=str(path)) from error
        self._held = True

    def release(self) -> None:
        """Let go of it; again does nothing."""
        if self._held:
            self._held = False
            os.close(self._descriptor)
