"""Break-glass: who may, what it allows and for how long, and the review that nobody closes on an own deed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from portal.errors import Forbidden, InvalidInput, NotFound, PortalError, StaleStep, TransitionRefused
from portal.operations import (
    audit,
    authority,
    database_access,
    emergencies,
    findings,
    restore_runs,
    restores,
    runs,
)
from portal.sop.table import Role
from portal.store.db import database
from portal.store.models import AuditEntry, Emergency, Finding, OutboxEvent, RoleHolding, Run, Source
from portal.store.queries import emergencies as emergency_rows
from schemas.emergency import EmergencyForm, ReviewForm
from schemas.restore import DownloadForm
from schemas.run import RunKind, RunSpec
from schemas.server import AccessForm
from tests.support import copies, machines
from tests.support.machines import AT
from tests.support.people import SINCE

REASON = "Disk server berbunyi dan SMART melaporkan sektor rusak; salinan terakhir sudah tiga hari."
VERDICT = ReviewForm(verdict="justified", note="Diska memang rusak; diganti hari itu juga.")


@pytest.fixture
def server(cast, settings):
    return machines.trusted(
        cast["agus"], cast["joko"], settings, folders=("/srv/www", "/srv/www/berita", "/srv/mail")
    )


@pytest.fixture
def opened(cast, settings, server):
    return broken(cast, settings, server)


def broken(cast, settings, server, who="agus", sources=None):
    ids = sources or [source.id for source in Source.select().where(Source.server == server)]
    form = EmergencyForm(sources=ids, reason=REASON, sure="on")
    return emergencies.break_glass(server.id, form, cast[who], "k" * 20, at=AT, settings=settings)


def refusal(deed, kind=Forbidden) -> str:
    with pytest.raises(kind) as refused:
        deed()
    return refused.value.code


def close(emergency, cast, who="ratna", at=AT + timedelta(hours=2)):
    return emergencies.close(emergency.id, VERDICT, cast[who], at=at)


def ended(emergency, state="failed", code="ssh.unreachable"):
    machines.finished(Run.get_by_id(Emergency.get_by_id(emergency.id).run_id), state=state, code=code)


def test_it_starts_a_backup_without_a_request_and_opens_a_review(cast, opened):
    run = opened.run
    assert (run.kind, run.state, run.backup_request_id, run.grant_id) == ("backup", "queued", None, None)
    assert [source["path"] for source in run.spec["sources"]] == ["/srv/mail", "/srv/www"]
    assert run.spec["grant_digest"] == opened.digest
    authority.verify_run(run, at=AT)
    assert (opened.verdict, opened.closed_at, opened.expires_at) == ("", None, AT + timedelta(hours=24))
    told = (
        AuditEntry.select()
        .where(AuditEntry.subject_type.in_(("emergency", "run")))
        .order_by(AuditEntry.sequence)
    )
    assert [entry.tag for entry in told][-2:] == ["emergency:opened", "run:started"]
    assert list(told)[-2].data["reason"] == REASON
    assert audit.verify().ok


@pytest.mark.parametrize("who", ["sari", "bambang", "hendro", "ratna", "dewi", "sri", "tono"])
def test_nobody_else_may(cast, settings, server, who):
    assert refusal(lambda: broken(cast, settings, server, who)) == "emergency.role"
    assert Emergency.select().count() == 0
    assert Run.select().where(Run.kind == "backup").count() == 0


def test_the_kasubbid_may_too_and_a_double_click_breaks_one_glass(cast, settings, server):
    first, second = (broken(cast, settings, server, "joko") for _ in range(2))
    assert first.id == second.id
    assert Run.select().where(Run.kind == "backup").count() == 1


@pytest.mark.parametrize("reason", ["", "mendesak", " " * 60])
def test_it_wants_a_reason_that_can_be_judged(reason):
    with pytest.raises(ValueError):  # noqa: PT011
        EmergencyForm(sources=[1], reason=reason, sure="on")
    with pytest.raises(ValueError):  # noqa: PT011
        EmergencyForm(sources=[1], reason=REASON)


def test_it_copies_only_what_was_chosen_on_that_server(cast, settings, server):
    other = machines.trusted(cast["agus"], cast["joko"], settings, name="Lain")
    strange = Source.get(Source.server == other)
    deed = lambda: broken(cast, settings, server, sources=[strange.id])  # noqa: E731
    assert refusal(deed, InvalidInput) == "input.invalid"
    assert Emergency.select().count() == 0
    server.host_key_state = "changed"
    server.save()
    assert refusal(lambda: broken(cast, settings, server)) == "server.host_key_changed"


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (timedelta(hours=24), "authority.emergency_expired"),
        (timedelta(seconds=-1), "authority.emergency_expired"),
    ],
)
def test_the_worker_refuses_it_outside_its_day(opened, moment, code):
    authority.verify_run(opened.run, at=AT + timedelta(hours=24, seconds=-1))
    assert refusal(lambda: authority.verify_run(opened.run, at=AT + moment)) == code


@pytest.mark.parametrize(
    "sql",
    [
        """UPDATE emergency SET sources = '[{"kind": "folder", "path": "/etc"}]'""",
        "UPDATE emergency SET reason = 'lain'",
        "UPDATE emergency SET expires_at = '2027-12-31 00:00:00'",
        "UPDATE emergency SET opened_by_id = 1",
        "UPDATE emergency SET run_id = NULL",
    ],
)
def test_the_worker_refuses_what_is_not_what_was_sealed(opened, sql):
    database.execute_sql(sql)
    assert (
        refusal(lambda: authority.verify_run(Run.get_by_id(opened.run_id), at=AT))
        == "authority.emergency_changed"
    )


def forged(run, **changes):
    """The run as somebody with the database in hand would make it, its own seal mended."""
    spec = RunSpec.model_validate(run.spec | changes)
    Run.update(spec=json.loads(spec.model_dump_json()), spec_digest=spec.digest(), kind=spec.kind.value,
               server=spec.server.id).where(Run.id == run.id).execute()  # fmt: skip
    return Run.get_by_id(run.id)


@pytest.mark.parametrize("kind", [kind for kind in RunKind if kind is not RunKind.BACKUP])
def test_it_is_for_backups_only(opened, kind):
    run = forged(opened.run, kind=kind.value)
    assert refusal(lambda: authority.verify_run(run, at=AT)) == "authority.emergency_kind"


def test_it_lends_itself_to_no_other_run_or_server(cast, settings, server, opened):
    request_ = machines.approved(cast["sari"], cast["joko"], server)
    other = machines.started(request_, cast["agus"], settings)
    borrowed = forged(other, emergency_id=opened.id, grant_digest=opened.digest, sources=opened.sources)
    assert refusal(lambda: authority.verify_run(borrowed, at=AT)) == "authority.emergency_changed"
    unknown = forged(other, emergency_id=999)
    assert refusal(lambda: authority.verify_run(unknown, at=AT)) == "authority.emergency_unknown"
    wider = forged(opened.run, sources=[{"kind": "folder", "path": "/etc"}])
    assert refusal(lambda: authority.verify_run(wider, at=AT)) == "authority.emergency_changed"


def test_a_backup_without_request_and_without_emergency_is_still_refused(opened):
    run = forged(opened.run, emergency_id=0)
    assert refusal(lambda: authority.verify_run(run, at=AT)) == "authority.not_approved"


def test_the_worker_refuses_a_server_that_changed_since(opened, server):
    server.host_key_state = "changed"
    server.save()
    run = Run.get_by_id(opened.run_id)
    assert refusal(lambda: authority.verify_run(run, at=AT)) == "server.host_key_changed"


def test_one_who_had_no_such_role_opened_nothing(opened, cast):
    RoleHolding.update(until=AT - timedelta(days=1)).where(RoleHolding.user == cast["agus"]).execute()
    run = Run.get_by_id(opened.run_id)
    assert refusal(lambda: authority.verify_run(run, at=AT)) == "authority.emergency_opener"


def test_it_starts_again_under_the_same_review_until_it_has_succeeded(cast, settings, opened):
    first = opened.run
    again = lambda run, key, at=AT: emergencies.restart(run.id, cast["joko"], key, at=at, settings=settings)  # noqa: E731
    assert refusal(lambda: again(first, "l" * 20), TransitionRefused) == "run.not_restartable"
    ended(opened)
    second = again(first, "l" * 20)
    assert second.id == again(first, "l" * 20).id != first.id
    authority.verify_run(second, at=AT)
    assert (
        refusal(lambda: authority.verify_run(Run.get_by_id(first.id), at=AT)) == "authority.emergency_changed"
    )
    assert refusal(lambda: again(first, "m" * 20), TransitionRefused) == "run.not_restartable"
    ended(opened)
    late = AT + timedelta(hours=25)
    assert refusal(lambda: again(second, "n" * 20, late)) == "authority.emergency_expired"
    third = again(second, "o" * 20)
    ended(opened, state="succeeded", code="")
    assert refusal(lambda: again(third, "p" * 20), TransitionRefused) == "run.not_restartable"
    assert Emergency.select().count() == 1


def test_the_kabid_closes_the_review_and_nothing_starts_after(cast, settings, opened):
    assert refusal(lambda: close(opened, cast), TransitionRefused) == "emergency.live"
    ended(opened)
    closed = close(opened, cast)
    assert (closed.verdict, closed.closed_by_id, closed.note) == ("justified", cast["ratna"].id, VERDICT.note)
    assert refusal(lambda: close(opened, cast), StaleStep) == "emergency.closed"
    deed = lambda: emergencies.restart(opened.run_id, cast["agus"], "l" * 20, at=AT, settings=settings)  # noqa: E731
    assert refusal(deed) == "authority.emergency_closed"
    assert AuditEntry.select().where(AuditEntry.tag == "emergency:closed").count() == 1
    assert audit.verify().ok


@pytest.mark.parametrize("who", ["sari", "bambang", "hendro", "joko", "agus", "yusuf", "dewi", "sri", "tono"])
def test_nobody_else_closes_it(cast, opened, who):
    ended(opened)
    assert refusal(lambda: close(opened, cast, who)) == "emergency.reviewer"


def test_a_kabid_who_broke_the_glass_or_started_its_run_does_not_close_it(cast, settings, server, opened):
    RoleHolding.create(user=cast["agus"], role=Role.DIVISION_HEAD.value, since=SINCE)
    RoleHolding.create(user=cast["joko"], role=Role.DIVISION_HEAD.value, since=SINCE)
    ended(opened)
    emergencies.restart(opened.run_id, cast["joko"], "l" * 20, at=AT, settings=settings)
    ended(opened)
    assert refusal(lambda: close(opened, cast, "agus")) == "emergency.own"
    assert refusal(lambda: close(opened, cast, "joko")) == "emergency.own"
    assert close(opened, cast).closed_at is not None
    with pytest.raises(NotFound):
        emergencies.close(999, VERDICT, cast["ratna"], at=AT)


def test_a_review_left_open_is_a_finding_until_it_is_closed(cast, settings, opened):
    """Monday ten o'clock and three working days: Thursday ten o'clock."""
    day = timedelta(days=1)
    assert emergencies.raise_overdue(AT + 3 * day, settings) == []
    assert emergencies.raise_overdue(AT + 4 * day, settings) == [opened.id]
    assert emergencies.raise_overdue(AT + 5 * day, settings) == []
    finding = Finding.get()
    assert (finding.kind, finding.server_id, finding.severity) == ("emergency", opened.server_id, "warn")
    by_hand = lambda: findings.close(finding.id, "Sudah dibicarakan.", cast["joko"], at=AT + 5 * day)  # noqa: E731
    assert refusal(by_hand, TransitionRefused) == "finding.review"
    ended(opened)
    close(opened, cast, at=AT + 5 * day)
    assert (Finding.get().closed_by_id, Finding.get().open_key) == (cast["ratna"].id, None)
    assert emergencies.raise_overdue(AT + 6 * day, settings) == []


def test_its_copy_is_proven_under_what_is_approved_for_the_server(cast, settings, server, opened):
    snapshot = machines.kept(opened.run, settings)
    prove = lambda key: runs.start_restore_test(snapshot.id, cast["agus"], key, at=AT, settings=settings)  # noqa: E731
    assert refusal(lambda: prove("l" * 20), PortalError) == "authority.none_for_server"
    machines.approved(cast["sari"], cast["joko"], server, folders=("/srv/www",))
    assert refusal(lambda: prove("l" * 20)) == "authority.folder"
    request_ = machines.approved(cast["sari"], cast["joko"], server, folders=("/srv",), starts_at=AT)
    test = prove("l" * 20)
    assert (test.backup_request_id, test.spec["emergency_id"]) == (request_.id, 0)
    authority.verify_run(test, at=AT)


def test_its_copy_stays_until_the_review_is_closed(cast, settings, server, opened):
    snapshot = machines.kept(opened.run, settings)
    assert emergency_rows.unjudged_copies(server.id) == {snapshot.id}
    assert emergency_rows.unjudged_copies(server.id + 1) == set()
    Emergency.update(closed_at=AT).execute()
    assert emergency_rows.unjudged_copies(server.id) == set()


def test_the_kabid_hears_of_it_and_again_when_the_review_is_late(cast, settings, opened):
    emergencies.raise_overdue(AT + timedelta(days=4), settings)
    told = [
        (event.audience, event.subject_id, event.facts["late"])
        for event in OutboxEvent.select().where(OutboxEvent.kind == "emergency").order_by(OutboxEvent.id)
    ]
    assert told == [("division_head", opened.id, False), ("division_head", opened.id, True)]
    assert REASON not in str([event.facts for event in OutboxEvent.select()])


def test_its_copy_is_restored_with_a_restores_own_approval(cast, settings, opened):
    snapshot = copies.indexed(machines.kept(opened.run, settings), settings)
    form = DownloadForm(reason="Berkas diperlukan sebelum disk diganti.")
    wish = restores.ask(
        snapshot.server_id, snapshot.id, [3], form, cast["yusuf"], "r" * 20, at=AT, settings=settings
    )
    start = lambda: restore_runs.start(wish.id, cast["agus"], "s" * 20, at=AT, settings=settings)  # noqa: E731
    assert refusal(start) == "authority.restore_not_approved"
    restores.approve(wish.id, cast["joko"], at=AT)
    run = start()
    assert (run.backup_request_id, run.spec["emergency_id"], run.spec["request_number"]) == (None, 0, "")
    authority.verify_run(run, at=AT)


def test_a_database_goes_with_its_way_in(cast, settings, server):
    path = "postgresql:arsip"
    base = Source.create(server=server, kind="database", path=path, created_by=cast["agus"])
    access = AccessForm(engine="postgresql", method="peer", username="postgres")
    database_access.set_access(server.id, access, cast["agus"], at=AT, settings=settings)
    spec = broken(cast, settings, server, sources=[base.id]).run.spec
    assert spec["sources"] == [{"kind": "database", "path": path}]
    assert [each["engine"] for each in spec["accesses"]] == ["postgresql"]
