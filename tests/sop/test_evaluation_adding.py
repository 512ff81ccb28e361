"""Decisions added up span by span say what all of them say."""

from __future__ import annotations

from random import Random

import pytest

from portal.sop.evaluation import adding
from portal.sop.evaluation.rules import rank95
from schemas.evaluation_rows import Decided, DecidedSum

STEPS = ("unit_note", "reply", "execution")


def decisions(count: int, seed: int) -> list[Decided]:
    dice = Random(seed)
    return [
        Decided(dice.choice(STEPS[:2]), dice.randint(1, 3), number, 1000 + number,
                dice.choice((None, dice.randint(0, 90), dice.randint(0, 90_000))), due := dice.random() < 0.8,
                due and dice.random() < 0.7)
        for number in range(count)
    ]  # fmt: skip


def in_pieces(rows: list[Decided], dice: Random, *, most: int) -> DecidedSum:
    found, at = DecidedSum(), 0
    while at < len(rows):
        size = dice.randint(1, most)
        found = adding.shortened(adding.together(found, adding.summed(rows[at : at + size])))
        found = DecidedSum.model_validate_json(found.model_dump_json())
        at += size
    return found


@pytest.mark.parametrize("count", [0, 1, 19, 20, 21, 400, 3000])
@pytest.mark.parametrize("seed", range(5))
def test_pieces_add_up_to_the_whole(count: int, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "KEPT_MIN", 10)
    rows = decisions(count, seed)
    whole, pieces = adding.summed(rows), in_pieces(rows, Random(seed), most=max(count // 7, 1))
    assert adding.reaches(whole)
    assert adding.counts_of(pieces, STEPS) == adding.counts_of(whole, STEPS)
    assert pieces.late == whole.late
    if adding.reaches(pieces):
        assert adding.marked(pieces, STEPS) == adding.marked(whole, STEPS)
    for step in STEPS[:2]:
        timed = sorted(
            (row.seconds, row.id, row.request_id)
            for row in rows
            if row.step == step and row.seconds is not None
        )
        if timed:
            assert (step, rank95(len(timed)), timed[rank95(len(timed)) - 1]) in adding.marked(whole, STEPS)


def test_a_day_of_slow_decisions_is_told_from_the_whole() -> None:
    """Where what was kept one by one does not reach, nobody guesses."""
    slow = [Decided("reply", 1, number, number, 9000 + number, True, False) for number in range(2200)]
    quick = [Decided("reply", 1, number, number, 10, True, True) for number in range(2200, 5200)]
    kept = adding.shortened(adding.summed(slow))
    assert len(kept.steps["reply"].slowest) == 220
    assert adding.reaches(adding.together(kept, adding.summed(quick[:2000])))
    found = adding.together(kept, adding.summed(quick))
    assert (found.steps["reply"].timed, adding.reaches(found)) == (5200, False)
