"""Deciding by a mandate: it counts at the moment of the decision, and never on one's own or the grantor's request."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.errors import Forbidden, StaleStep
from portal.operations import (
    audit,
    cuts,
    delegations,
    delivery,
    disposition,
    host_keys,
    mirrors,
    restores,
    runs,
    undoing,
)
from portal.store.models import AuditEntry, Delegation, Letter, OutboxEvent, OutboxMessage, RoleHolding, User
from portal.store.queries import people as directory
from tests.support import desks
from tests.support.desks import assert_chained
from tests.support.mandates import MONDAY, TODAY, let

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def sound_trail(database):
    yield
    assert audit.verify().ok


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast)


def refused(file, who, action="approve", **sent) -> Forbidden:
    """The refusal of a decision that changes nothing."""
    before = file.row
    with pytest.raises(Forbidden) as found:
        file.act(who, action, **sent)
    assert (file.row.revision, file.row.step) == (before.revision, before.step)
    assert_chained(file)
    return found.value


def test_file_trail_and_letter_hold_both_names(file, cast):
    given = let(cast, "hendro", role="center_head", holder="hendro", deputy="dewi")
    file.walk("center_disposition")
    assert [move.action for move in disposition.available(file.row, cast["dewi"], file.at)] == ["forward"]
    file.act("dewi", "forward")
    last = file.dispositions[-1]
    assert (last.actor_id, last.role, last.delegation_id) == (cast["dewi"].id, "center_head", given.id)
    said = {"acting": "plh", "post": "Kepala PPIKSN", "acting_for": "Ir. Hendro Santoso, M.T.",
            "letter": "ND-17/PPIKSN/2026"}  # fmt: skip
    assert last.data["mandate"] == said
    entry = (
        AuditEntry.select().where(AuditEntry.tag == "request:forward").order_by(AuditEntry.id.desc()).get()
    )
    assert (entry.actor_name, entry.data["mandate"]) == ("Dewi Anggraini, S.E.", said)
    letter = Letter.get(Letter.kind == "disposition")
    assert (letter.signed_by_id, letter.delegation_id) == (cast["dewi"].id, given.id)
    # What is decided by one's own right names no mandate.
    assert [row.delegation_id for row in file.dispositions[:-1]] == [None, None]


def test_holder_and_deputy_may_both_and_the_first_wins(file, cast):
    let(cast, "ratna")
    file.walk("policy_selection")
    seen = file.decision("approve")
    file.decide("wulan", seen)
    with pytest.raises(StaleStep) as late:
        file.decide("ratna", seen)
    assert late.value.context["by"] == "Wulan Kusumaningrum, S.T."
    file.walk("execution").act("agus", "follow_up") if file.row.step == "execution" else None
    assert_chained(file)


def test_it_counts_at_the_moment_of_the_decision(file, cast):
    given = let(cast, "ratna", first_day=TODAY + DAY, last_day=TODAY + DAY)
    file.walk("policy_selection")
    midnight = given.starts_at
    file.at = midnight - timedelta(microseconds=1)
    assert refused(file, "wulan").code == "mandate.not_yet"
    file.at = given.ends_at
    assert disposition.available(file.row, cast["wulan"], file.at) == ()
    over = refused(file, "wulan")
    assert (over.code, over.context["letter"]) == ("mandate.is_over", "ND-17/PPIKSN/2026")
    file.at = given.ends_at - timedelta(microseconds=1)
    file.act("wulan", "approve")
    assert file.row.step == "specification_selection"


def test_ended_between_page_and_click_it_says_by_whom(file, cast):
    given = let(cast, "ratna")
    file.walk("policy_selection")
    seen = file.decision("approve")
    delegations.end(given.id, "Sudah kembali.", cast["ratna"], at=file.at + HOUR)
    file.at += HOUR
    with pytest.raises(Forbidden) as late:
        file.decide("wulan", seen)
    assert late.value.code == "mandate.was_ended"
    assert late.value.context["by"] == "Ratna Dewayani, M.Kom."


def test_a_mandate_without_its_ground_is_void(file, cast):
    let(cast, "ratna")
    file.walk("policy_selection")
    RoleHolding.update(until=file.at).where(RoleHolding.user == cast["ratna"]).execute()
    assert refused(file, "wulan").code == "mandate.void"
    User.update(active=False).where(User.username == "wulan").execute()
    file.cast = dict(cast, wulan=directory.user(cast["wulan"].id))
    RoleHolding.update(until=None).execute()
    assert disposition.available(file.row, file.cast["wulan"], file.at) == ()
    with pytest.raises(Forbidden):
        file.act("wulan", "approve")


def test_never_ones_own_request(cast, settings):
    let(cast, "ratna")
    own = desks.file(settings, cast, "wulan")
    own.act("hendro", "forward")
    own.act("hendro", "forward")
    assert disposition.available(own.row, cast["wulan"], own.at)[0].action == "withdraw"
    assert refused(own, "wulan").code == "chain.own_request"


def test_never_the_request_of_who_gave_the_mandate(cast, settings):
    """Joko's own request lies on his own desk: his deputy is his hand, his superior's deputy is not."""
    mine = desks.file(settings, cast, "joko")
    given = let(cast, "joko", role="subdivision_head", holder="joko")
    for who, action in (("hendro", "forward"), ("hendro", "forward"), ("ratna", "approve")):
        mine.act(who, action)
    assert refused(mine, "wulan", scope=mine.scope()).code == "mandate.of_requester"
    delegations.end(given.id, "Diganti surat atasan.", cast["joko"], at=mine.at)
    let(cast, "ratna", role="subdivision_head", holder="joko", key="surat-kabid")
    mine.act("wulan", "approve", scope=mine.scope())
    assert mine.row.step == "execution"


def test_a_head_of_unit_for_that_unit_alone(file, cast, settings):
    let(cast, "bambang", role="unit_head", holder="bambang", deputy="dewi")
    other = desks.file(settings, cast, "wulan")
    assert refused(other, "dewi", "forward").code == "chain.role"
    file.act("dewi", "forward")
    assert file.row.step == "center_disposition"


def test_limited_to_a_step_it_carries_nothing_else(file, cast):
    let(cast, "ratna", extent="steps", steps=("division_report",))
    assert "division_head" not in directory.roles(cast["wulan"], MONDAY)
    assert cast["wulan"] not in directory.holders("division_head", at=MONDAY)
    file.walk("policy_selection")
    assert refused(file, "wulan").code == "mandate.other_step"
    file.walk("").prove()
    file.act("agus", "report")
    file.act("joko", "forward")
    file.act("wulan", "forward")
    assert file.row.step == "reply"
    assert file.dispositions[-1].delegation.letter_number == "ND-17/PPIKSN/2026"


def test_who_approves_as_a_deputy_does_not_carry_out(file, cast, settings):
    """Agus, administrator, stands for the Kasubbid: what he approved is another administrator's work."""
    given = let(cast, "joko", role="subdivision_head", holder="joko", deputy="agus")
    file.walk("specification_selection").act("agus", "approve", scope=file.scope())
    delegations.end(given.id, "Kasubbid sudah kembali.", cast["joko"], at=file.at)
    assert disposition.available(file.row, cast["agus"], file.at) == ()
    assert refused(file, "agus", "follow_up").code == "mandate.two_hands"
    file.act("yusuf", "follow_up")
    with pytest.raises(Forbidden) as found:
        runs.start_backup(file.request_id, cast["agus"], "kunci-0001", at=file.at, settings=settings)
    assert found.value.code == "mandate.two_hands"
    assert runs.start_backup(file.request_id, cast["yusuf"], "kunci-0002", at=file.at, settings=settings).id


