"""What a server's repository holds: its folder tells where it lies beside the portal, restic where it is far away."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from workers.engines import command, restic
from workers.engines.errors import EngineError
from workers.engines.restic import Repository

ID_LENGTH = 64
Stop = Callable[[], bool]


def exists(repository: Repository, stop: Stop = lambda: False) -> bool:
    """Whether there is a repository. Raises EngineError where nobody can say, Cancelled."""
    if not repository.location:
        return (repository.path / "config").is_file()
    try:
        _answer(repository, restic.config_argv(), stop)
    except EngineError as error:
        if error.code != "restic.no_repository":
            raise
        return False
    return True


def lost(repository: Repository) -> EngineError:
    """What is raised where copies were kept and no repository is: a disk that is not mounted looks the same."""
    return EngineError("vault.lost", tool="restic", path=repository.where)


def has_snapshot(repository: Repository, snapshot_id: str, stop: Stop = lambda: False) -> bool:
    """Whether the repository still holds the snapshot with this full id. Raises EngineError, Cancelled."""
    if len(snapshot_id) != ID_LENGTH:
        return False
    if not repository.location:
        return (repository.path / "snapshots" / snapshot_id).is_file()
    return exists(repository, stop) and snapshot_id in listed(repository, stop)


def has_locks(repository: Repository, stop: Stop = lambda: False) -> bool:
    """Whether somebody works on the repository, or was killed at it. Raises EngineError, Cancelled."""
    if repository.location:
        return bool(_answer(repository, restic.list_argv("locks"), stop).strip())
    folder = repository.path / "locks"
    # A restic that was killed while it wrote its lock leaves a file of another name, which locks nothing.
    return folder.is_dir() and any(len(path.name) == ID_LENGTH for path in folder.iterdir())


def full_id(repository: Repository, short: str, stop: Stop = lambda: False) -> str:
    """The full id of the snapshot that begins with `short`: restic 0.14's summary shortens it.

    Raises EngineError('restic.snapshot_unknown').
    """
    if repository.location:
        found = [name for name in listed(repository, stop) if name.startswith(short)]
    else:
        found = [path.name for path in (repository.path / "snapshots").glob(f"{short}*")]
    if len(found) != 1:
        raise EngineError("restic.snapshot_unknown", tool="restic", snapshot=short)
    return found[0]


def listed(repository: Repository, stop: Stop = lambda: False) -> set[str]:
    """The full ids of the snapshots that restic lists. Raises EngineError, Cancelled."""
    found: list[dict[str, Any]] = json.loads(_answer(repository, restic.snapshots_argv(), stop)) or []
    return {str(item["id"]) for item in found}


def packs_named(repository: Repository, lines: Sequence[str], stop: Stop = lambda: False) -> list[set[str]]:
    """For each line of complaint the full ids of the packs that it names. Raises EngineError, Cancelled."""
    far = bool(repository.location and lines)
    known = _packs_far(repository, stop) if far else _packs_beside(repository.path)
    return [restic.packs_named(line, known) for line in lines]


def size(repository: Repository, stop: Stop = lambda: False) -> int:
    """Bytes of the files in a repository; of one far away those of its data. Raises EngineError, Cancelled."""
    if repository.location:
        return int(json.loads(_answer(repository, restic.size_argv(), stop))["total_size"])
    return sum(
        os.lstat(os.path.join(parent, name)).st_size  # noqa: PTH118  (a repository may hold a million files)
        for parent, _, names in os.walk(repository.path)
        for name in names
    )


def _packs_beside(folder: Path) -> Callable[[str], Sequence[str]]:
    return lambda word: [path.name for path in (folder / "data" / word[:2]).glob(f"{word}*")]


def _packs_far(repository: Repository, stop: Stop) -> Callable[[str], Sequence[str]]:
    packs = _answer(repository, restic.list_argv("packs"), stop).decode("ascii", "replace").split()
    return lambda word: [name for name in packs if name.startswith(word)]


def _answer(repository: Repository, argv: Sequence[str], stop: Stop) -> bytes:
    """What restic answers; a long answer stands in one line, which is handed on in pieces."""
    lines: list[bytes] = []
    result = command.run(
        repository.argv(argv),
        env=repository.environment(),
        on_output=lines.append,
        should_stop=stop,
        idle_seconds=repository.idle_seconds,
    )
    if result.exit_code != 0:
        raise restic.error_of(result.exit_code, result.tail)
    return b"\n".join(lines) if argv[1] == "list" else b"".join(lines)
