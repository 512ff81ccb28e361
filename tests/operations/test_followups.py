"""Extensions and terminations: what they may change, from when, and what undoes or outlives them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta

from portal.errors import Forbidden, InvalidInput, TransitionRefused
from portal.operations import (
    authority,
    followups,
    grant_versions,
    runs,
    schedules,
    submission,
    terminations,
    undoing,
)
from portal.store.models import BackupRequest, Grant, GrantVersion, Run, Schedule
from schemas.followup import RequestKind
from schemas.grant import GrantScope
from schemas.run import RunSpec
from schemas.schedule import ScheduleForm
from tests.support import desks
from tests.support.followups import REASON, ask, grant_of, row_of, service, walk

NIGHTLY = {"name": "Malam", "rhythm": "daily", "at": "19:00", "grace_minutes": 10, "catch_up_hours": 6}


@pytest.fixture
def served(cast, settings):
    return service(settings, cast)


def refusal(deed):
    with pytest.raises((Forbidden, TransitionRefused)) as refused:
        deed()
    return refused.value.code


def field(deed):
    with pytest.raises(InvalidInput) as refused:
        deed()
    return {name: code for name, (code, _) in refused.value.fields.items()}


def start(served, key="lanjut-000000000001"):
    return runs.start_backup(
        served.request_id, served.cast["agus"], key, at=served.at, settings=served.settings
    )


def test_an_extension_moves_the_end_and_nothing_else(served):
    before = grant_of(served)
    asked = walk(ask(served, "extension", term_months="6"), term_months=6)
    after = grant_of(served)
    assert after.ends_at == before.ends_at + relativedelta(months=6)
    assert dict(after.scope, ends_at="") == dict(before.scope, ends_at="")
    assert GrantScope.model_validate(after.scope).digest() == after.digest != before.digest
    kept = list(GrantVersion.select().order_by(GrantVersion.number))
    assert [(v.number, v.kind, v.digest, v.backup_request_id) for v in kept] == [
        (1, "service", before.digest, served.request_id),
        (2, "extension", after.digest, asked.request_id),
    ]
    authority.of_request(row_of(served), at=before.ends_at + timedelta(days=1))


def test_an_extension_holds_only_from_the_follow_up_on(served):
    before = grant_of(served)
    asked = walk(ask(served, "extension", term_months="6"), "execution", term_months=6)
    assert asked.row.step == "execution"
    assert (grant_of(served).digest, grant_of(served).ends_at) == (before.digest, before.ends_at)
    asked.act("sari", "withdraw")
    assert (
        refusal(lambda: authority.of_request(row_of(served), at=before.ends_at + timedelta(days=1)))
        == "authority.term_ended"
    )
    authority.of_request(row_of(served), at=served.at)


def test_the_kasubbid_may_give_less_than_was_asked_and_never_more(served):
    asked = walk(ask(served, "extension", term_months="6"), "specification_selection")
    assert field(lambda: asked.act("joko", "approve")) == {"term_months": "field.required"}
    assert field(lambda: asked.act("joko", "approve", term_months=7)) == {
        "term_months": "followup.more_than_asked"
    }
    before = grant_of(served).ends_at
    walk(asked, term_months=3)
    assert grant_of(served).ends_at == before + relativedelta(months=3)


def test_an_extension_cannot_name_another_server_or_folder(served):
    """Whatever is sent along with the approval, the grant's own scope is what goes on."""
    other = served.scope(folders=("/etc",), services=("backup_files",))
    walk(ask(served, "extension", term_months="6"), term_months=6, scope=other)
    assert grant_of(served).scope["folders"] == ["/srv/www"]


@pytest.mark.parametrize(
    "widened",
    [{"folders": ["/"]}, {"server_id": 99}, {"services": ["mirror_files"]}, {"before": ["rm -rf /"]}],
)
def test_a_grant_that_was_widened_beside_its_versions_gives_no_authority(served, widened):
    walk(ask(served, "extension", term_months="6"), term_months=6)
    grant = grant_of(served)
    scope = GrantScope.model_validate(grant.scope | widened)
    raw = {"scope": scope.model_dump(mode="json"), "digest": scope.digest()}
    Grant.update(raw).execute()
    assert refusal(lambda: authority.of_request(row_of(served), at=served.at)) == "authority.scope_changed"
    GrantVersion.update(raw).where(GrantVersion.number == 2).execute()
    assert refusal(lambda: authority.of_request(row_of(served), at=served.at)) == "authority.scope_changed", (
        "not even with a version to match"
    )


def test_an_end_that_nobody_approved_gives_no_authority(served):
    walk(ask(served, "extension", term_months="6"), term_months=6)
    Grant.update(ends_at=served.at + timedelta(days=9999)).execute()
    assert refusal(lambda: authority.of_request(row_of(served), at=served.at)) == "authority.scope_changed"


