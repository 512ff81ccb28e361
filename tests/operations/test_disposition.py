"""Decisions: who may, what follows, and what stays as it was when not."""

from __future__ import annotations

from itertools import pairwise

import pytest

from portal.errors import Forbidden, InvalidInput, NotFound, PortalError, StaleStep, TransitionRefused
from portal.operations import audit, disposition
from portal.sop.table import CURRENT_VERSION, TRANSITIONS, Action, Role
from portal.store.models import AuditEntry, BackupRequest, Disposition, Grant, Letter, RoleHolding
from schemas.decision import Decision
from tests.support.chain import STEPS, WAY, Way

OF_ROLE = {
    Role.UNIT_HEAD: "bambang", Role.CENTER_HEAD: "hendro", Role.DIVISION_HEAD: "ratna", Role.SUBDIVISION_HEAD: "joko",
    Role.ADMINISTRATOR: "agus", Role.ADMIN_AFFAIRS_HEAD: "dewi", Role.REQUESTER: "sari",
    Role.SYSTEM_ADMIN: "sri", Role.AUDITOR: "tono",
}  # fmt: skip
ALONG = {"note": "Alasan.", "marked_fields": ("reason",), "postponed_until": "2026-12-01"}


@pytest.fixture
def way(cast, settings) -> Way:
    return Way(cast, settings)


def refused(way: Way, who: str, action: str, kind: type[PortalError], **sent) -> PortalError:
    """The refusal, after which nothing has changed."""
    before, decisions, trail = way.row.__data__, Disposition.select().count(), AuditEntry.select().count()
    with pytest.raises(kind) as caught:
        way.act(who, action, **sent)
    assert way.row.__data__ == before
    assert (Disposition.select().count(), AuditEntry.select().count()) == (decisions, trail)
    return caught.value


def test_it_goes_the_whole_granted_way(way):
    way.to("closed")
    row = way.row
    assert (row.step, row.outcome, row.revision) == ("closed", "granted", 11)
    assert row.closed_at == way.at
    assert row.due_at is None
    assert [letter.kind for letter in Letter.select().order_by(Letter.id)] == [
        "nota_dinas", "disposition", "report", "reply", "receipt"]  # fmt: skip
    decisions = list(Disposition.select().order_by(Disposition.revision))
    assert [decision.revision for decision in decisions] == list(range(11))
    assert all(a.next_step == b.step for a, b in pairwise(decisions))
    assert audit.verify().ok


@pytest.mark.parametrize("step", [step for step in STEPS if step not in ("closed", "followed_up")])
def test_it_refuses_whoever_the_sop_does_not_name(way, step):
    """Every action of the rule book by everybody, at every step; who may is left out, all others change nothing."""
    way.to(step)
    allowed = {
        (row.action, OF_ROLE[row.role])
        for row in TRANSITIONS
        if (row.version, row.step) == (CURRENT_VERSION, way.row.step)
    }
    for who in (*OF_ROLE.values(), "wulan", "yusuf"):
        for action in Action:
            same_role = who == "yusuf" and (action, "agus") in allowed
            if (action, who) not in allowed and not same_role:
                scope = way.scope() if action is Action.APPROVE else None
                refused(way, who, action, (Forbidden, TransitionRefused), scope=scope, **ALONG)


def test_it_lets_nobody_decide_on_a_request_of_their_own(way, cast):
    """Sari, made head of everything, still moves nothing of her own on."""
    for role in Role:
        unit = cast["sari"].unit if role is Role.UNIT_HEAD else None
        RoleHolding.create(user=cast["sari"], role=role.value, unit=unit, since=way.at)
    way.to("unit_note")
    for who, action in WAY[:-1]:
        scope = way.scope() if way.row.step == "specification_selection" else None
        if action == "report":
            way.prove()
        told = refused(way, "sari", action, Forbidden, scope=scope, **ALONG)
        assert told.code == "chain.own_request"
        way.act(who, action)


def test_it_counts_a_head_for_the_own_unit_only(way):
    way.to("unit_note")
    assert refused(way, "hendro", "forward", Forbidden).code == "chain.role"


def test_it_refuses_whoever_no_longer_holds_the_role(way, cast):
    way.to("center_disposition")
    RoleHolding.update(until=way.at).where(RoleHolding.user == cast["hendro"]).execute()
    assert refused(way, "hendro", "forward", Forbidden).code == "chain.role"


def test_it_sends_a_refusal_of_the_kabid_to_the_reply(way):
    way.to("policy_selection").act("ratna", "refuse", note="Di luar kebijakan.")
    assert (way.row.step, way.row.outcome) == ("reply", "refused")
    way.act("dewi", "answer").act("sari", "receive")
    assert (way.row.step, way.row.outcome) == ("closed", "refused")
    assert Grant.select().count() == 0


def test_it_sends_a_refusal_of_the_kasubbid_back_to_the_kabid(way):
    way.to("specification_selection").act("joko", "refuse", note="Server terlalu tua.")
    assert way.row.step == "refusal_review"
    way.act("ratna", "refuse")
    assert (way.row.step, way.row.outcome) == ("reply", "refused")


