from __future__ import annotations

import json
from datetime import timedelta

import pytest

from portal.errors import Forbidden, InvalidInput
from portal.operations import authority, runs, servers
from portal.sop.table import Step
from portal.store.db import database
from portal.store.models import BackupRequest, Grant, Run, Server
from schemas.run import RunSpec
from tests.support import machines
from tests.support.machines import AT, form


@pytest.fixture
def server(cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


@pytest.fixture
def request_(cast, server):
    return machines.approved(cast["sari"], cast["joko"], server)


def start(request_id, cast, settings, key="k" * 20, **more):
    return runs.start_backup(request_id, cast["agus"], key, at=AT, settings=settings, **more)


def refusal(deed) -> str:
    with pytest.raises(Forbidden) as refused:
        deed()
    return refused.value.code


def alter(row, **fields) -> None:
    type(row).update(**fields).where(type(row).id == row.id).execute()


def raw(sql: str, *values: object) -> None:
    """What somebody with the database in hand does."""
    database.execute_sql(sql, values)


def test_it_lets_an_approved_request_run(cast, settings, request_):
    run = start(request_.id, cast, settings)
    authority.verify_run(run, at=AT)
    assert run.spec["sources"] == [{"kind": "folder", "path": "/srv/www"}]
    assert run.spec["grant_digest"] == Grant.get(Grant.backup_request == request_).digest


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("authority.withdrawn", {"step": Step.WITHDRAWN.value}),
        ("authority.not_followed_up", {"followed_up_at": None}),
        ("authority.postponed", {"paused_at": AT, "postponed_until": AT + timedelta(days=3)}),
    ],
)
def test_it_refuses_a_request_that_does_not_stand_so(cast, settings, request_, code, fields):
    run = start(request_.id, cast, settings)
    alter(request_, **fields)
    assert refusal(lambda: start(request_.id, cast, settings, key="l" * 20)) == code
    assert refusal(lambda: authority.verify_run(Run.get_by_id(run.id), at=AT)) == code
    assert Run.select().where(Run.kind == "backup").count() == 1


def test_it_refuses_a_request_that_nobody_approved(cast, settings, server):
    request_ = BackupRequest.create(
        number="PB-2026-9999", requester=cast["sari"], unit=cast["sari"].unit_id, sop_version="119.002/2.2",
        step=Step.SPECIFICATION_SELECTION.value, draft_key="nobody")  # fmt: skip
    assert refusal(lambda: start(request_.id, cast, settings)) == "authority.not_approved"


@pytest.mark.parametrize("moment", [AT - timedelta(days=1, seconds=1), AT + timedelta(days=365)])
def test_it_refuses_outside_the_term(cast, settings, request_, moment):
    run = start(request_.id, cast, settings)
    deed = lambda: runs.start_backup(request_.id, cast["agus"], "l" * 20, at=moment, settings=settings)  # noqa: E731
    assert refusal(deed) == "authority.term_ended"
    assert refusal(lambda: authority.verify_run(run, at=moment)) == "authority.term_ended"


def test_it_refuses_a_grant_that_was_revoked(cast, settings, request_):
    Grant.update(revoked_at=AT).execute()
    assert refusal(lambda: start(request_.id, cast, settings)) == "authority.term_ended"


def test_it_refuses_a_service_that_was_not_granted(cast, settings, server):
    request_ = machines.approved(cast["sari"], cast["joko"], server, services=("mirror_files",))
    assert refusal(lambda: start(request_.id, cast, settings)) == "authority.service"


def test_it_refuses_a_folder_that_was_not_granted(cast, settings, server, request_):
    other = servers.add_source(server.id, "/srv/www-rahasia", cast["agus"], at=AT)
    assert refusal(lambda: start(request_.id, cast, settings, source_ids=[other.id])) == "authority.folder"
    run = start(request_.id, cast, settings)
    assert [source["path"] for source in run.spec["sources"]] == ["/srv/www"]


def test_it_copies_each_folder_once(cast, settings):
    folders = ("/srv/www", "/srv/www/berita", "/srv/www.lama", "/srv/www/galeri/2026")
    server = machines.trusted(cast["agus"], cast["joko"], settings, folders=folders, name="Bersarang")
    request_ = machines.approved(cast["sari"], cast["joko"], server, folders=("/srv",))
    run = start(request_.id, cast, settings)
    assert sorted(source["path"] for source in run.spec["sources"]) == ["/srv/www", "/srv/www.lama"]