def test_a_run_that_was_ordered_before_an_extension_may_still_run(served):
    run = start(served)
    walk(ask(served, "extension", term_months="6"), term_months=6)
    authority.verify_run(Run.get_by_id(run.id), at=served.at)
    forged = RunSpec.model_validate(run.spec | {"grant_digest": "f" * 64})
    altered = {"spec": forged.model_dump(mode="json"), "spec_digest": forged.digest()}
    Run.update(altered).where(Run.id == run.id).execute()
    assert (
        refusal(lambda: authority.verify_run(Run.get_by_id(run.id), at=served.at))
        == "authority.scope_changed"
    )


def test_a_run_that_was_ordered_under_an_end_that_never_held_does_not_run(served):
    asked = walk(ask(served, "extension", term_months="6"), "execution", term_months=6)
    run = start(served)
    pending = GrantVersion.get(GrantVersion.backup_request == asked.request_id)
    forged = RunSpec.model_validate(run.spec | {"grant_digest": pending.digest})
    altered = {"spec": forged.model_dump(mode="json"), "spec_digest": forged.digest()}
    Run.update(altered).where(Run.id == run.id).execute()
    assert (
        refusal(lambda: authority.verify_run(Run.get_by_id(run.id), at=served.at))
        == "authority.scope_changed"
    )


def test_a_termination_of_today_revokes_at_once_in_the_workers_check(served):
    run = start(served)
    today = served.at.date().isoformat()
    asked = walk(ask(served, "termination", ends_on=today), "execution")
    authority.verify_run(Run.get_by_id(run.id), at=served.at)
    asked.act("agus", "follow_up")
    assert (
        refusal(lambda: authority.verify_run(Run.get_by_id(run.id), at=served.at)) == "authority.term_ended"
    )
    assert refusal(lambda: start(served, "lanjut-000000000002")) == "authority.term_ended"


def test_a_termination_ahead_ends_at_the_end_of_its_last_day(served):
    last = (served.at + timedelta(days=10)).date()
    walk(ask(served, "termination", ends_on=last.isoformat()))
    end = datetime(last.year, last.month, last.day, 17, 0, tzinfo=UTC)
    assert (grant_of(served).ends_at, grant_of(served).revoked_at) == (end, None)
    authority.of_request(row_of(served), at=end - timedelta(seconds=1))
    assert refusal(lambda: authority.of_request(row_of(served), at=end)) == "authority.term_ended"


def nightly(served) -> Schedule:
    return schedules.create(
        served.request_id, ScheduleForm.model_validate(NIGHTLY), served.cast["joko"], "jadwal-1", at=served.at
    )


def test_schedules_under_a_service_stop_with_it_at_once_or_by_the_clock(served):
    schedule = nightly(served)
    walk(ask(served, "termination", ends_on=served.at.date().isoformat()))
    assert Schedule.get_by_id(schedule.id).state == "ended"


def test_the_clock_stops_the_schedules_on_the_day_and_not_before(served):
    schedule = nightly(served)
    walk(ask(served, "termination", ends_on=(served.at + timedelta(days=3)).date().isoformat()))
    assert terminations.end_due(served.at + timedelta(days=2)) == []
    assert Schedule.get_by_id(schedule.id).state == "active"
    assert terminations.end_due(served.at + timedelta(days=4)) == [served.request_id]
    assert Schedule.get_by_id(schedule.id).state == "ended"
    assert terminations.end_due(served.at + timedelta(days=5)) == []


def test_a_termination_is_reported_when_nothing_goes_on_any_more(served):
    schedule = nightly(served)
    last = served.at + timedelta(days=3)
    asked = walk(ask(served, "termination", ends_on=last.date().isoformat()))
    assert refusal(lambda: asked.act("agus", "report")) == "guard.proven"
    asked.at = last + timedelta(days=1)
    assert refusal(lambda: asked.act("agus", "report")) == "guard.proven", (
        "the schedule would still start runs"
    )
    terminations.end_due(asked.at)
    run = Run.select().where(Run.backup_request == served.request_id).first()
    Run.update(state="running").where(Run.id == run.id).execute()
    assert terminations.going_on(served.request_id, asked.at) == ("proof.still_running",)
    Run.update(state="succeeded").where(Run.id == run.id).execute()
    asked.act("agus", "report")
    assert asked.row.step == "subdivision_report"
    assert Schedule.get_by_id(schedule.id).state == "ended"


def test_an_extension_is_reported_when_it_holds_and_the_copies_are_proven(served):
    asked = walk(ask(served, "extension", term_months="6"), "execution", term_months=6)
    assert refusal(lambda: asked.act("agus", "report")) == "guard.proven"
    asked.act("agus", "follow_up")
    asked.act("agus", "report")
    for who, action in (("joko", "forward"), ("ratna", "forward"), ("dewi", "answer"), ("sari", "receive")):
        asked.act(who, action)
    assert (asked.row.step, asked.row.outcome) == ("closed", "granted")
    assert list(asked.letters) == ["nota_dinas", "disposition", "report", "reply", "receipt"]


def test_a_refused_extension_changes_nothing(served):
    before = grant_of(served)
    asked = walk(ask(served, "extension", term_months="6"), "policy_selection")
    asked.act("ratna", "refuse", note="Tidak lagi dilayani.")
    after = grant_of(served)
    assert (after.digest, after.ends_at, GrantVersion.select().count()) == (before.digest, before.ends_at, 0)


