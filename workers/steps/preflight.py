"""Before the first byte: the server is the one that was approved, the folders are there, the vault has room."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from schemas.run import Progress
from workers.engines import rsync, ssh, survey, versions
from workers.engines.errors import EngineError
from workers.steps import snapshot, vaults
from workers.steps.emptied import refuse_emptied
from workers.steps.work import Work, make_private

if TYPE_CHECKING:
    import paramiko

RESERVE_BYTES = 64 * 1024 * 1024
RESERVE_INODES = 1_000
HOLES_BELOW = 0.9
"""A folder whose files take less of the disk than this share of their sizes holds files with holes."""


def check(work: Work) -> None:
    """Ask the server and look at the vault. Raises EngineError with the first thing that stands in the way."""
    repository = work.repository()
    # One far away is asked beside the pull (keeper): that costs a start of restic.
    if work.spec.vault_known and not repository.location and not vaults.exists(repository):
        raise vaults.lost(repository)
    make_private(work.copy)
    work.hold_vault()
    work.share_connection()
    _check_tools(work)
    with ssh.connect(work.target()) as client:
        for path in work.sources():
            if not survey.check_folder(client, path):
                refuse_emptied(work, client, path)
            work.log(f"folder {path}: found")
        needed = _measure_new(work, client)
    _check_room(work, needed)
    snapshot.prepare(work)


def _check_tools(work: Work) -> None:
    """Versions of what works here, for the evidence; an rsync with known faults in its receiver is a warning."""
    work.tools |= versions.find(work.cache() / "versions.json")
    if not rsync.is_safe(survey.rsync_version(work.tools["rsync"])):
        work.warnings.append("rsync.old")
        oldest = ".".join(map(str, rsync.SAFE_VERSION))
        work.log(f"rsync here is older than {oldest}: {work.tools['rsync']}", "WARN")


def _measure_new(work: Work, client: paramiko.SSHClient) -> int:
    """Bytes on disk of the folders that have no copy yet; one that has needs no estimate, only what changed is sent."""
    total = needed = 0
    for path in work.sources():
        if (work.copy / path.lstrip("/")).exists():
            continue
        measured = survey.measure(client, path, should_stop=work.should_stop)
        work.log(f"folder {path}: {measured.file_count} entries, {measured.size_bytes} bytes")
        total += measured.size_bytes
        needed += min(measured.size_bytes, measured.disk_bytes)
        if measured.disk_bytes >= measured.size_bytes * HOLES_BELOW:
            work.without_holes.add(path)
    work.report(Progress(phase="preflight", bytes_total=total))
    return needed


def _check_room(work: Work, needed: int) -> None:
    """The copy and the repository both hold the data. Raises EngineError('vault.no_space', 'vault.no_inodes')."""
    free = shutil.disk_usage(work.folder).free
    if free < 2 * needed + RESERVE_BYTES:
        raise EngineError(
            "vault.no_space", tool="vault", permanent=False, free=free, needed=2 * needed + RESERVE_BYTES
        )
    info = os.statvfs(work.folder)
    if info.f_files and info.f_favail < RESERVE_INODES:
        raise EngineError("vault.no_inodes", tool="vault", permanent=False, free=info.f_favail)
    work.log(f"vault: {free} bytes free")
