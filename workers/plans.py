"""From a run's order to the steps that carry it out. Pure."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from schemas.run import RunKind


class StepName(StrEnum):
    """A step, as the run's page names it."""

    PREFLIGHT = "preflight"
    DUMP = "dump"
    PULL = "pull"
    SNAPSHOT = "snapshot"
    RESTORE = "restore"
    COMPARE = "compare"
    LOAD = "load"
    SCAN = "scan"
    PROBE = "probe"
    LISTING = "listing"
    MEASURE = "measure"
    READ_PART = "read_part"
    FORGET = "forget"
    TIDY = "tidy"
    COPY = "copy"
    LOOK_UP = "look_up"
    INDEX = "index"
    DATABASES = "databases"
    EXTRACT = "extract"
    CHECK = "check"
    PUSH = "push"
    RECHECK = "recheck"
    FETCH = "fetch"
    SAFETY = "safety"
    FILL = "fill"
    SWAP = "swap"
    BEFORE = "before"
    AFTER = "after"
    GUARD = "guard"
    MIRROR = "mirror"
    AGREE = "agree"
    FORWARD = "forward"
    TAKE = "take"
    STAND_BY = "stand_by"
    TURN = "turn"


PLANS: dict[RunKind, tuple[StepName, ...]] = {
    RunKind.BACKUP: (
        StepName.BEFORE,
        StepName.PREFLIGHT,
        StepName.DUMP,
        StepName.PULL,
        StepName.AFTER,
        StepName.SNAPSHOT,
    ),
    RunKind.RESTORE_TEST: (StepName.RESTORE, StepName.COMPARE, StepName.LOAD),
    RunKind.RESTORE_DOWNLOAD: (StepName.EXTRACT, StepName.CHECK),
    RunKind.RESTORE_TO_SERVER: (StepName.RESTORE, StepName.COMPARE, StepName.PUSH, StepName.RECHECK),
    RunKind.RESTORE_DATABASE: (StepName.FETCH, StepName.SAFETY, StepName.FILL, StepName.SWAP),
    RunKind.HOST_KEY_SCAN: (StepName.SCAN,),
    RunKind.PROBE: (StepName.PROBE,),
    RunKind.LISTING: (StepName.LISTING,),
    RunKind.MEASURE: (StepName.MEASURE,),
    RunKind.INTEGRITY: (StepName.READ_PART,),
    RunKind.PRUNE: (StepName.FORGET, StepName.TIDY),
    RunKind.COPY: (StepName.COPY, StepName.LOOK_UP),
    RunKind.INDEX: (StepName.INDEX,),
    RunKind.DATABASES: (StepName.DATABASES,),
    RunKind.MIRROR_TO_SERVER: (StepName.GUARD, StepName.MIRROR, StepName.AGREE, StepName.FORWARD),
    RunKind.MIRROR_DATABASE: (StepName.TAKE, StepName.STAND_BY, StepName.TURN),
    RunKind.MIRROR: (StepName.GUARD, StepName.MIRROR, StepName.AGREE),
}
# Files that a row of a database names are there before the row is: so the dumps are made first, then the folders.
NEEDS = {StepName.DUMP: "database", StepName.PULL: "folder", StepName.LOAD: "database", StepName.BEFORE: "commands",
         StepName.AFTER: "commands"}  # fmt: skip
"""Steps that only a run with sources of this kind takes, or with commands."""


ELSEWHERE = frozenset({StepName.PUSH, StepName.RECHECK, StepName.FETCH, StepName.SAFETY, StepName.FILL, StepName.SWAP,
                       StepName.FORWARD, StepName.STAND_BY, StepName.TURN})  # fmt: skip
"""Steps that speak with the server that the data are brought to, and not with the one that they are of."""


def plan(
    kind: RunKind, sources: Collection[str] = ("folder", "database", "commands")
) -> tuple[StepName, ...]:
    """The steps of a run of this kind whose sources are of the kinds `sources`, in order."""
    return tuple(step for step in PLANS[kind] if NEEDS.get(step, "") in {"", *sources})