def test_only_the_requester_and_the_head_of_the_unit_may_ask(served):
    for who in ("wulan", "ratna", "agus", "hendro"):
        assert refusal(lambda who=who: ask(served, "extension", who, term_months="6")) == "followup.not_yours"
    assert ask(served, "extension", "bambang", term_months="6").row.unit_id == row_of(served).unit_id


def test_one_change_of_a_service_is_open_at_a_time(served):
    asked = ask(served, "extension", term_months="6")
    assert followups.open_for(row_of(served), at=served.at) == ()
    today = served.at.date().isoformat()
    assert refusal(lambda: ask(served, "termination", ends_on=today)) == "followup.other_open"
    asked.act("sari", "withdraw")
    ask(served, "termination", ends_on=today)


def test_what_was_ended_is_not_extended_and_what_lapsed_is(served):
    walk(ask(served, "termination", ends_on=served.at.date().isoformat()))
    assert refusal(lambda: ask(served, "extension", term_months="6")) in (
        "followup.other_open",
        "followup.ended",
    )
    BackupRequest.update(step="closed").where(BackupRequest.kind == "termination").execute()
    assert refusal(lambda: ask(served, "extension", term_months="6")) == "followup.ended"


def test_a_service_whose_term_lapsed_goes_on_from_the_approval(served):
    served.at = grant_of(served).ends_at + timedelta(days=30)
    assert followups.open_for(row_of(served), at=served.at) == (RequestKind.EXTENSION,)
    walk(ask(served, "extension", term_months="6"), term_months=6)
    assert grant_of(served).ends_at == served.at + relativedelta(months=6)
    authority.of_request(row_of(served), at=served.at)


@pytest.mark.parametrize("days", [-1, 400])
def test_a_last_day_lies_between_today_and_the_end_of_the_term(served, days):
    ends_on = (served.at + timedelta(days=days)).date().isoformat()
    assert field(lambda: ask(served, "termination", ends_on=ends_on)) == {"ends_on": "followup.ends_on"}


def test_a_form_that_is_wrong_is_kept_as_a_draft(served):
    assert field(lambda: ask(served, "extension", term_months="banyak", reason="")) == {
        "term_months": "term.kind",
        "reason": "field.required",
    }
    draft = BackupRequest.get(BackupRequest.kind == "extension")
    assert draft.draft == {"term_months": "banyak", "reason": ""}
    assert (draft.step, draft.number) == ("submission", None)


def test_what_is_asked_about_a_service_gives_no_authority_of_its_own(served):
    asked = walk(ask(served, "extension", term_months="6"), term_months=6)
    assert refusal(lambda: authority.of_request(asked.row, at=asked.at)) == "authority.not_approved"
    assert refusal(lambda: ask(asked, "extension", term_months="6")) == "followup.not_yours"


def test_a_follow_up_is_numbered_and_asked_with_reason(served):
    asked = ask(served, "extension", term_months="6")
    assert asked.row.number > row_of(served).number
    assert (asked.row.form["reason"], asked.row.form["about"]) == (REASON, row_of(served).number)
    assert grant_versions.last_moment(served.at.date()) > served.at


def test_an_approval_can_be_taken_back_until_it_is_opened_and_a_follow_up_never(served):
    asked = walk(ask(served, "extension", term_months="6"), "execution", term_months=6)
    undoing.undo(asked.request_id, asked.row.revision, user=asked.cast["joko"], at=asked.at)
    assert asked.row.step == "specification_selection"
    assert GrantVersion.select().where(GrantVersion.backup_request == asked.request_id).count() == 0
    before = grant_of(served).ends_at
    walk(asked, term_months=3)
    assert grant_of(served).ends_at == before + relativedelta(months=3)
    deed = lambda: undoing.undo(asked.request_id, asked.row.revision, user=asked.cast["agus"], at=asked.at)  # noqa: E731
    assert refusal(deed) == "undo.work_begun"
    assert grant_of(served).ends_at == before + relativedelta(months=3)


def test_a_form_of_one_kind_is_never_kept_or_sent_as_another(served, cast, settings):
    """However the key of a page is bent: an extension's is no FM 001's, and the other way round."""
    kind, user, at = RequestKind.EXTENSION, cast["sari"], served.at
    draft = followups.keep(served.request_id, kind, user, "kunci-bengkok-1", {"reason": REASON}, at=at)
    bent = (
        lambda: submission.create_draft(user, "kunci-bengkok-1", desks.FORM, at=at),
        lambda: submission.submit(draft.id, 0, user, desks.FORM, at=at, settings=settings),
        lambda: followups.keep(
            served.request_id, RequestKind.TERMINATION, user, "kunci-bengkok-1", {}, at=at
        ),
        lambda: followups.keep(served.request_id, kind, user, row_of(served).draft_key, {}, at=at),
    )
    assert [refusal(deed) for deed in bent] == ["request.not_yours"] * 4
    kept = BackupRequest.get_by_id(draft.id)
    assert (kept.draft, kept.form, kept.step) == ({"reason": REASON}, None, "submission")
