"""From rows to figures. What each figure counts is said in schemas.evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from portal.sop.evaluation.rules import SLACK_HOURS, hours_between, promised_hours, rank95
from schemas.evaluation import Mean, Said, ServerFigure, Share, StepFigure, UnitFigure
from schemas.evaluation_rows import InForce, ServerRow, StepCount, StepMark, Switch, UnitRow
from schemas.survey import QUESTIONS

DAY_HOURS = 24
LEFT_OUT = frozenset({"cancelled", "queued", "running"})
"""States of a run that say nothing of the service: a person stopped it, or it has not ended."""


def servers_at(
    rows: Iterable[ServerRow],
    in_force: Sequence[InForce],
    switched: Iterable[Switch],
    *,
    as_of: datetime,
    certificate_days: int,
) -> list[ServerFigure]:
    """The servers in use at `as_of`, by name. `rows` say how they are in use now, `switched` what changed since: the
    first change after `as_of` tells what was before it."""
    was_on: dict[int, bool] = {}
    for switch in sorted(switched, key=lambda each: each.at):
        was_on.setdefault(switch.server_id, not switch.on)
    mine: dict[int, list[InForce]] = {}
    for row in in_force:
        mine.setdefault(row.server_id, []).append(row)
    found = [
        _server(row, mine.get(row.id, []), as_of, certificate_days)
        for row in rows
        if was_on.get(row.id, row.active)
    ]
    return sorted(found, key=lambda each: (each.name.lower(), each.id))


def _server(
    row: ServerRow, in_force: Sequence[InForce], as_of: datetime, certificate_days: int
) -> ServerFigure:
    promised = promised_hours(each.frequency for each in in_force)
    copied = max(row.copies, default=None)
    hours, proof_hours = hours_between(copied, as_of), hours_between(row.proven_at, as_of)
    proof_days = proof_hours / DAY_HOURS if proof_hours is not None else None
    return ServerFigure(
        id=row.id,
        name=row.name,
        units=tuple(sorted({each.unit_code for each in in_force})),
        granted=bool(in_force),
        promised_hours=promised,
        copied_at=copied,
        proven_at=row.proven_at,
        kept=row.held,
        copy_hours=hours,
        in_time=(hours is not None and hours <= promised + SLACK_HOURS) if promised else None,
        proof_days=proof_days,
        proven_lately=proof_days is not None and proof_days <= certificate_days,
    )


def shares_of_servers(servers: Sequence[ServerFigure]) -> tuple[Share, Share, Share]:
    """Coverage, RPO and proof."""
    promised = [each for each in servers if each.promised_hours]
    kept = [each for each in servers if each.kept]
    return (
        Share(part=sum(each.granted for each in servers), whole=len(servers)),
        Share(part=sum(each.in_time is True for each in promised), whole=len(promised)),
        Share(part=sum(each.proven_lately for each in kept), whole=len(kept)),
    )


def success_of(ended: Mapping[str, int], missed: int = 0) -> Share:
    """The runs by the state they ended in, and the due times at which nothing ran."""
    counted = {state: count for state, count in ended.items() if state not in LEFT_OUT}
    return Share(part=counted.get("succeeded", 0), whole=sum(counted.values()) + missed)


def steps_of(
    counts: Iterable[StepCount], marks: Iterable[StepMark], order: Sequence[str]
) -> list[StepFigure]:
    """Each step with decisions, in the SOP's order. `marks` hold at least the slowest and the one at the 95th
    percentile of each."""
    by_rank = {(mark.step, mark.rank): mark for mark in marks}
    found = [_step(count, by_rank) for count in counts]
    return sorted(found, key=lambda each: order.index(each.step))


def _step(count: StepCount, by_rank: Mapping[tuple[str, int], StepMark]) -> StepFigure:
    slowest = by_rank.get((count.step, count.timed))
    at95 = by_rank.get((count.step, rank95(count.timed)))
    return StepFigure(
        step=count.step,
        in_time=Share(part=count.in_time, whole=count.due),
        timed=count.timed,
        average_seconds=round(count.seconds / count.timed) if count.timed else None,
        p95_seconds=at95.seconds if at95 else None,
        slowest_seconds=slowest.seconds if slowest else None,
        slowest_request=slowest.request_id if slowest else None,
        slowest_number=slowest.number if slowest else "",
    )


def said_in_all(rows: Sequence[UnitRow]) -> Said:
    """What the requesters of all these units said together."""
    answered = Share(
        part=sum(row.said.answered.part for row in rows), whole=sum(row.said.answered.whole for row in rows)
    )
    marks = {name: [getattr(row.said, name) for row in rows] for name in QUESTIONS}
    means = {
        name: Mean(total=sum(each.total for each in many), count=sum(each.count for each in many))
        for name, many in marks.items()
    }
    return Said(answered=answered, **means)


def units_of(
    rows: Iterable[UnitRow], in_force: Sequence[InForce], servers: Sequence[ServerFigure]
) -> list[UnitFigure]:
    """Each unit that has a server in force or brought anything in the month, by its code. A server that two units have
    asked for counts for both."""
    by_id = {each.id: each for each in servers}
    mine: dict[int, set[int]] = {}
    for row in in_force:
        mine.setdefault(row.unit_id, set()).add(row.server_id)
    found = []
    for unit in rows:
        own = [by_id[number] for number in sorted(mine.get(unit.id, ())) if number in by_id]
        success = success_of(unit.ended)
        if own or success.whole or unit.received or unit.closed or unit.late or unit.said != Said():
            _, rpo, proven = shares_of_servers(own)
            found.append(
                UnitFigure(id=unit.id, code=unit.code, name=unit.name, servers=len(own), success=success, rpo=rpo,
                           proven=proven, received=unit.received, closed=unit.closed, late=unit.late,
                           said=unit.said)
            )  # fmt: skip
    return sorted(found, key=lambda each: each.code)
