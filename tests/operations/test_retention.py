"""Rules, holds and cuts: who may, and that nothing goes but what another person approved by its digest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.errors import Forbidden, NotFound, StaleStep
from portal.operations import (
    audit,
    authority,
    cuts,
    findings,
    keeping,
    leases,
    restore_authority,
    retention,
    retention_preview,
)
from portal.store.db import transaction
from portal.store.models import (
    Finding,
    LegalHold,
    Restore,
    RetentionCut,
    RetentionRule,
    RoleHolding,
    Run,
    Snapshot,
)
from portal.store.queries import copies, snapshots
from schemas.keeping import RuleForm
from schemas.run import RunSpec
from tests.support import machines
from tests.support.keeping import NONE, aged, asked, ruled
from tests.support.machines import AT

LATER = AT + timedelta(days=100)
REASON = "Diminta auditor untuk pemeriksaan tahun ini."


@pytest.fixture
def server(cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


@pytest.fixture
def kept(cast, settings, server):
    """Four copies, a day apart, oldest first; their granted days are over at LATER."""
    request = machines.approved(cast["sari"], cast["joko"], server)
    made = [
        machines.backed_up(request, cast["agus"], settings, at=AT + timedelta(days=day)) for day in range(4)
    ]
    ruled(server, cast["joko"], at=LATER, last=1)
    return made


@pytest.fixture
def key():
    return f"cut-{Run.select().count():016d}"


def going(server, at=LATER):
    return [copy.id for copy in retention_preview.preview(server.id, at).going]


def test_only_the_subdivision_head_sets_a_rule(cast, server):
    for who in ("agus", "ratna", "sari", "hendro"):
        with pytest.raises(Forbidden):
            retention.set_rule(server.id, RuleForm(**NONE | {"last": 1}), cast[who], at=AT)
    assert RetentionRule.select().count() == 0


def test_a_rule_is_a_version_and_the_same_again_is_none(cast, server):
    for counts in ({"last": 1}, {"last": 1}, {"last": 2}):
        ruled(server, cast["joko"], at=AT, **counts)
    assert [(rule.version, rule.last) for rule in RetentionRule.select()] == [(1, 1), (2, 2)]


def test_a_rule_keeps_something():
    with pytest.raises(ValueError, match="keeps something"):
        RuleForm(**NONE)


def test_the_preview_keeps_what_the_request_granted(server, kept):
    assert going(server) == [copy.id for copy in reversed(kept[:3])]
    assert going(server, AT + timedelta(days=5)) == []
    assert going(server, kept[0].created_at + timedelta(days=30)) == [kept[0].id]


def test_trying_a_rule_changes_nothing(server, kept):
    tried = retention_preview.preview(server.id, LATER, RuleForm(**NONE | {"last": 3}))
    assert [copy.id for copy in tried.going] == [kept[0].id]
    assert len(going(server)) == 3


def test_a_held_copy_and_the_last_proven_one_stay(cast, server, kept):
    Snapshot.update(proven_at=AT).where(Snapshot.id == kept[1].id).execute()
    retention.hold(server.id, kept[0].id, REASON, cast["joko"], at=LATER)
    assert going(server) == [kept[2].id]
    retention.lift(server.id, kept[0].id, REASON, cast["joko"], at=LATER)
    assert going(server) == [kept[2].id, kept[0].id]
    assert (LegalHold.get().lift_reason, LegalHold.get().open_key) == (REASON, None)


@pytest.mark.parametrize(
    ("state", "expires", "stays"),
    [
        ("requested", None, True),
        ("approved", 1, True),
        ("approved", -1, False),
        ("refused", None, False),
        ("done", 1, False),
    ],
)
def test_a_copy_that_somebody_waits_for_stays(cast, server, kept, state, expires, stays):
    Restore.create(
        snapshot=kept[0], place={}, size_bytes=1, file_count=1, kind="download", reason=REASON, state=state,
        idempotency_key="restore-0000000001", requested_by=cast["sari"],
        expires_at=LATER + timedelta(hours=expires) if expires else None)  # fmt: skip
    assert (kept[0].id not in going(server)) is stays


def test_a_hold_is_the_subdivision_heads_and_of_this_server(cast, server, kept):
    with pytest.raises(Forbidden):
        retention.hold(server.id, kept[0].id, REASON, cast["agus"], at=LATER)
    with pytest.raises(NotFound):
        retention.hold(server.id + 1, kept[0].id, REASON, cast["joko"], at=LATER)
    retention.hold(server.id, kept[0].id, REASON, cast["joko"], at=LATER)
    retention.hold(server.id, kept[0].id, REASON, cast["joko"], at=LATER)
    assert LegalHold.select().count() == 1


@pytest.mark.parametrize("who", ["joko", "ratna", "sari", "tono"])
def test_only_administrators_ask_for_a_cut(cast, server, kept, who):
    with pytest.raises(Forbidden):
        asked(server, cast[who], at=LATER)


def test_what_is_asked_for_is_what_was_seen(cast, server, kept):
    digest = retention_preview.preview(server.id, LATER).digest
    retention.hold(server.id, kept[0].id, REASON, cast["joko"], at=LATER)
    with pytest.raises(StaleStep) as refusal:
        cuts.request(server.id, digest, cast["agus"], at=LATER)
    assert refusal.value.code == "cut.moved_on"


def test_one_cut_at_a_time_and_none_of_nothing(cast, server, kept):
    asked(server, cast["agus"], at=LATER)
    with pytest.raises(StaleStep) as refusal:
        asked(server, cast["yusuf"], at=LATER)
    assert refusal.value.code == "cut.open"
    cuts.refuse(RetentionCut.get().id, REASON, cast["joko"], at=LATER)
    with pytest.raises(StaleStep) as refusal:
        asked(server, cast["agus"], at=AT + timedelta(days=5))
    assert refusal.value.code == "cut.nothing"


@pytest.mark.parametrize("who", ["agus", "yusuf", "ratna", "hendro", "sari"])
def test_only_the_subdivision_head_decides(cast, settings, server, kept, who, key):
    cut = asked(server, cast["agus"], at=LATER)
    with pytest.raises(Forbidden):
        cuts.approve(cut.id, cut.digest, cast[who], key, at=LATER, settings=settings)
    with pytest.raises(Forbidden):
        cuts.refuse(cut.id, REASON, cast[who], at=LATER)
    assert RetentionCut.get().state == "requested"


@pytest.mark.parametrize("asker", ["agus", "joko"])
def test_administrators_approve_nothing_and_nobody_their_own(cast, settings, server, kept, asker, key):
    RoleHolding.create(user=cast["joko"], role="administrator", since=AT)
    cut = asked(server, cast[asker], at=LATER)
    with pytest.raises(Forbidden):
        cuts.approve(cut.id, cut.digest, cast["joko"], key, at=LATER, settings=settings)


def test_nobody_approves_their_own_after_a_change_of_post(cast, settings, server, kept, key):
    cut = asked(server, cast["agus"], at=LATER)
    RetentionCut.update(requested_by=cast["joko"]).execute()
    with pytest.raises(Forbidden) as refusal:
        cuts.approve(cut.id, cut.digest, cast["joko"], key, at=LATER, settings=settings)
    assert refusal.value.code == "cut.own_request"


def test_another_digest_is_not_approved(cast, settings, server, kept, key):
    cut = asked(server, cast["agus"], at=LATER)
    with pytest.raises(StaleStep):
        cuts.approve(cut.id, "0" * 64, cast["joko"], key, at=LATER, settings=settings)


def test_an_altered_list_is_not_approved(cast, settings, server, kept, key):
    cut = asked(server, cast["agus"], at=LATER)
    RetentionCut.update(listed=[*cut.listed, kept[3].snapshot_id]).execute()
    with pytest.raises(Forbidden) as refusal:
        cuts.approve(cut.id, cut.digest, cast["joko"], key, at=LATER, settings=settings)
    assert refusal.value.code == "cut.altered"


def change_rule(cast, server, kept):
    ruled(server, cast["joko"], at=LATER, last=2)


def place_hold(cast, server, kept):
    retention.hold(server.id, kept[0].id, REASON, cast["joko"], at=LATER)


def prove(cast, server, kept):
    Snapshot.update(proven_at=LATER).where(Snapshot.id == kept[1].id).execute()


def find_damage(cast, server, kept):
    with transaction():
        findings.raise_once(server.id, "integrity", "restic.damaged", at=LATER)


CHANGES = [
    (change_rule, "cut.rule_changed"),
    (place_hold, "cut.stays"),
    (prove, "cut.stays"),
    (find_damage, "finding.open"),
]


@pytest.mark.parametrize("case", CHANGES)
def test_what_has_changed_since_is_not_approved(cast, settings, server, kept, key, case):
    change, code = case
    cut = asked(server, cast["agus"], at=LATER)
    change(cast, server, kept)
    with pytest.raises(Forbidden) as refusal:
        cuts.approve(cut.id, cut.digest, cast["joko"], key, at=LATER, settings=settings)
    assert refusal.value.code == code


@pytest.mark.parametrize("case", CHANGES)
def test_the_worker_asks_again(cast, settings, server, kept, key, case):
    change, code = case
    run = approved(cast, settings, server, key)
    authority.verify_run(run, at=LATER)
    change(cast, server, kept)
    with pytest.raises(Forbidden) as refusal:
        authority.verify_run(run, at=LATER)
    assert refusal.value.code == code


def approved(cast, settings, server, key):
    cut = asked(server, cast["agus"], at=LATER)
    return cuts.approve(cut.id, cut.digest, cast["joko"], key, at=LATER, settings=settings)


def test_a_removal_with_one_more_copy_is_no_order(cast, settings, server, kept, key):
    run = approved(cast, settings, server, key)
    spec = RunSpec.model_validate(
        {**run.spec, "snapshot_ids": [*run.spec["snapshot_ids"], kept[3].snapshot_id]}
    )
    Run.update(spec=spec.model_dump(mode="json"), spec_digest=spec.digest()).where(Run.id == run.id).execute()
    with pytest.raises(Forbidden) as refusal:
        authority.verify_run(Run.get_by_id(run.id), at=LATER)
    assert refusal.value.code == "cut.altered"


def test_approving_twice_is_one_removal(cast, settings, server, kept, key):
    first = approved(cast, settings, server, key)
    cut = RetentionCut.get()
    assert cuts.approve(cut.id, cut.digest, cast["joko"], key, at=LATER, settings=settings).id == first.id
    with pytest.raises(StaleStep):
        cuts.approve(cut.id, cut.digest, cast["joko"], f"{key}x", at=LATER, settings=settings)
    assert Run.select().where(Run.kind == "prune").count() == 1


def test_no_hold_is_placed_on_what_is_going_this_moment(cast, settings, server, kept, key):
    run = approved(cast, settings, server, key)
    assert leases.claim(run.id, "tests", at=LATER, seconds=60)
    with pytest.raises(StaleStep) as refusal:
        retention.hold(server.id, kept[0].id, REASON, cast["joko"], at=LATER)
    assert refusal.value.code == "hold.being_removed"
    with pytest.raises(StaleStep):
        cuts.refuse(RetentionCut.get().id, REASON, cast["joko"], at=LATER)


def end(run, **more):
    result = {"forgotten": run.spec["snapshot_ids"], "kept": [], "bytes_before": 9, "bytes_after": 4}
    return machines.finished(run, at=LATER, result=result, **more)


def test_what_is_gone_is_no_copy_any_more(cast, settings, server, kept, key):
    end(approved(cast, settings, server, key))
    assert RetentionCut.get().state == "done"
    assert [copy.id for copy in snapshots.of_server(server.id)] == [kept[3].id]
    assert [copy.id for copy in copies.newest(server.id, None, 9)] == [kept[3].id]
    with pytest.raises(Forbidden):
        retention.hold(server.id, kept[0].id, REASON, cast["joko"], at=LATER)
    restore = Restore(state="approved", decided_by=cast["joko"], requested_by=cast["sari"], expires_at=LATER,
                      snapshot=Snapshot.get_by_id(kept[0].id))  # fmt: skip
    with pytest.raises(Forbidden) as refusal:
        restore_authority.check_approved(restore, at=AT)
    assert refusal.value.code == "snapshot.removed"
    assert audit.verify().ok


def test_a_removal_that_broke_off_marks_what_is_gone_and_goes_on(cast, settings, server, kept, key):
    run = end(approved(cast, settings, server, key), state="failed", code="restic.failed")
    assert Snapshot.select().where(Snapshot.removed_at.is_null(False)).count() == 3
    assert RetentionCut.get().state == "approved"
    again = keeping.restart(run.id, cast["agus"], f"{key}x", at=LATER, settings=settings)
    assert again.spec["snapshot_ids"] == run.spec["snapshot_ids"]
    authority.verify_run(again, at=LATER)
    end(again)
    assert RetentionCut.get().state == "done"


def test_a_removal_that_died_is_no_loss_and_is_started_again(cast, settings, server, kept, key):
    run = approved(cast, settings, server, key)
    lease = leases.claim(run.id, "w", at=LATER, seconds=60)
    assert lease is not None
    Run.update(state="interrupted", code="run.interrupted").where(Run.id == run.id).execute()
    with transaction():
        check = keeping.order_integrity(server, cast["agus"], f"{key}c", at=LATER, parts=1)
    machines.finished(check, at=LATER, result={"listed": [kept[3].snapshot_id]})
    assert Finding.select().count() == 0
    again = keeping.restart(run.id, cast["agus"], f"{key}x", at=LATER, settings=settings)
    authority.verify_run(again, at=LATER)
    end(again)
    assert RetentionCut.get().state == "done"


def test_copies_of_other_folders_are_judged_apart(cast, server, kept):
    Snapshot.update(sources=["/srv/lain"]).where(Snapshot.id == kept[0].id).execute()
    assert going(server) == [kept[2].id, kept[1].id]
    assert aged(kept[0], 300).id not in going(server)


@pytest.mark.parametrize("code", ["removal.others_gone", "restic.damaged"])
def test_a_removal_that_took_too_much_is_a_finding(cast, settings, server, kept, key, code):
    end(approved(cast, settings, server, key), state="failed", code=code)
    assert (Finding.get().kind, Finding.get().code) == ("integrity", code)
