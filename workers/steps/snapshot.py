"""The snapshot of the copy by restic, while the manifest of the same copy is written beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schemas.evidence import SnapshotEvidence
from workers.engines import manifest, restic
from workers.engines.errors import EngineError
from workers.steps import latest, upkeep, vaults
from workers.steps.keeper import Keeper
from workers.steps.lister import Lister
from workers.steps.places import prepare_target
from workers.steps.work import Work


def prepare(work: Work) -> None:
    """Make the repository ready while the data come. The folders of the copy must be there for restic to begin."""
    for path in work.roots():
        prepare_target(work.copy, path)
    last = latest.read(work.folder).snapshot_id
    known = vaults.has_snapshot(work.repository(), last, work.should_stop)
    work.keeper = Keeper(work, last if known else "")
    work.hold(work.keeper.give_up)
    work.keeper.start()


def snapshot(work: Work) -> None:
    """Snapshot the copy and note snapshot and manifest as evidence. Raises EngineError, Cancelled."""
    if work.keeper is None:
        raise ValueError("a snapshot comes after it was prepared")
    lister = Lister(work, latest.read(work.folder))
    lister.start()
    try:
        summary = work.keeper.result()
        totals = lister.result()
        repository = work.keeper.repository
        snapshot_id = vaults.full_id(repository, str(summary["snapshot_id"]), work.should_stop)
    except BaseException:
        lister.give_up()
        _forget(work, work.keeper)
        raise
    work.snapshot = _evidence(work, repository, snapshot_id, summary, lister, totals)
    latest.write(work.folder, latest.Latest(snapshot_id, lister.manifest, totals.sha256))
    work.log(
        f"snapshot {snapshot_id}: {totals.files} files, {totals.total_bytes} bytes, manifest {totals.sha256}"
    )
    work.note_room()


def _forget(work: Work, keeper: Keeper) -> None:
    """Take back what this run has put into the repository, whatever was asked meanwhile: it ends without a record, and
    a copy that no record names would never be proven, shown or removed."""
    if not keeper.made:
        return
    try:
        snapshot_id = vaults.full_id(keeper.repository, keeper.made)
        patient = replace(work, should_stop=lambda: False)
        upkeep.call(patient, keeper.repository, restic.forget_argv([snapshot_id]))
    except (EngineError, OSError) as error:
        work.log(f"snapshot {keeper.made} is of no record and could not be forgotten: {error}", "WARN")
    else:
        work.log(f"snapshot {snapshot_id} is forgotten: its run does not end well")


def _evidence(
    work: Work,
    repository: restic.Repository,
    snapshot_id: str,
    summary: dict[str, Any],
    lister: Lister,
    totals: manifest.Totals,
) -> SnapshotEvidence:
    return SnapshotEvidence(
        snapshot_id=snapshot_id,
        repository=repository.where,
        files=totals.files,
        folders=totals.folders,
        others=totals.others,
        total_bytes=totals.total_bytes,
        added_bytes=int(summary.get("data_added", 0)),
        transferred_bytes=work.transferred_bytes,
        manifest=str(lister.manifest),
        manifest_sha256=totals.sha256,
        sums=str(lister.sums),
    )
