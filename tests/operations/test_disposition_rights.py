"""Who may decide, and that exactly one decision is made of a state: double clicks, stale pages, two at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import product

import pytest

from portal.errors import Forbidden, InvalidInput, NotFound, PortalError, StaleStep
from portal.operations import audit, disposition
from portal.store import db
from portal.store.models import Disposition, Grant, Letter, RoleHolding, Server
from schemas.grant import GrantScope
from tests.support import desks
from tests.support.desks import assert_chained


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast)


@pytest.fixture(autouse=True)
def sound_trail(database):
    """Whatever a test does on the desks, the trail verifies after it."""
    yield
    assert audit.verify().ok


@pytest.mark.parametrize(
    ("who", "station"), [(who, station) for who, station in product(
        ["sari", "bambang", "wulan", "hendro", "ratna", "joko", "agus", "dewi", "sri", "tono"], desks.STATIONS)
        if who != station[1]], ids=str)  # fmt: skip
def test_it_forbids_everybody_but_the_desk(file, who, station):
    step, _, action = station
    file.walk(step)
    before = file.row
    with pytest.raises(Forbidden) as refused:
        file.act(who, action, note="x", scope=file.scope())
    assert refused.value.code == "chain.role"
    assert (file.row.revision, file.row.step) == (before.revision, step)
    assert_chained(file)


def test_it_forbids_the_head_of_another_unit(file):
    with pytest.raises(Forbidden):
        file.act("hendro", "forward")
    assert disposition.available(file.row, file.cast["hendro"], file.at) == ()
    assert file.row.step == "unit_note"


def test_it_lets_nobody_decide_on_a_request_of_their_own(cast, settings):
    own = desks.file(settings, cast, "bambang")
    with pytest.raises(Forbidden) as refused:
        own.act("bambang", "forward")
    assert refused.value.code == "chain.own_request"
    # Joko, who asked himself, is also the one who selects by specification.
    mine = desks.file(settings, cast, "joko")
    mine.act("hendro", "forward")
    mine.act("hendro", "forward")
    mine.act("ratna", "approve")
    for action in ("approve", "refuse"):
        with pytest.raises(Forbidden) as refused:
            mine.act("joko", action, note="x", scope=mine.scope())
        assert refused.value.code == "chain.own_request"
    assert mine.row.step == "specification_selection"


def test_it_counts_a_role_only_while_it_is_held(file, cast):
    RoleHolding.update(until=file.at).where(RoleHolding.user == cast["bambang"]).execute()
    with pytest.raises(Forbidden):
        file.act("bambang", "forward")
    RoleHolding.update(until=None).execute()
    type(cast["bambang"]).update(active=False).where(type(cast["bambang"]).username == "bambang").execute()
    file.cast = dict(cast, bambang=type(cast["bambang"]).get(username="bambang"))
    with pytest.raises(Forbidden):
        file.act("bambang", "forward")
    assert file.row.step == "unit_note"


def test_it_does_a_double_click_once(file):
    sent = file.decision("forward", note="Teruskan.")
    first, again = file.decide("bambang", sent), file.decide("bambang", sent)
    assert (first.step, first.revision) == (again.step, again.revision) == ("center_disposition", 2)
    assert Disposition.select().count() == 2
    assert Letter.select().count() == 1
    file.decide("hendro", file.decision("forward"))
    # The same click, arriving late: it was done, and nothing more is.
    assert file.decide("bambang", sent).step == "policy_selection"
    assert Disposition.select().count() == 3
    assert_chained(file)


def test_it_tells_who_decided_first(file):
    stale = file.decision("forward")
    file.act("bambang", "forward")
    for who, action in (("hendro", "forward"), ("bambang", "return"), ("sari", "withdraw")):
        with pytest.raises(StaleStep) as refused:
            file.decide(who, stale.model_copy(update={"action": action}))
        assert refused.value.code == "chain.stale"
        told = refused.value.context
        assert told["by"] == "Dr. Bambang Prasetyo, M.Eng."
        assert (told["action"], told["step"], told["at"]) == ("forward", "unit_note", file.at)
    assert_chained(file)


def test_it_refuses_a_state_that_has_never_been_and_a_request_that_is_not(file):
    with pytest.raises(StaleStep):
        file.act("bambang", "forward", revision=99)
    with pytest.raises(NotFound):
        file.act("bambang", "forward", request_id=4711)
    assert_chained(file)


def at_once(file: desks.File, decisions: list[tuple]) -> list[tuple[str, str]]:
    """Each (who, decision) from a thread with a connection of its own, all at the same moment; who got what."""
    gate, outcomes = threading.Barrier(len(decisions)), []

    def official(who: str, decision) -> None:
        with db.connection():
            gate.wait()
            try:
                outcomes.append((who, replace(file).decide(who, decision).step))
            except PortalError as refused:
                outcomes.append((who, refused.code))

    threads = [threading.Thread(target=official, args=decision) for decision in decisions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == len(decisions)
    return outcomes


def test_it_makes_one_decision_of_two_at_once(file, cast):
    RoleHolding.create(user=cast["dewi"], role="division_head", since=cast["dewi"].created_at)
    file.walk("policy_selection")
    approve, refuse = file.decision("approve"), file.decision("refuse", note="Tidak.")
    got = at_once(file, [("ratna", approve), ("dewi", refuse), ("sari", file.decision("withdraw"))] * 2)
    steps = {"ratna": "specification_selection", "dewi": "reply", "sari": "withdrawn"}
    winners = {who for who, result in got if result == steps[who]}
    assert len(winners) == 1
    assert {result for who, result in got if who not in winners} == {"chain.stale"}
    assert file.row.step == steps[winners.pop()]
    assert_chained(file)


def test_it_numbers_without_gaps_when_many_sign_at_once(cast, settings):
    files = [desks.file(settings, cast) for _ in range(6)]
    decisions = [("bambang", file.decision("forward")) for file in files]
    got = at_once(files[0], decisions)
    assert [result for _, result in got] == ["center_disposition"] * 6
    sequences = [row.sequence for row in Letter.select().order_by(Letter.sequence)]
    assert sequences == [1, 2, 3, 4, 5, 6]
    for file in files:
        assert_chained(file)


def test_it_seals_what_the_kasubbid_grants(file, cast):
    file.walk("execution")
    grant = Grant.get()
    scope = GrantScope.model_validate(grant.scope)
    assert grant.digest == scope.digest()
    assert (scope.request_number, scope.server_id, scope.server_name) == (
        file.row.number,
        file.server.id,
        file.server.name,
    )
    assert (scope.folders, scope.services, scope.frequency, scope.retention_days) == (
        (desks.FOLDER,),
        ("backup_files",),
        "daily",
        30,
    )
    assert (scope.starts_at, scope.ends_at) == (file.at, file.at.replace(year=2027))
    assert (grant.approved_by_id, grant.server_id) == (cast["joko"].id, file.server.id)
    assert scope.model_copy(update={"folders": ("/",)}).digest() != grant.digest
    assert file.dispositions[-1].data["grant"]["digest"] == grant.digest


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"server_id": 4711}, "server_id", "scope.unknown_server"),
        ({"services": ("mirror_files",)}, "services", "scope.service_not_asked"),
        ({"services": ("backup_files", "no_such")}, "services", "scope.service_not_asked"),
        ({"services": ("mirror_database",)}, "databases", "scope.no_database"),
        ({"services": ("backup_database",)}, "databases", "scope.no_database"),
        ({"folders": (), "databases": (4711,)}, "databases", "scope.other_database"),
    ],
)
def test_it_grants_only_what_was_asked_and_can_be_done(cast, settings, change, field, code):
    file = desks.file(settings, cast, services=["backup_files", "backup_database", "mirror_database"])
    file.walk("specification_selection")
    with pytest.raises(InvalidInput) as refused:
        file.act("joko", "approve", scope=file.scope(**change))
    assert refused.value.fields[field][0] == code
    assert Grant.select().count() == 0
    assert file.row.step == "specification_selection"
    assert_chained(file)


def test_it_grants_no_server_that_was_taken_out_of_use(file):
    file.walk("specification_selection")
    scope = file.scope()
    Server.update(active=False).execute()
    with pytest.raises(InvalidInput) as refused:
        file.act("joko", "approve", scope=scope)
    assert refused.value.fields["server_id"][0] == "scope.unknown_server"


def test_it_grants_nothing_without_a_scope(file):
    file.walk("specification_selection")
    with pytest.raises(PortalError) as refused:
        file.act("joko", "approve")
    assert refused.value.code == "guard.scope_given"


def test_it_refuses_an_instruction_that_the_sheet_does_not_know(file):
    file.walk("center_disposition")
    with pytest.raises(InvalidInput) as refused:
        file.act("hendro", "forward", instructions=("process", "rm -rf"))
    assert refused.value.fields["instructions"][0] == "instruction.unknown"
    file.act("hendro", "forward", instructions=("process", "report"))
    assert file.dispositions[-1].instructions == ["process", "report"]
