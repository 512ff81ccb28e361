"""Two officials, two tabs, twenty clicks at the same moment: one decision counts, the others are told."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from portal.errors import PortalError, StaleStep
from portal.operations import disposition, submission
from portal.store import db
from portal.store.models import BackupRequest, Disposition, Letter
from tests.support.chain import FORM, Way


@pytest.fixture
def way(cast, settings) -> Way:
    return Way(cast, settings)


def at_once(deeds: list[Callable[[], object]]) -> list[object]:
    """Do all of them at the same moment, each on a connection of its own; what each gave or raised."""
    start, answers = threading.Barrier(len(deeds)), [None] * len(deeds)

    def do(number: int) -> None:
        with db.connection():
            start.wait()
            try:
                answers[number] = deeds[number]()
            except PortalError as error:
                answers[number] = error

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def test_it_lets_one_of_two_officials_decide(way, cast):
    """Two administrators: one follows up, the other postpones."""
    way.to("execution")
    decisions = {
        "agus": way.decision("follow_up"),
        "yusuf": way.decision("postpone", note="Server mati.", postponed_until="2026-12-01"),
    }
    answers = at_once(
        [
            lambda who=who, decision=decision: disposition.act(
                decision, user=cast[who], at=way.at, settings=way.settings
            )
            for who, decision in decisions.items()
        ]
    )
    stale = [answer for answer in answers if isinstance(answer, StaleStep)]
    assert len(stale) == 1
    made = Disposition.select().where(Disposition.step == "execution")
    assert made.count() == 1
    assert stale[0].context["by"] == made.get().actor.name
    assert (way.row.followed_up_at is None) != (way.row.paused_at is None)


def test_it_counts_twenty_clicks_as_one(way, cast):
    way.to("unit_note")
    decision = way.decision("forward")
    answers = at_once(
        [lambda: disposition.act(decision, user=cast["bambang"], at=way.at, settings=way.settings)] * 20
    )
    assert all(
        isinstance(answer, BackupRequest) and answer.step == "center_disposition" for answer in answers
    )
    assert Disposition.select().where(Disposition.step == "unit_note").count() == 1
    assert Letter.select().count() == 1


def test_it_gives_each_letter_its_own_number_without_gaps(way, cast, settings):
    ways = [Way(cast, settings).to("unit_note") for _ in range(8)]
    decisions = [one.decision("forward") for one in ways]
    at_once(
        [
            lambda decision=decision: disposition.act(
                decision, user=cast["bambang"], at=way.at, settings=settings
            )
            for decision in decisions
        ]
    )
    assert sorted(letter.sequence for letter in Letter.select()) == list(range(1, 9))


def test_it_numbers_requests_that_come_at_once(way, cast, settings):
    drafts = [Way(cast, settings).draft() for _ in range(8)]
    at_once(
        [
            lambda one=one: submission.submit(one.id, 0, cast["sari"], FORM, at=one.at, settings=settings)
            for one in drafts
        ]
    )
    assert sorted(row.number for row in BackupRequest.select()) == [f"PB-2026-{n:04d}" for n in range(1, 9)]


def test_it_makes_one_draft_of_twenty_autosaves(way, cast):
    at_once([lambda: submission.create_draft(cast["sari"], "kunci-sama", FORM, at=way.at)] * 20)
    assert BackupRequest.select().count() == 1


def test_it_lets_the_requester_withdraw_or_the_head_forward_but_not_both(way, cast):
    way.to("unit_note")
    deeds = [("sari", way.decision("withdraw")), ("bambang", way.decision("forward"))]
    answers = at_once(
        [
            lambda who=who, decision=decision: disposition.act(
                decision, user=cast[who], at=way.at, settings=way.settings
            )
            for who, decision in deeds
        ]
    )
    assert len([answer for answer in answers if isinstance(answer, StaleStep)]) == 1
    assert way.row.revision == 2
