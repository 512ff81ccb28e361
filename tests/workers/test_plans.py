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
    assert plan(RunKind.BACKUP)[0] is StepName.PREFLIGHT
    assert plan(RunKind.RESTORE_TEST)[-1] is StepName.COMPARE


def test_it_has_no_step_that_no_plan_takes() -> None:
    assert {name for kind in RunKind for name in plan(kind)} == set(StepName) == set(STEPS)
