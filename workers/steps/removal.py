"""The removal of an approved cut: exactly its snapshots go, then the data that nobody needs any more."""

from __future__ import annotations

import contextlib
from pathlib import Path

from schemas.evidence import RemovalEvidence
from workers.engines import restic
from workers.engines.errors import Cancelled, EngineError
from workers.steps import latest, upkeep, vaults
from workers.steps.work import Work


def forget(work: Work) -> None:
    """Take the listed snapshots off restic's list, and see that these are gone and no other. What an interrupted run
    has taken off already counts as gone. Raises EngineError('removal.others_gone', 'removal.still_there')."""
    repository = upkeep.opened(work)
    before, ordered = vaults.listed(repository, work.should_stop), set(work.spec.snapshot_ids)
    work.result = {
        "forgotten": sorted(ordered - before),
        "bytes_before": vaults.size(repository, work.should_stop),
        "kept": sorted(before - ordered),
    }
    try:
        if waiting := sorted(ordered & before):
            upkeep.call(work, repository, restic.forget_argv(waiting), phase="forget", counted=("files",))
    except (EngineError, Cancelled):
        # Cut off half-way some are gone: what the portal lists must not be more than there is.
        with contextlib.suppress(EngineError):
            work.result["forgotten"] = sorted(ordered - vaults.listed(repository))
        raise
    after = vaults.listed(repository)
    work.result["forgotten"] = sorted(ordered - after)
    _check_kept(work, after)
    if ordered & after:
        raise EngineError("removal.still_there", tool="restic", count=len(ordered & after))
    _forget_parent(work.folder, ordered)
    work.log(f"forgotten: {len(ordered)} snapshots, {len(after)} stay")


def tidy(work: Work) -> None:
    """Remove the data that no snapshot needs, and see that the others are still listed and whole in restic's books."""
    if work.result is None:
        raise ValueError("tidy comes after forget")
    repository = work.repository()
    upkeep.call(work, repository, restic.prune_argv(), phase="tidy", counted=("packs", "files"))
    upkeep.call(work, repository, restic.check_books_argv())
    kept = vaults.listed(repository, work.should_stop)
    _check_kept(work, kept)
    work.result["bytes_after"] = vaults.size(repository, work.should_stop)
    work.removal = RemovalEvidence(
        cut_id=work.spec.cut_id, list_digest=work.spec.list_digest, removed=tuple(work.result["forgotten"]),
        kept=tuple(sorted(kept)), bytes_before=work.result["bytes_before"],
        bytes_after=work.result["bytes_after"])  # fmt: skip


def _check_kept(work: Work, now: set[str]) -> None:
    missing = set((work.result or {})["kept"]) - now
    if missing:
        raise EngineError("removal.others_gone", tool="restic", count=len(missing))


def _forget_parent(folder: Path, gone: set[str]) -> None:
    """The next backup does not compare with a snapshot that is gone; the newest never goes, so this is a rare case."""
    if latest.read(folder).snapshot_id in gone:
        (folder / latest.FILE).unlink(missing_ok=True)