def test_it_refuses_a_server_of_another_grant(cast, settings, server, request_):
    other = machines.trusted(cast["agus"], cast["joko"], settings, name="Lain")
    _, scope = authority.of_request(request_, at=AT)
    with pytest.raises(Forbidden) as refused:
        authority.check_scope(scope, other, "backup_files", ["/srv/www"])
    assert refused.value.code == "authority.other_server"


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("server.inactive", {"active": False}),
        ("server.no_key", {"key": None}),
        ("server.host_key_none", {"host_key_state": "none"}),
        ("server.host_key_proposed", {"host_key_state": "proposed"}),
        ("server.host_key_changed", {"host_key_state": "changed"}),
    ],
)
def test_it_refuses_a_server_that_is_not_ready(cast, settings, server, request_, code, fields):
    run = start(request_.id, cast, settings)
    alter(server, **fields)
    assert refusal(lambda: start(request_.id, cast, settings, key="l" * 20)) == code
    assert refusal(lambda: authority.verify_run(Run.get_by_id(run.id), at=AT)) == code


def test_it_refuses_a_server_that_moved_after_the_start(cast, settings, server, request_):
    run = start(request_.id, cast, settings)
    servers.change(server.id, form(address="10.20.30.41"), cast["agus"], at=AT)
    alter(server, host_key_state="approved", host_key=machines.HOST_KEY)
    assert refusal(lambda: authority.verify_run(Run.get_by_id(run.id), at=AT)) == "authority.server_changed"


def test_it_proves_a_copy_even_of_a_server_that_is_not_ready(cast, settings, server, request_):
    snapshot = machines.backed_up(request_, cast["agus"], settings)
    alter(server, host_key_state="changed", active=False)
    run = runs.start_restore_test(snapshot.id, cast["agus"], "p" * 20, at=AT, settings=settings)
    authority.verify_run(run, at=AT)


def test_it_notices_a_specification_altered_in_the_database(cast, settings, request_):
    run = start(request_.id, cast, settings)
    spec = dict(run.spec, sources=[{"kind": "folder", "path": "/etc"}])
    raw("UPDATE run SET spec = ? WHERE id = ?", json.dumps(spec), run.id)
    assert refusal(lambda: authority.verify_run(Run.get_by_id(run.id), at=AT)) == "authority.spec_changed"


def test_it_notices_a_backup_that_calls_itself_a_question(cast, settings, request_):
    run = start(request_.id, cast, settings)
    raw("UPDATE run SET kind = 'probe', backup_request_id = NULL, grant_id = NULL WHERE id = ?", run.id)
    assert refusal(lambda: authority.verify_run(Run.get_by_id(run.id), at=AT)) == "authority.spec_changed"


def test_it_notices_a_specification_altered_with_its_digest(cast, settings, request_):
    run = start(request_.id, cast, settings)
    forged = RunSpec.model_validate(dict(run.spec, sources=[{"kind": "folder", "path": "/etc"}]))
    raw(
        "UPDATE run SET spec = ?, spec_digest = ? WHERE id = ?",
        forged.model_dump_json(),
        forged.digest(),
        run.id,
    )
    assert refusal(lambda: authority.verify_run(Run.get_by_id(run.id), at=AT)) == "authority.folder"


def test_it_notices_a_grant_altered_in_the_database(cast, settings, request_):
    run = start(request_.id, cast, settings)
    grant = Grant.get(Grant.backup_request == request_)
    raw("UPDATE 'grant' SET scope = ? WHERE id = ?", json.dumps(dict(grant.scope, folders=["/"])), grant.id)
    assert refusal(lambda: authority.verify_run(Run.get_by_id(run.id), at=AT)) == "authority.scope_changed"
    assert refusal(lambda: start(request_.id, cast, settings, key="l" * 20)) == "authority.scope_changed"


def test_it_holds_a_run_to_the_grant_it_was_started_under(cast, settings, server, request_):
    run = start(request_.id, cast, settings)
    other = machines.approved(cast["sari"], cast["joko"], server)
    alter(run, backup_request=other)
    assert refusal(lambda: authority.verify_run(Run.get_by_id(run.id), at=AT)) == "authority.scope_changed"
    alter(run, backup_request=None)
    assert refusal(lambda: authority.verify_run(Run.get_by_id(run.id), at=AT)) == "authority.not_approved"


def test_it_says_when_no_folder_is_chosen(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings, folders=())
    request_ = machines.approved(cast["sari"], cast["joko"], server)
    with pytest.raises(InvalidInput) as refused:
        start(request_.id, cast, settings)
    assert refused.value.code == "run.no_sources"


@pytest.mark.parametrize("who", ["sari", "bambang", "hendro", "ratna", "joko", "dewi", "sri", "tono"])
def test_it_lets_administrators_start_backups_only(cast, settings, request_, who):
    deed = lambda: runs.start_backup(request_.id, cast[who], "k" * 20, at=AT, settings=settings)  # noqa: E731
    assert refusal(deed) == "run.role"
    assert Server.select().count() == 1
    assert Run.select().where(Run.kind == "backup").count() == 0
