"""A source that has nothing any more while its copy does: more likely a disk that is not mounted than a wish."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from workers.engines import ssh, survey
from workers.engines.errors import EngineError
from workers.steps.work import Work

if TYPE_CHECKING:
    import paramiko


def refuse_emptied(work: Work, client: paramiko.SSHClient, path: str) -> None:
    """Raises EngineError('pull.empty_source') when the server's folder `path` holds no file at all while its copy does:
    rsync would empty the copy and call that success."""
    if not holds_file(work.copy / path.lstrip("/")):
        return
    there = survey.holds_file(client, path, work.should_stop)
    if there is None:
        # What cannot be looked at rsync cannot look at either: it then deletes nothing, and names it.
        work.log(f"{path}: could not see whether it holds a file", "WARN")
    elif not there:
        raise EngineError("pull.empty_source", tool="find", path=path)


def look_again(work: Work) -> None:
    """The folders once more, where dumps took their time since the preflight. Raises as `refuse_emptied`."""
    if work.spec.paths("database"):
        with ssh.connect(work.target()) as client:
            for path in work.sources():
                refuse_emptied(work, client, path)


def holds_file(folder: Path) -> bool:
    """Whether anything but folders lies below `folder`; looks no further than the first. What may not be looked into
    may well hold one; what is not there holds none."""
    waiting = [os.fsencode(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                below = [(entry.path, entry.is_dir(follow_symlinks=False)) for entry in entries]
        except PermissionError:
            return True
        except (FileNotFoundError, NotADirectoryError):
            continue
        if not all(is_folder for _, is_folder in below):
            return True
        waiting += [path for path, _ in below]
    return False
