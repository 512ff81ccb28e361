"""What the vault has room for."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from portal.config import Settings


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes of the vault's file system."""

    free: int
    total: int


def room(settings: Settings) -> Room | None:
    """How much room the vault has, or None while it cannot be reached."""
    try:
        usage = shutil.disk_usage(settings.vault_path)
    except OSError:
        return None
    return Room(usage.free, usage.total)
