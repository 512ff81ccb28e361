"""What a server gets back comes from the nearest place that holds it: the copy beside the repository while it still is
that snapshot, entry by entry, or else the repository. A restore test always asks the repository.

A copy that nobody wrote to since it was listed, by its inodes and change times, is held against the list while it is
sent; any other one before.
"""

from __future__ import annotations

from pathlib import Path

from schemas.run import RunKind
from workers.engines.errors import EngineError
from workers.steps import latest, proof
from workers.steps.reading import Reading
from workers.steps.work import Work


def restore(work: Work) -> None:
    """Find the data, or bring them back from the repository. Raises EngineError, Cancelled."""
    if work.spec.kind is not RunKind.RESTORE_TO_SERVER or not _is_in_copy(work):
        proof.restore(work)


def compare(work: Work) -> None:
    """Hold what the repository gave against the list; what lies in the copy was found by that, or is being read.
    Raises EngineError."""
    if work.proof is None and work.reading is None:
        proof.compare(work)


def _is_in_copy(work: Work) -> bool:
    """Whether the copy holds what the list names and nothing else. It is held from then on, so that no backup changes
    it: while one does, the repository is asked."""
    if latest.read(work.folder).snapshot_id != work.spec.snapshot_id:
        return False
    try:
        work.hold_vault()
    except EngineError:
        return False
    proof.check_manifest(work, Path(work.spec.manifest_path))
    work.restored = work.copy
    if proof.is_untouched(work):
        work.log("the copy lies as it was listed: it is compared while it is sent")
        work.reading = Reading(work)
        work.hold(work.reading.give_up)
        work.reading.start()
        return True
    try:
        proof.compare(work)
    except EngineError as error:
        if error.code != "proof.differs":
            raise
        work.log("the copy is not this snapshot any more: the repository is asked", "WARN")
        work.proof = work.restored = None
        return False
    work.log("the copy still is this snapshot: the repository need not be asked")
    return True
