from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from portal.errors import Forbidden, InvalidInput, StaleStep, TransitionRefused
from portal.operations import authority, mirror_lists, mirror_runs, mirrors
from portal.store.models import Finding, Mirror, MirrorPass, Run, Server
from portal.store.queries import mirrors as rows
from schemas.mirror import LimitsForm, MirrorForm, PassForm
from schemas.run import RunSpec
from tests.support import machines
from tests.support.machines import AT
from tests.support.mirrors import NOTE, granted, stopped

FORM = {"max_count": 100, "max_share": 10, "quarantine_days": 30}
NAMES = ("html/a.html", "html/b.html")


def pass_of(run: Run, digest: str = "") -> PassForm:
    return PassForm(digest=digest or run.result["digest"], note=NOTE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_count": 0}, {"max_count": 10_001}, {"max_share": 0}, {"max_share": 51}, {"quarantine_days": 6},
        {"quarantine_days": 366}, {"sentinel": "a/b"}, {"sentinel": ".."}, {"sentinel": "-rf"}, {"every_hours": 2},
        {"max_count": "banyak"},
    ],
)  # fmt: skip
def test_it_takes_no_limits_that_limit_nothing(wrong) -> None:
    with pytest.raises(ValidationError):
        LimitsForm(**(FORM | wrong))


def test_it_is_set_up_under_a_grant_of_its_service_only(cast, settings) -> None:
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    backup = machines.approved(cast["sari"], cast["joko"], server)
    with pytest.raises(Forbidden) as refused:
        mirrors.create(backup.id, MirrorForm(path="/srv/www", **FORM), cast["agus"], at=AT)
    assert refused.value.code == "authority.service"
    request = machines.approved(cast["sari"], cast["joko"], server, services=("mirror_files",))
    for path in ("/srv", "/etc", "/srv/www2"):
        with pytest.raises(InvalidInput):
            mirrors.create(request.id, MirrorForm(path=path, **FORM), cast["agus"], at=AT)
    for who in ("joko", "sari", "hendro"):
        with pytest.raises(Forbidden):
            mirrors.create(request.id, MirrorForm(path="/srv/www", **FORM), cast[who], at=AT)
    mirrors.create(request.id, MirrorForm(path="/srv/www", **FORM), cast["agus"], at=AT)
    with pytest.raises(InvalidInput) as again:
        mirrors.create(request.id, MirrorForm(path="/srv/www", **FORM), cast["agus"], at=AT)
    assert again.value.fields["path"][0] == "mirror.known"


def test_it_can_be_set_up_again_after_it_ended(cast, settings) -> None:
    mirror = granted(cast, settings)
    mirrors.end(mirror.id, cast["agus"], at=AT)
    with pytest.raises(TransitionRefused):
        mirror_runs.start(mirror.id, cast["agus"], "key-0000000000000001", at=AT, settings=settings)
    form = MirrorForm(path="/srv/www", **FORM)
    assert mirrors.create(mirror.backup_request_id, form, cast["agus"], at=AT).id != mirror.id


@pytest.mark.parametrize(
    ("target_path", "meets"),
    [
        ("/srv/cermin", True),
        ("/srv/cermin/dalam", True),
        ("/srv", True),
        ("/srv/cermin2", False),
        ("/data/cermin", False),
    ],
)
def test_no_two_mirrors_fill_the_same_folder_or_one_inside_the_other(
    cast, settings, target_path, meets
) -> None:
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    request = machines.approved(cast["sari"], cast["joko"], server, services=("mirror_files",))
    second = Server.create(name="server-kedua", address="10.0.0.9", username="cadangan", key=server.key,
                           host_key=server.host_key, host_key_state="approved", created_by=cast["agus"])  # fmt: skip

    def set_up(path: str, target_path: str) -> Mirror:
        typed = FORM | {"path": path, "target_server_id": second.id, "target_path": target_path}
        return mirrors.create(request.id, MirrorForm(**typed), cast["agus"], at=AT)

    first = set_up("/srv/www", "/srv/cermin")
    if meets:
        with pytest.raises(InvalidInput) as refused:
            set_up("/srv/www/html", target_path)
        (field, (code, context)) = next(iter(refused.value.fields.items()))
        assert (field, code, context["taken"]) == ("target_path", "mirror.target_meets", "/srv/cermin")
        mirrors.end(first.id, cast["agus"], at=AT)
    assert set_up("/srv/www/html", target_path).target_path == target_path


def test_it_runs_under_a_later_request_when_the_first_has_ended(cast, settings) -> None:
    mirror = granted(cast, settings)
    late = AT + timedelta(days=400)
    with pytest.raises(Forbidden) as refused:
        mirror_runs.start(mirror.id, cast["agus"], "key-0000000000000001", at=late, settings=settings)
    assert refused.value.code == "authority.term_ended"
    later = machines.approved(cast["sari"], cast["joko"], Server.get(), services=("mirror_files",),
                              starts_at=late, ends_at=late + timedelta(days=1))  # fmt: skip
    run = mirror_runs.start(mirror.id, cast["agus"], "key-0000000000000002", at=late, settings=settings)
    assert run.backup_request_id == later.id
    authority.verify_run(run, at=late)


@pytest.mark.parametrize(
    ("before", "known"),
    [
        ({}, False),
        ({"in_step_at": AT, "entry_count": 0}, False),
        ({"in_step_at": AT, "entry_count": 3}, True),
    ],
)
def test_its_order_says_whether_the_copy_held_anything(cast, settings, before, known) -> None:
    mirror = granted(cast, settings)
    Mirror.update(**({"entry_count": None} | before)).execute()
    run = mirror_runs.start(mirror.id, cast["agus"], "key-0000000000000001", at=AT, settings=settings)
    assert run.spec["vault_known"] is known
    authority.verify_run(run, at=AT)


