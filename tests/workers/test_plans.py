from __future__ import annotations

import pytest

from schemas.run import RunKind
from workers.plans import StepName, plan
from workers.steps import STEPS


@pytest.mark.parametrize("kind", list(RunKind))
def test_it_has_a_plan_for_every_kind_of_run(kind: RunKind) -> None:
    steps = plan(kind)
    assert steps
    assert len(set(steps)) == len(steps)
    assert all(name in STEPS for name in steps)


def test_it_looks_before_it_moves_a_byte() -> None:
    assert plan(RunKind.BACKUP, ["folder", "database"])[0] is StepName.PREFLIGHT
    assert plan(RunKind.RESTORE_TEST, ["folder"])[-1] is StepName.COMPARE


def test_it_plans_what_there_is_to_do() -> None:
    folders = (StepName.PREFLIGHT, StepName.PULL, StepName.SNAPSHOT)
    assert plan(RunKind.BACKUP, ["folder"]) == folders
    assert plan(RunKind.BACKUP, ["database"]) == (StepName.PREFLIGHT, StepName.DUMP, StepName.SNAPSHOT)
    around = plan(RunKind.BACKUP, ["folder", "commands"])
    assert around == (StepName.BEFORE, *folders[:2], StepName.AFTER, StepName.SNAPSHOT)
    assert StepName.LOAD not in plan(RunKind.RESTORE_TEST, ["folder"])
    assert plan(RunKind.RESTORE_TEST, ["database"])[-1] is StepName.LOAD


def test_it_has_no_step_that_no_plan_takes() -> None:
    assert {name for kind in RunKind for name in plan(kind)} == set(StepName) == set(STEPS)
