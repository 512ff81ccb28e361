"""The second copy: everything that the vault lists, copied into another one and looked up there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from portal.operations import vault_keys
from portal.operations.vault import Room
from schemas.evidence import SecondCopyEvidence
from workers.engines import command, restic, second, sftp
from workers.engines.errors import EngineError
from workers.steps import upkeep, vaults, ways
from workers.steps.work import Work, make_private


def copy(work: Work) -> None:
    """Copy what the second vault lacks; its repository is made at first use.

    Raises EngineError('second.not_set', 'second.unreachable', 'second.lost', 'second.no_key').
    """
    repository = upkeep.opened(work)
    there = _second(work, repository)
    _ready(work, there)
    _call(work, there, second.copy_argv(), phase="copy", counted=("packs",))


def recheck(work: Work) -> None:
    """See that every copy of the vault is listed in the second one, take out what an approved cut took out of the
    first, and check what lies there. Raises EngineError('second.missing')."""
    repository = work.repository()
    there = _second(work, repository)
    first = vaults.listed(repository, work.should_stop)
    pairs = _pairs(work, there)
    missing = first - pairs.keys()
    if missing:
        raise EngineError("second.missing", tool="restic", count=len(missing))
    going = [each for each in work.spec.snapshot_ids if each in pairs and each not in first]
    if going:
        _call(work, there, restic.forget_argv([pairs[each] for each in going]))
        _call(work, there, restic.prune_argv(), phase="tidy", counted=("packs", "files"))
    _check(work, there)
    left = _pairs(work, there)
    if not first <= left.keys():
        raise EngineError("second.missing", tool="restic", count=len(first - left.keys()))
    size = json.loads(_answer(work, there, restic.size_argv()))["total_size"]
    own = vaults.size(repository, work.should_stop)
    if found := _room(work, there):
        work.rooms["second"] = found
    work.result = {"there": sorted(left), "forgotten": going, "bytes": int(size), "repository_bytes": own}
    work.second = SecondCopyEvidence(
        location=there.location,
        copies=tuple(sorted((each, left[each]) for each in first)),
        forgotten=tuple(going),
        total_bytes=int(size),
    )
    work.log(f"second vault: {len(left)} copies, {size} bytes, {len(going)} taken out")


def _check(work: Work, there: second.Second) -> None:
    """Check restic's books there, and where it is a part's turn every byte of it. Raises
    EngineError('second.damaged')."""
    part, parts = work.spec.part, work.spec.parts
    argv = restic.check_argv(part, parts) if parts else restic.check_books_argv()
    try:
        _call(work, there, argv, phase="look_up", counted=("packs",))
    except EngineError as error:
        if error.code != "restic.damaged":
            raise
        raise EngineError(
            "second.damaged", tool="restic", exit_code=error.exit_code, tail=error.tail
        ) from error


def _second(work: Work, repository: restic.Repository) -> second.Second:
    location = work.settings.second_vault
    if not location:
        raise EngineError("second.not_set", tool="vault")
    way = _way(work)
    return second.of(location, work.spec.server.id, repository, way.session if way else "")


def _way(work: Work) -> ways.Way | None:
    """The way to the machine of the second vault; none to a folder."""
    settings, place = work.settings, sftp.place_of(work.settings.second_vault)
    if place is None:
        return None
    make_private(work.evidence)
    return ways.to(
        settings, place, own=vault_keys.SECOND, port=settings.second_vault_port, scratch=work.evidence
    )


def _room(work: Work, there: second.Second) -> Room | None:
    """What the second vault has room for."""
    way, place = _way(work), sftp.place_of(work.settings.second_vault)
    if way is not None and place is not None:
        return ways.room(way, place.path)
    usage = shutil.disk_usage(there.location)
    return Room(usage.free, usage.total)


def _ready(work: Work, there: second.Second) -> None:
    """A repository that is there, free of the locks of restics that were killed; a new one only where none has been:
    an empty folder where the copies were is a disk that is not mounted."""
    if not there.command and not Path(there.location).parent.is_dir():
        raise EngineError("second.unreachable", tool="vault", path=work.settings.second_vault)
    # Not through `upkeep`: that there is none is an answer, no warning.
    result = command.run(
        there.argv(restic.config_argv()),
        env=there.environment(),
        should_stop=work.should_stop,
        idle_seconds=work.settings.idle_deadline_seconds,
    )
    if result.exit_code == 0:
        _call(work, there, restic.unlock_argv())
        return
    error = second.error_of(result.exit_code, result.tail, far=bool(there.command))
    if error.code != "restic.no_repository":
        raise error
    if work.spec.second_known:
        raise EngineError("second.lost", tool="vault", path=there.location)
    if not there.command:
        make_private(Path(there.location))
    _call(work, there, second.init_argv())


def _pairs(work: Work, there: second.Second) -> dict[str, str]:
    """The copies in the second vault: the full id in the first -> the full id there."""
    found = json.loads(_answer(work, there, restic.snapshots_argv())) or ()
    return {str(item.get("original") or item["id"]): str(item["id"]) for item in found}


def _answer(work: Work, there: second.Second, argv: Sequence[str]) -> bytes:
    lines: list[bytes] = []
    result = command.run(
        there.argv(argv),
        env=there.environment(),
        on_output=lines.append,
        should_stop=work.should_stop,
        idle_seconds=work.settings.idle_deadline_seconds,
    )
    if result.exit_code != 0:
        raise second.error_of(result.exit_code, result.tail, far=bool(there.command))
    return b"".join(lines)


def _call(
    work: Work, there: second.Second, argv: Sequence[str], *, phase: str = "", counted: Sequence[str] = ()
) -> None:
    result = upkeep.run(work, there, argv, phase=phase, counted=counted)
    if result.exit_code != 0:
        raise second.error_of(result.exit_code, result.tail, far=bool(there.command))