def test_it_takes_the_digest_that_was_looked_at_and_no_other(cast, settings) -> None:
    run = stopped(granted(cast, settings), cast["agus"], settings, NAMES)
    with pytest.raises(StaleStep):
        mirror_runs.allow(run.id, pass_of(run, "0" * 64), cast["joko"], at=AT)
    Run.update(result=run.result | {"digest": "0" * 64}).where(Run.id == run.id).execute()
    with pytest.raises(StaleStep):
        mirror_runs.allow(run.id, pass_of(run, "0" * 64), cast["joko"], at=AT)
    assert MirrorPass.select().count() == 0


def test_it_gives_a_pass_to_the_next_run_and_the_worker_checks_it(cast, settings) -> None:
    mirror = granted(cast, settings)
    run = stopped(mirror, cast["agus"], settings, NAMES)
    allowed = mirror_runs.allow(run.id, pass_of(run), cast["joko"], at=AT)
    following = mirror_runs.start(mirror.id, cast["agus"], "key-0000000000000003", at=AT, settings=settings)
    assert RunSpec.model_validate(following.spec).mirror.passed == run.result["digest"]
    authority.verify_run(following, at=AT)
    for change in (
        {"digest": "0" * 64},
        {"allowed_by": cast["agus"].id},
        {"used_by": run.id},
        {"expires_at": AT},
    ):
        before = {name: getattr(allowed, name) for name in change}
        MirrorPass.update(**change).execute()
        with pytest.raises(Forbidden) as refused:
            authority.verify_run(Run.get_by_id(following.id), at=AT)
        assert refused.value.code == "authority.mirror_pass"
        MirrorPass.update(**before).execute()


def test_it_is_started_by_the_clock_when_its_time_has_come(cast, settings) -> None:
    mirror = granted(cast, settings, every_hours=24)
    first = mirror_runs.run_due(AT, settings)
    assert len(first) == 1
    authority.verify_run(Run.get_by_id(first[0]), at=AT)
    assert mirror_runs.run_due(AT + timedelta(hours=25), settings) == []
    machines.finished(Run.get_by_id(first[0]), state="failed", code="ssh.timeout", at=AT)
    assert mirror_runs.run_due(AT + timedelta(hours=23), settings) == []
    assert len(mirror_runs.run_due(AT + timedelta(hours=24), settings)) == 1
    assert rows.runs(Mirror.get_by_id(mirror.id))[0].started_by_id is None


def test_the_clock_leaves_alone_what_waits_for_a_person(cast, settings) -> None:
    mirror = granted(cast, settings, every_hours=1)
    run = stopped(mirror, cast["agus"], settings, NAMES)
    day_later = AT + timedelta(days=1)
    assert mirror_runs.run_due(day_later, settings) == []
    mirror_runs.allow(run.id, pass_of(run), cast["joko"], at=AT)
    assert len(mirror_runs.run_due(day_later, settings)) == 1


def test_the_clock_uses_a_pass_before_it_ends_and_once(cast, settings) -> None:
    mirror = granted(cast, settings, every_hours=168)
    run = stopped(mirror, cast["agus"], settings, NAMES)
    mirror_runs.allow(run.id, pass_of(run), cast["joko"], at=AT)
    [started] = mirror_runs.run_due(AT + timedelta(minutes=5), settings)
    assert Run.get_by_id(started).spec["mirror"]["passed"] == run.result["digest"]
    machines.finished(
        Run.get_by_id(started), state="failed", code="ssh.timeout", at=AT + timedelta(minutes=5)
    )
    assert mirror_runs.run_due(AT + timedelta(hours=1), settings) == []


def test_a_clock_that_ran_ahead_does_not_keep_the_mirrors_waiting(cast, settings) -> None:
    granted(cast, settings, every_hours=1)
    [early] = mirror_runs.run_due(AT + timedelta(days=300), settings)
    machines.finished(Run.get_by_id(early), state="succeeded", at=AT + timedelta(days=300))
    assert len(mirror_runs.run_due(AT, settings)) == 1


def test_the_clock_starts_nothing_by_hand_ended_or_without_authority(cast, settings) -> None:
    mirror = granted(cast, settings)
    assert mirror_runs.run_due(AT, settings) == []
    Mirror.update(every_hours=1).execute()
    for hour in range(2):
        assert mirror_runs.run_due(AT + timedelta(days=400, hours=hour), settings) == []
    [finding] = Finding.select()
    assert (finding.code, finding.context["reason"]) == ("mirror.refused", "authority.term_ended"), (
        "told once"
    )
    mirrors.end(mirror.id, cast["joko"], at=AT)
    assert mirror_runs.run_due(AT, settings) == []


def test_a_run_of_the_clock_needs_a_mirror_that_has_its_time(cast, settings) -> None:
    granted(cast, settings, every_hours=1)
    run = Run.get_by_id(mirror_runs.run_due(AT, settings)[0])
    Mirror.update(every_hours=0).execute()
    with pytest.raises(Forbidden) as refused:
        authority.verify_run(run, at=AT)
    assert refused.value.code == "authority.mirror_changed"


def test_it_reads_no_list_that_was_changed(cast, settings) -> None:
    run = stopped(granted(cast, settings), cast["agus"], settings, ("a", "b\\#012c", "d"))
    listed = mirror_lists.read(run, settings, "B")
    assert (listed.names, listed.found, listed.total, listed.whole) == (("b\\#012c",), 1, 3, True)
    path = mirror_lists.path_of(run, settings)
    assert path is not None
    path.write_text("a\nb\n", encoding="utf-8")
    assert mirror_lists.path_of(run, settings) is None
    assert not mirror_lists.read(run, settings).whole
