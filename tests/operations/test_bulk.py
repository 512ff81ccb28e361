"""Several requests passed on at once: each by itself, and only where the SOP lets it."""

from __future__ import annotations

from portal.operations import bulk
from schemas.decision import Decision
from tests.support import desks


def passed(picked, note, **who):
    decisions = [Decision(request_id=request_id, revision=revision, action="forward", note=note)
                 for request_id, revision in picked]  # fmt: skip
    return bulk.forward(decisions, **who)


def test_each_goes_on_by_itself_and_one_that_cannot_stops_no_other(cast, settings):
    first, second, third = (desks.file(settings, cast) for _ in range(3))
    second.act("bambang", "forward")
    picked = [(file.request_id, 1) for file in (first, second, third)]
    found = passed(picked, "Sama.", user=cast["bambang"], at=first.at, settings=settings)
    assert [outcome.error and outcome.error.code for outcome in found] == [None, None, None], "a double click"
    assert {file.row.step for file in (first, second, third)} == {"center_disposition"}
    assert third.dispositions[-1].note == "Sama."
    picked = [(third.request_id, 1), (10**6, 1)]
    found = passed(picked, "", user=cast["hendro"], at=first.at, settings=settings)
    assert [outcome.error.code for outcome in found] == ["chain.stale", "request.unknown"]


def test_standard_instructions_go_along(cast, settings):
    file = desks.file(settings, cast).walk("center_disposition")
    passed([(file.request_id, 2)], "", user=cast["hendro"], at=file.at, settings=settings)
    assert file.dispositions[-1].instructions == ["process"]


def test_nothing_is_selected_in_bulk(cast, settings):
    file = desks.file(settings, cast).walk("policy_selection")
    (found,) = passed([(file.request_id, 3)], "", user=cast["ratna"], at=file.at, settings=settings)
    assert found.error.code == "bulk.not_here"
    assert file.row.step == "policy_selection"


def test_nobody_passes_on_what_is_not_on_the_own_desk(cast, settings):
    file = desks.file(settings, cast)
    (found,) = passed([(file.request_id, 1)], "", user=cast["joko"], at=file.at, settings=settings)
    assert found.error is not None
    assert file.row.step == "unit_note"