def test_who_carried_out_does_not_approve_as_a_deputy(file, cast):
    file.walk("").prove()
    file.act("agus", "report")
    let(cast, "joko", role="subdivision_head", holder="joko", deputy="agus", first_day=TODAY)
    assert disposition.available(file.row, cast["agus"], file.at) == ()
    assert refused(file, "agus", "forward").code == "mandate.two_hands"
    file.act("joko", "forward")


def test_who_only_started_a_run_does_not_approve_it_as_a_deputy(file, cast):
    """Yusuf reports what Agus's run has made: the run counts, not the report alone."""
    file.walk("execution")
    file.act("yusuf", "follow_up")
    file.prove()
    file.act("yusuf", "report")
    let(cast, "joko", role="subdivision_head", holder="joko", deputy="agus")
    assert refused(file, "agus", "forward").code == "mandate.two_hands"


@pytest.mark.parametrize(
    "may", [cuts.may_decide, host_keys.may_decide, mirrors.may_decide, restores.may_decide]
)
def test_an_administrator_standing_for_the_kasubbid_decides_on_no_work_of_administrators(cast, may):
    let(cast, "joko", role="subdivision_head", holder="joko", deputy="agus")
    let(cast, "joko", role="subdivision_head", holder="joko", deputy="dewi",
        first_day=TODAY + 10 * DAY, last_day=TODAY + 11 * DAY, key="surat-dua")  # fmt: skip
    assert may(cast["joko"], MONDAY)
    assert not may(cast["agus"], MONDAY)
    assert not may(cast["dewi"], MONDAY)
    assert may(cast["dewi"], MONDAY + 10 * DAY)
    # and loses it a second after the last day
    assert not may(cast["dewi"], MONDAY.replace(hour=17) + 11 * DAY)


