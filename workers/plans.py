"""From a run's order to the steps that carry it out. Pure."""

from __future__ import annotations

from enum import StrEnum

from schemas.run import RunKind


class StepName(StrEnum):
    """A step, as the run's page names it."""

    PREFLIGHT = "preflight"
    PULL = "pull"
    SNAPSHOT = "snapshot"
    RESTORE = "restore"
    COMPARE = "compare"
    SCAN = "scan"
    PROBE = "probe"
    LISTING = "listing"
    MEASURE = "measure"
    READ_PART = "read_part"
    INDEX = "index"
    EXTRACT = "extract"
    CHECK = "check"
    PUSH = "push"
    RECHECK = "recheck"


PLANS: dict[RunKind, tuple[StepName, ...]] = {
    RunKind.BACKUP: (StepName.PREFLIGHT, StepName.PULL, StepName.SNAPSHOT),
    RunKind.RESTORE_TEST: (StepName.RESTORE, StepName.COMPARE),
    RunKind.RESTORE_DOWNLOAD: (StepName.EXTRACT, StepName.CHECK),
    RunKind.RESTORE_TO_SERVER: (StepName.RESTORE, StepName.COMPARE, StepName.PUSH, StepName.RECHECK),
    RunKind.HOST_KEY_SCAN: (StepName.SCAN,),
    RunKind.PROBE: (StepName.PROBE,),
    RunKind.LISTING: (StepName.LISTING,),
    RunKind.MEASURE: (StepName.MEASURE,),
    RunKind.INTEGRITY: (StepName.READ_PART,),
    RunKind.INDEX: (StepName.INDEX,),
}


def plan(kind: RunKind) -> tuple[StepName, ...]:
    """The steps of a run of this kind, in order."""
    return PLANS[kind]
