"""Decisions added up, so that a span which was counted need not be counted again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.sop.evaluation.rules import rank95
from schemas.evaluation_rows import Decided, DecidedSum, StepCount, StepMark, StepSum

KEPT_MIN, KEPT_OF = 100, 10
"""Of a step's decisions a tenth are kept one by one, twice what the 95th percentile asks for, or so many at least."""


def summed(rows: Iterable[Decided]) -> DecidedSum:
    """The sum of these decisions."""
    by_step: dict[str, list[Decided]] = {}
    late: dict[int, int] = {}
    for row in rows:
        by_step.setdefault(row.step, []).append(row)
        if row.due and not row.in_time:
            late[row.unit_id] = late.get(row.unit_id, 0) + 1
    return DecidedSum(steps={step: _summed(each) for step, each in by_step.items()}, late=late)


def together(one: DecidedSum, other: DecidedSum) -> DecidedSum:
    """The sum of two spans."""
    return DecidedSum(
        steps={
            step: _together(one.steps.get(step, StepSum()), other.steps.get(step, StepSum()))
            for step in {**one.steps, **other.steps}
        },
        late={unit: one.late.get(unit, 0) + other.late.get(unit, 0) for unit in {**one.late, **other.late}},
    )


def shortened(found: DecidedSum) -> DecidedSum:
    """The same to be kept: of the decisions one by one only as many as later sums will ask for."""
    return DecidedSum(
        steps={
            step: each.model_copy(update={"slowest": each.slowest[: max(KEPT_MIN, each.timed // KEPT_OF)]})
            for step, each in found.steps.items()
        },
        late=found.late,
    )


def reaches(found: DecidedSum) -> bool:
    """Whether enough decisions were kept one by one to tell the 95th percentile of every step."""
    return all(_place95(each) < len(each.slowest) for each in found.steps.values() if each.timed)


def counts_of(found: DecidedSum, steps: Iterable[str]) -> list[StepCount]:
    """What was counted at each of `steps`."""
    return [
        StepCount(step=step, due=each.due, in_time=each.in_time, timed=each.timed, seconds=each.seconds)
        for step in steps
        if (each := found.steps.get(step))
    ]


def marked(found: DecidedSum, steps: Iterable[str]) -> list[tuple[str, int, tuple[int, int, int]]]:
    """The slowest decision of each of `steps` and the one at its 95th percentile: (step, rank, decision)."""
    return [
        (step, each.timed - place, each.slowest[place])
        for step in steps
        if (each := found.steps.get(step)) and each.timed
        for place in sorted({0, _place95(each)})
    ]


def marks_of(found: DecidedSum, steps: Iterable[str], numbers: Mapping[int, str]) -> list[StepMark]:
    """The same as marks, with the requests' numbers by their ids."""
    return [
        StepMark(step=step, rank=rank, of=found.steps[step].timed, seconds=seconds, request_id=request_id,
                 number=numbers.get(request_id, ""))
        for step, rank, (seconds, _, request_id) in marked(found, steps)
    ]  # fmt: skip


def _place95(each: StepSum) -> int:
    """Where the 95th percentile stands when the slowest is at 0."""
    return each.timed - rank95(each.timed)


def _summed(rows: list[Decided]) -> StepSum:
    timed = [(row.seconds, row.id, row.request_id) for row in rows if row.seconds is not None]
    return StepSum(
        due=sum(row.due for row in rows),
        in_time=sum(row.in_time for row in rows),
        timed=len(timed),
        seconds=sum(seconds for seconds, *_ in timed),
        slowest=tuple(sorted(timed, reverse=True)),
    )


def _together(one: StepSum, other: StepSum) -> StepSum:
    # What was not kept of one may be slower than the last of the other's: from there on nobody knows.
    cut = [each.slowest[-1] for each in (one, other) if each.timed > len(each.slowest) > 0]
    known = sorted((*one.slowest, *other.slowest), reverse=True)
    return StepSum(
        due=one.due + other.due,
        in_time=one.in_time + other.in_time,
        timed=one.timed + other.timed,
        seconds=one.seconds + other.seconds,
        slowest=tuple(each for each in known if not cut or each >= max(cut)),
    )
