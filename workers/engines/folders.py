"""Removing whole folders."""

from __future__ import annotations

from pathlib import Path

from workers.engines import command

IDLE_SECONDS = 3600


def remove(folder: Path) -> str:
    """Remove a folder, also one whose owner may not write in it; what was complained of, empty when it is gone."""
    command.run(["chmod", "-R", "u+rwX", "--", str(folder)], idle_seconds=IDLE_SECONDS)
    ended = command.run(["rm", "-rf", "--", str(folder)], idle_seconds=IDLE_SECONDS)
    return ended.tail or f"exit {ended.exit_code}" if ended.exit_code else ""