def test_the_kasubbid_standing_for_an_administrator_approves_nothing_meanwhile(cast):
    let(cast, "joko", role="administrator", holder="agus", deputy="ratna")
    assert not host_keys.may_decide(cast["ratna"], MONDAY)


def test_a_deputy_takes_back_while_the_mandate_counts(file, cast):
    """Also a mandate for one step only, which the request has left by then."""
    given = let(cast, "ratna", extent="steps", steps=("policy_selection",))
    file.walk("policy_selection")
    file.act("wulan", "approve")
    assert undoing.may_undo(file.row, cast["wulan"], file.at)
    undoing.undo(file.request_id, file.row.revision, user=cast["wulan"], at=file.at)
    assert file.row.step == "policy_selection"
    assert file.dispositions[-1].delegation_id == given.id
    file.act("wulan", "approve")
    delegations.end(given.id, "Kabid sudah kembali.", cast["ratna"], at=file.at)
    with pytest.raises(Forbidden) as late:
        undoing.undo(file.request_id, file.row.revision, user=cast["wulan"], at=file.at)
    assert late.value.code == "mandate.was_ended"


def test_a_letter_signed_anew_names_who_signs_it_now(file, cast):
    given = let(cast, "bambang", role="unit_head", holder="bambang")
    file.act("wulan", "forward")
    undoing.undo(file.request_id, file.row.revision, user=cast["wulan"], at=file.at)
    file.act("bambang", "forward")
    letter = Letter.get(Letter.kind == "nota_dinas")
    assert (letter.signed_by_id, letter.delegation_id) == (cast["bambang"].id, None)
    assert file.dispositions[1].delegation_id == given.id


def test_the_desks_mail_goes_to_holder_and_deputy_each_once(file, cast):
    let(cast, "ratna", extent="steps", steps=("policy_selection",))
    file.walk("policy_selection")
    delivery.spread(file.at, ("mail",))
    event = OutboxEvent.select().where(OutboxEvent.kind == "desk").order_by(OutboxEvent.id.desc()).get()
    messages = list(OutboxMessage.select().where(OutboxMessage.event == event))
    told = sorted(message.recipient.username for message in messages)
    assert told == ["ratna", "wulan"]
    mine = next(message for message in messages if message.recipient_id == cast["wulan"].id)
    assert delivery.address_of(mine, file.at) == "wulan@example.go.id"
    delegations.end(Delegation.get().id, "Kabid sudah kembali.", cast["ratna"], at=file.at)
    assert delivery.address_of(mine, file.at) is None
    # At another desk of the same post the limited mandate gives no mail.
    assert cast["wulan"] not in directory.holders("division_head", at=MONDAY, step="division_report")
