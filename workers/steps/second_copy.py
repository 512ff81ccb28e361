"""The second copy: everything that the vault lists, copied into another one and looked up there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from schemas.evidence import SecondCopyEvidence
from workers.engines import addresses, command, openssh, restic, second
from workers.engines.errors import EngineError
from workers.steps import removal, upkeep
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
    first = removal.listed(work, repository)
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
    size = json.loads(_answer(work, there, second.size_argv()))["total_size"]
    own = upkeep.size_of(repository.path)
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
    place = second.place_of(location)
    return second.of(location, work.spec.server.id, repository, _ssh(work, place) if place else ())


def _ssh(work: Work, place: second.Place) -> list[str]:
    """The OpenSSH client with the portal's own key, trusting the one host key that was told to it."""
    own = work.settings.secrets_path / "second-vault"
    key, host_key = own / "key", own / "host_key"
    if not key.is_file() or not host_key.is_file():
        raise EngineError("second.no_key", tool="ssh")
    make_private(work.evidence)
    known_hosts = work.evidence / "second_known_hosts"
    known_hosts.write_text(openssh.known_hosts_line(host_key.read_text(encoding="ascii")), encoding="ascii")
    address = addresses.resolve(
        place.host,
        allowed=work.settings.allowed_networks,
        allow_loopback=work.settings.allow_loopback_servers,
    )
    argv = openssh.ssh_argv(
        username=place.user, port=work.settings.second_vault_port, key=key, known_hosts=known_hosts
    )
    return [*argv, address]


def _ready(work: Work, there: second.Second) -> None:
    """A repository that is there, free of the locks of restics that were killed; a new one only where none has been:
    an empty folder where the copies were is a disk that is not mounted."""
    if not there.command and not Path(there.location).parent.is_dir():
        raise EngineError("second.unreachable", tool="vault", path=work.settings.second_vault)
    # Not through `upkeep`: that there is none is an answer, no warning.
    result = command.run(
        there.argv(second.config_argv()),
        env=there.environment(),
        should_stop=work.should_stop,
        idle_seconds=work.settings.idle_deadline_seconds,
    )
    if result.exit_code == 0:
        _call(work, there, restic.unlock_argv())
        return
    error = second.error_of(result.exit_code, result.tail)
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
        raise second.error_of(result.exit_code, result.tail)
    return b"".join(lines)


def _call(
    work: Work, there: second.Second, argv: Sequence[str], *, phase: str = "", counted: Sequence[str] = ()
) -> None:
    result = upkeep.run(work, there, there.argv(argv), phase=phase, counted=counted)
    if result.exit_code != 0:
        raise second.error_of(result.exit_code, result.tail)
