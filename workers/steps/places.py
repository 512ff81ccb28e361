"""Where the copy of a source lies."""

from __future__ import annotations

import stat
from pathlib import Path


def prepare_target(copy: Path, path: str) -> Path:
    """The folder of the copy that a source is pulled into, made when missing.

    A server that is not to be trusted may have planted a symbolic link there in an earlier pull; nothing is written
    through one: what is no folder on the way makes room for a folder.
    """
    current = copy
    for name in Path(path.lstrip("/")).parts:
        current /= name
        if current.is_symlink() or (current.exists() and not stat.S_ISDIR(current.lstat().st_mode)):
            current.unlink()
        current.mkdir(exist_ok=True, mode=0o700)
    return current