def test_it_lets_the_kabid_disagree_with_the_kasubbid(way):
    way.to("specification_selection").act("joko", "refuse", note="Server terlalu tua.")
    assert refused(way, "ratna", "approve", TransitionRefused).code == "chain.note_required"
    way.act("ratna", "approve", note="Servernya sudah diganti.")
    assert (way.row.step, way.row.outcome) == ("specification_selection", None)
    way.to("closed")
    assert way.row.outcome == "granted"


def test_it_marks_what_must_be_mended(way):
    way.to("unit_note")
    for marked in ((), ("password",), ("reason", "password")):
        told = refused(way, "bambang", "return", TransitionRefused, note="Lengkapi.", marked_fields=marked)
        assert told.code == "guard.fields_marked"
    way.act("bambang", "return", note="Lengkapi.", marked_fields=("reason", "folders"))
    assert (way.row.step, way.row.marked_fields, way.row.due_at) == ("returned", ["reason", "folders"], None)


@pytest.mark.parametrize("step", [row.step for row in TRANSITIONS if row.action is Action.WITHDRAW])
def test_it_lets_the_requester_withdraw_until_the_work_begins(way, step):
    if step == "submission":
        way.draft()
    elif step == "returned":
        way.to("unit_note").act("bambang", "return", note="Lengkapi.", marked_fields=("reason",))
    elif step == "refusal_review":
        way.to("specification_selection").act("joko", "refuse", note="Belum bisa.")
    else:
        way.to(step)
    way.act("sari", "withdraw")
    assert (way.row.step, way.row.closed_at) == ("withdrawn", way.at)


def test_it_lets_nobody_withdraw_once_the_work_has_begun(way):
    way.to("followed_up")
    assert refused(way, "sari", "withdraw", TransitionRefused).code == "guard.not_begun"


def test_it_follows_up_once(way):
    way.to("followed_up")
    assert refused(way, "yusuf", "follow_up", TransitionRefused).code == "guard.not_begun"


def test_it_reports_only_what_is_proven(way):
    way.to("followed_up")
    assert refused(way, "agus", "report", TransitionRefused).code == "guard.proven"
    snapshot = way.back_up()
    assert refused(way, "agus", "report", TransitionRefused).code == "guard.proven"
    way.prove(snapshot)
    way.act("agus", "report")
    assert way.row.step == "subdivision_report"


def test_it_takes_only_known_instructions(way):
    way.to("center_disposition")
    told = refused(way, "hendro", "forward", InvalidInput, instructions=("process", "<script>"))
    assert told.fields["instructions"][0] == "instruction.unknown"
    way.act("hendro", "forward", instructions=("process", "report"), note="Mohon segera.")
    decision = Disposition.get(Disposition.step == "center_disposition")
    assert (decision.instructions, decision.note) == (["process", "report"], "Mohon segera.")


def test_it_decides_once_when_clicked_twice(way):
    way.to("unit_note")
    decision = way.decision("forward")
    for _ in range(2):
        row = disposition.act(decision, user=way.cast["bambang"], at=way.at, settings=way.settings)
        assert (row.step, row.revision) == ("center_disposition", 2)
    assert Letter.select().count() == 1


def test_it_tells_a_stale_page_who_decided_what(way):
    way.to("unit_note")
    seen = way.decision("return", note="Lengkapi.", marked_fields=("reason",))
    way.act("bambang", "forward")
    with pytest.raises(StaleStep) as caught:
        disposition.act(seen, user=way.cast["bambang"], at=way.at, settings=way.settings)
    assert caught.value.context == {
        "by": "Dr. Bambang Prasetyo, M.Eng.", "action": "forward", "at": way.at, "step": "unit_note"}  # fmt: skip
    assert way.row.step == "center_disposition"


@pytest.mark.parametrize("revision", [0, 7, 2**31 - 1])
def test_it_decides_on_no_state_that_is_not_the_present_one(way, revision):
    way.to("unit_note")
    decision = Decision(request_id=way.id, revision=revision, action="forward")
    with pytest.raises(StaleStep):
        disposition.act(decision, user=way.cast["bambang"], at=way.at, settings=way.settings)
    assert way.row.step == "unit_note"


def test_it_decides_on_nothing_that_is_not_there(way):
    decision = Decision(request_id=999_999, revision=0, action="forward")
    with pytest.raises(NotFound):
        disposition.act(decision, user=way.cast["bambang"], at=way.at, settings=way.settings)


def test_it_keeps_the_rules_under_which_a_request_was_filed(way):
    """A version that the rule book does not know allows nothing, whatever the present one says."""
    way.to("unit_note")
    BackupRequest.update(sop_version="119.002/9.9").where(BackupRequest.id == way.id).execute()
    assert refused(way, "bambang", "forward", TransitionRefused).code == "chain.no_such_action"
    assert disposition.available(way.row, way.cast["bambang"], way.at) == ()


def test_it_leaves_everything_as_it_was_when_an_effect_fails(way):
    way.to("specification_selection")
    told = refused(way, "joko", "approve", InvalidInput, scope=way.scope(server_id=999))
    assert told.fields["server_id"][0] == "scope.unknown_server"
    assert Grant.select().count() == 0
