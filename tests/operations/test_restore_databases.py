from __future__ import annotations

import pytest
from pydantic import ValidationError

from portal.errors import Forbidden, InvalidInput, NotFound
from portal.operations import audit, authority, restore_databases, restore_runs, restores
from portal.store.models import AuditEntry, DatabaseAccess, Restore, Run
from schemas.restore import DatabaseForm
from schemas.run import RunKind, RunSpec
from tests.support import copies, machines
from tests.support.machines import AT

REASON = "Data terhapus karena salah jalankan skrip."


@pytest.fixture
def copy(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    made = machines.backed_up(machines.approved(cast["sari"], cast["joko"], server), cast["agus"], settings)
    return copies.with_databases(made)


@pytest.fixture
def ask(copy, cast):
    def asked(who="sari", path="postgresql:arsip", key="key-1", **form):
        form = {
            "mode": "new",
            "target_server_id": copy.server_id,
            "target_name": "arsip_lama",
            "reason": REASON,
        } | form
        return restore_databases.ask(
            copy.server_id, copy.id, path, DatabaseForm(**form), cast[who], key, at=AT
        )

    return asked


@pytest.fixture
def run(ask, cast, settings):
    approved = restores.approve(ask().id, cast["joko"], at=AT)
    return restore_runs.start(approved.id, cast["agus"], "run-key-1", at=AT, settings=settings)


def test_it_tells_what_databases_a_copy_holds(copy):
    assert [(each.path, each.tables, each.rows) for each in restore_databases.held(copy)] == [
        ("mariadb:situs", 1, 7),
        ("postgresql:arsip", 2, 5009),
    ]


def test_it_notes_who_wants_which_database_where(ask):
    restore = ask()
    assert (restore.kind, restore.mode, restore.target_path) == ("database", "new", "arsip_lama")
    assert (restore.size_bytes, restore.file_count) == (2048, 2)
    entry = AuditEntry.get(AuditEntry.tag == "restore:requested")
    assert (entry.data["mode"], entry.data["to"], entry.data["path"]) == (
        "new",
        "arsip_lama",
        "postgresql:arsip",
    )
    assert ask().id == restore.id, "a form sent twice is one wish"
    assert audit.verify().ok


def test_it_takes_the_place_of_the_database_itself_and_of_no_other(ask, copy):
    restore = ask(mode="in_place", target_name="lain", target_server_id=99)
    assert (restore.target_server_id, restore.target_path) == (copy.server_id, "arsip")


@pytest.mark.parametrize("path", ["postgresql:lain", "mariadb:arsip", "", "/srv/www", "postgresql:"])
def test_it_takes_only_a_database_that_the_copy_holds(ask, path):
    with pytest.raises(NotFound):
        ask(path=path)


@pytest.mark.parametrize("name", ["", "postgres", "mysql", "template1"])
def test_it_refuses_a_name_that_is_the_engines_own(ask, name):
    form = {"target_name": name} if name else {}
    with pytest.raises(InvalidInput) as refused:
        ask(**({"target_name": name} if form else {"target_name": "sys"}))
    assert "target_name" in refused.value.fields


@pytest.mark.parametrize("name", ["a b", "-rf", "1a", "x" * 49, "a;b", "a'b", "$(x)", "a\nb", "..", "a/b"])
def test_it_takes_only_plain_names(name):
    with pytest.raises(ValidationError):
        DatabaseForm(mode="new", target_server_id=1, target_name=name, reason=REASON)


def test_it_refuses_a_name_that_the_server_has_shown(ask, copy, cast, settings):
    machines.answered(
        copy.server,
        RunKind.DATABASES,
        cast["agus"],
        settings,
        {
            "engines": [
                {"engine": "postgresql", "code": "", "databases": [{"name": "arsip_lama", "size_bytes": 1}]}
            ]
        },
    )
    with pytest.raises(InvalidInput) as refused:
        ask()
    assert refused.value.fields["target_name"][0] == "restore.name_taken"
    assert ask(path="mariadb:situs").target_path == "arsip_lama", "another engine's names are its own"


def test_it_takes_wishes_only_of_those_who_may_look(ask):
    with pytest.raises(NotFound):
        ask("wulan")


def test_it_lets_a_requester_go_to_no_other_server(ask, cast, settings):
    other = machines.trusted(cast["agus"], cast["joko"], settings, name="Lain")
    with pytest.raises(InvalidInput) as refused:
        ask(target_server_id=other.id)
    assert "target_server_id" in refused.value.fields
    assert ask("agus", target_server_id=other.id, key="key-2").target_server_id == other.id


def test_it_is_started_by_an_administrator_only(ask, cast, settings):
    approved = restores.approve(ask().id, cast["joko"], at=AT)
    for who in ("sari", "joko"):
        with pytest.raises(Forbidden):
            restore_runs.start(approved.id, cast[who], f"run-{who}", at=AT, settings=settings)


def test_it_tells_the_worker_all_that_was_approved(run):
    spec = RunSpec.model_validate(run.spec)
    assert (spec.kind, spec.restore.mode, spec.restore.target_path) == (
        "restore_database",
        "new",
        "arsip_lama",
    )
    authority.verify_run(run, at=AT)


def test_it_goes_by_the_targets_own_way_in(ask, cast, copy, settings):
    other = machines.trusted(cast["agus"], cast["joko"], settings, name="Lain")
    for server, name in ((copy.server, "asal"), (other, "tujuan")):
        DatabaseAccess.create(
            server=server,
            engine="postgresql",
            method="peer",
            username=name,
            host="",
            port=0,
            sealed="",
            changed_by=cast["agus"],
            changed_at=AT,
        )
    approved = restores.approve(ask("agus", target_server_id=other.id).id, cast["joko"], at=AT)
    run = restore_runs.start(approved.id, cast["agus"], "run-key-2", at=AT, settings=settings)
    assert [access["username"] for access in run.spec["accesses"]] == ["tujuan"]


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "in_place"},
        {"target_path": "lain"},
        {"place": {"path": "mariadb:situs", "path_base64": "", "entry_kind": "database"}},
        {"kind": "download"},
    ],
)
def test_the_worker_refuses_what_was_not_approved(run, change):
    Restore.update(**change).execute()
    with pytest.raises(Forbidden) as refused:
        authority.verify_run(Run.get_by_id(run.id), at=AT)
    assert refused.value.code == "authority.restore_changed"


@pytest.mark.parametrize("change", [{"mode": "in_place"}, {"target_path": "lain"}])
def test_the_worker_refuses_an_order_that_says_something_else(run, change):
    spec = RunSpec.model_validate(run.spec)
    forged = spec.model_copy(update={"restore": spec.restore.model_copy(update=change)})
    Run.update(spec=forged.model_dump(mode="json"), spec_digest=forged.digest()).where(
        Run.id == run.id
    ).execute()
    with pytest.raises(Forbidden) as refused:
        authority.verify_run(Run.get_by_id(run.id), at=AT)
    assert refused.value.code == "authority.restore_changed"
