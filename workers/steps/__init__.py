"""What each step does. A step takes the work at hand and leaves what it found in it."""

from __future__ import annotations

from collections.abc import Callable

from workers.plans import StepName
from workers.steps import (
    contents,
    databases,
    download,
    dump,
    forward,
    hooks,
    inquiry,
    integrity,
    load,
    mirror,
    mirror_guard,
    nearest,
    preflight,
    pull,
    push,
    refill,
    removal,
    second_copy,
    snapshot,
    standby,
)
from workers.steps.work import Work

STEPS: dict[StepName, Callable[[Work], None]] = {
    StepName.PREFLIGHT: preflight.check,
    StepName.BEFORE: hooks.before,
    StepName.AFTER: hooks.after,
    StepName.DUMP: dump.dump,
    StepName.PULL: pull.pull,
    StepName.SNAPSHOT: snapshot.snapshot,
    StepName.RESTORE: nearest.restore,
    StepName.COMPARE: nearest.compare,
    StepName.LOAD: load.load,
    StepName.SCAN: inquiry.scan,
    StepName.PROBE: inquiry.probe,
    StepName.LISTING: inquiry.listing,
    StepName.MEASURE: inquiry.measure,
    StepName.READ_PART: integrity.read_part,
    StepName.FORGET: removal.forget,
    StepName.TIDY: removal.tidy,
    StepName.COPY: second_copy.copy,
    StepName.LOOK_UP: second_copy.recheck,
    StepName.INDEX: contents.index,
    StepName.EXTRACT: download.extract,
    StepName.CHECK: download.check,
    StepName.PUSH: push.push,
    StepName.RECHECK: push.recheck,
    StepName.DATABASES: databases.discover,
    StepName.FETCH: refill.fetch,
    StepName.SAFETY: refill.safety,
    StepName.FILL: refill.fill,
    StepName.SWAP: refill.swap,
    StepName.GUARD: mirror_guard.look,
    StepName.MIRROR: mirror.bring,
    StepName.AGREE: mirror.agree,
    StepName.FORWARD: forward.forward,
    StepName.TAKE: standby.take,
    StepName.STAND_BY: standby.stand_by,
    StepName.TURN: standby.turn,
}
