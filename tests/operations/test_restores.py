from __future__ import annotations

from datetime import timedelta

import pytest

from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep
from portal.operations import audit, authority, restore_runs, restores
from portal.store.models import AuditEntry, Restore, RoleHolding, Run, Server, Snapshot
from schemas.restore import DownloadForm, Place, ToServerForm
from schemas.run import RunSpec
from tests.support import copies, machines, mandates
from tests.support.machines import AT

REASON = "Berkas terhapus tanpa sengaja."
FILE, FOLDER, EMPTY = 3, 2, 5


@pytest.fixture
def copy(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    made = machines.backed_up(machines.approved(cast["sari"], cast["joko"], server), cast["agus"], settings)
    return copies.indexed(made, settings)


@pytest.fixture
def ask(copy, cast, settings):
    def asked(who="sari", entry=FILE, form=None, key="key-1"):
        form = form or DownloadForm(reason=REASON)
        return restores.ask(
            copy.server_id,
            copy.id,
            entry if isinstance(entry, list) else [entry],
            form,
            cast[who],
            key,
            at=AT,
            settings=settings,
        )

    return asked


def to_server(server_id: int) -> ToServerForm:
    return ToServerForm(reason=REASON, target_server_id=server_id, target_path="/srv/www/html")


@pytest.fixture
def approved(ask, cast):
    return restores.approve(ask().id, cast["joko"], at=AT)


@pytest.fixture
def run(approved, cast, settings):
    return restore_runs.start(approved.id, cast["sari"], "run-key-1", at=AT, settings=settings)


def test_it_notes_who_wants_what_and_why(ask, copy):
    restore = ask()
    assert restore.place["path"] == "/srv/www/html/beranda.html"
    assert (restore.size_bytes, restore.state, restore.archive) == (2048, "requested", "")
    entry = AuditEntry.get(AuditEntry.tag == "restore:requested")
    assert (entry.actor_name.startswith("Sari"), entry.data["note"]) == (True, REASON)
    assert audit.verify().ok


def test_it_takes_a_form_sent_twice_as_one_wish(ask):
    assert ask().id == ask().id
    assert Restore.select().count() == 1


def test_it_takes_wishes_only_of_those_who_may_look(ask):
    with pytest.raises(NotFound):
        ask("wulan")


@pytest.mark.parametrize("entry", [0, 99])
def test_it_takes_only_what_is_in_the_copy(ask, entry):
    with pytest.raises(NotFound):
        ask(entry=entry)


def test_it_lets_a_requester_have_data_back_only_on_the_server_they_came_from(ask, copy, cast, settings):
    other = machines.trusted(cast["agus"], cast["joko"], settings, name="Lain")
    with pytest.raises(InvalidInput) as refused:
        ask(form=to_server(other.id))
    assert "target_server_id" in refused.value.fields
    assert ask(form=to_server(copy.server_id)).target_server_id == copy.server_id
    assert ask("agus", form=to_server(other.id), key="key-2").target_server_id == other.id


def test_it_takes_no_server_whose_host_key_nobody_approved(ask, cast, settings):
    fresh = machines.enrolled(cast["agus"], settings, name="Baru")
    with pytest.raises(InvalidInput):
        ask("agus", form=to_server(fresh.id))


def test_it_takes_several_entries_as_one_download(ask):
    restore = ask(entry=[FILE, EMPTY, FILE])
    assert (restore.kind, restore.archive, restore.size_bytes, restore.file_count) == (
        "download",
        "zip",
        2048,
        1,
    )
    place = Place.model_validate(restore.place)
    assert place.path == "/srv/www/{html/beranda.html, kosong}"
    assert place.tops() == (b"/srv/www/html/beranda.html", b"/srv/www/kosong")
    assert AuditEntry.get(AuditEntry.tag == "restore:requested").data["path"] == place.path


def test_what_lies_in_a_ticked_folder_goes_with_it(ask):
    restore = ask(entry=[FILE, FOLDER])
    assert restore.place == {"path": "/srv/www/html", "path_base64": "", "entry_kind": "folder"}


@pytest.mark.parametrize("entries", [[], [FILE, 99], [0], list(range(1, 300))])
def test_it_takes_several_entries_only_of_the_copy(ask, entries):
    with pytest.raises(NotFound):
        ask(entry=entries)


def test_several_entries_go_to_no_server(ask, copy):
    with pytest.raises(InvalidInput) as refused:
        ask(entry=[FILE, EMPTY], form=to_server(copy.server_id))
    assert "kind" in refused.value.fields


def test_the_worker_refuses_a_selection_that_was_altered(ask, cast, settings):
    restore = restores.approve(ask(entry=[FILE, EMPTY]).id, cast["joko"], at=AT)
    run = restore_runs.start(restore.id, cast["sari"], "run-key-1", at=AT, settings=settings)
    authority.verify_run(run, at=AT)
    place = restore.place
    place["parts"][1]["path"] = "/etc"
    Restore.update(place=place).where(Restore.id == restore.id).execute()
    with pytest.raises(Forbidden, match="restore_changed"):
        authority.verify_run(Run.get_by_id(run.id), at=AT)


@pytest.mark.parametrize("who", ["sari", "agus", "ratna", "sri"])
def test_it_is_approved_by_the_kasubbid_alone(ask, cast, who):
    restore = ask()
    for decide in (
        lambda: restores.approve(restore.id, cast[who], at=AT),
        lambda: restores.refuse(restore.id, "tidak", cast[who], at=AT),
    ):
        with pytest.raises(Forbidden, match=r"restore\.approver"):
            decide()
    assert Restore.get().state == "requested"


def test_it_is_not_approved_by_an_administrator_who_is_kasubbid_too(ask, cast):
    RoleHolding.create(user=cast["joko"], role="administrator", since=AT)
    with pytest.raises(Forbidden, match=r"restore\.approver"):
        restores.approve(ask().id, cast["joko"], at=AT)


def test_it_is_never_approved_by_who_asked_for_it(ask, cast):
    with pytest.raises(Forbidden, match=r"restore\.own_wish"):
        restores.approve(ask("joko").id, cast["joko"], at=AT)


def test_it_is_decided_once(approved, cast):
    for again in (restores.approve, lambda *args, **kw: restores.refuse(args[0], "tidak", *args[1:], **kw)):
        with pytest.raises(StaleStep):
            again(approved.id, cast["joko"], at=AT)


def test_it_is_refused_with_a_reason(ask, cast):
    with pytest.raises(InvalidInput):
        restores.refuse(ask().id, "", cast["joko"], at=AT)
    assert restores.refuse(Restore.get().id, "Sudah ada.", cast["joko"], at=AT).state == "refused"


def test_it_does_not_start_before_it_is_approved(ask, cast, settings):
    restore = ask()
    with pytest.raises(Forbidden, match="restore_not_approved"):
        restore_runs.start(restore.id, cast["agus"], "k" * 16, at=AT, settings=settings)
    assert Run.select().where(Run.kind == "restore_download").count() == 0


def test_it_does_not_start_after_its_time(approved, cast, settings):
    with pytest.raises(Forbidden, match="restore_expired"):
        restore_runs.start(approved.id, cast["agus"], "k" * 16, at=AT + restores.VALID, settings=settings)


def test_it_is_started_by_who_may(ask, copy, cast, settings):
    restore = restores.approve(ask(form=to_server(copy.server_id)).id, cast["joko"], at=AT)
    for who, error in (("sari", Forbidden), ("joko", Forbidden), ("wulan", NotFound)):
        with pytest.raises(error):
            restore_runs.start(restore.id, cast[who], f"key-of-{who}", at=AT, settings=settings)
    run = restore_runs.start(restore.id, cast["agus"], "key-of-agus", at=AT, settings=settings)
    again = restore_runs.start(restore.id, cast["agus"], "another-key", at=AT, settings=settings)
    assert (run.kind, again.id) == ("restore_to_server", run.id)


def test_it_is_not_carried_out_by_who_decided_on_it(ask, cast, settings):
    """As the Kasubbid's deputy yesterday, as an administrator's today."""
    mandates.let(cast, "joko", role="subdivision_head", holder="joko", at=AT)
    wish = ask("sari")
    restores.approve(wish.id, cast["wulan"], at=AT)
    RoleHolding.create(user=cast["wulan"], role="administrator", since=AT)
    for deed in (lambda: restore_runs.start(wish.id, cast["wulan"], "two-hands-please", at=AT, settings=settings),
                 lambda: restore_runs.take(wish.id, cast["wulan"], at=AT, settings=settings)):  # fmt: skip
        with pytest.raises(Forbidden, match=r"restore.own_decision"):
            deed()
    restore = Restore.get_by_id(wish.id)
    assert not restore_runs.may_start(restore, cast["wulan"], AT)
    assert not restore_runs.may_take(restore, cast["wulan"], AT)
    assert restore_runs.start(wish.id, cast["agus"], "another-hand-here", at=AT, settings=settings).id


def test_the_worker_lets_an_approved_run_pass(run):
    authority.verify_run(run, at=AT)


CHANGES = {
    "other file": {"place": {"path": "/etc/shadow", "path_base64": "", "entry_kind": "file"}},
    "other kind": {"kind": "to_server"},
    "archive": {"archive": "tar"},
    "reason": {"reason": "lain"},
    "requester": {"requested_by": "wulan"},
    "longer": {"expires_at": AT + timedelta(days=300)},
    "target": {"target_path": "/root"},
    "seal": {"digest": "0" * 64},
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_the_worker_refuses_an_approval_that_was_altered(run, approved, cast, change):
    fields = {name: cast.get(value, value) if isinstance(value, str) else value
              for name, value in CHANGES[change].items()}  # fmt: skip
    Restore.update(**fields).where(Restore.id == approved.id).execute()
    with pytest.raises(Forbidden, match="restore_changed"):
        authority.verify_run(Run.get_by_id(run.id), at=AT)


def test_the_worker_refuses_an_order_that_the_approval_does_not_cover(run):
    """Even one with a right digest of its own: somebody wrote both."""
    spec = RunSpec.model_validate(run.spec)
    place = spec.restore.place.model_copy(update={"path": "/etc/shadow"})
    forged = spec.model_copy(update={"restore": spec.restore.model_copy(update={"place": place})})
    Run.update(spec=forged.model_dump(mode="json"), spec_digest=forged.digest()).where(
        Run.id == run.id
    ).execute()
    with pytest.raises(Forbidden, match="restore_changed"):
        authority.verify_run(Run.get_by_id(run.id), at=AT)


@pytest.mark.parametrize("field", ["snapshot_id", "manifest_sha256"])
def test_the_worker_refuses_an_order_for_another_copy(run, field):
    spec = RunSpec.model_validate(run.spec)
    forged = spec.model_copy(update={field: "ab" * 32})
    Run.update(spec=forged.model_dump(mode="json"), spec_digest=forged.digest()).where(
        Run.id == run.id
    ).execute()
    with pytest.raises(Forbidden, match="restore_changed"):
        authority.verify_run(Run.get_by_id(run.id), at=AT)


def test_the_worker_refuses_what_was_approved_by_who_asked(run, approved, cast):
    Restore.update(decided_by=cast["sari"]).where(Restore.id == approved.id).execute()
    with pytest.raises(Forbidden, match="restore_own"):
        authority.verify_run(Run.get_by_id(run.id), at=AT)


@pytest.mark.parametrize("state", ["requested", "refused", "done"])
def test_the_worker_refuses_what_is_not_approved_any_more(run, approved, state):
    Restore.update(state=state).where(Restore.id == approved.id).execute()
    with pytest.raises(Forbidden, match="restore_not_approved"):
        authority.verify_run(Run.get_by_id(run.id), at=AT)


def test_the_worker_refuses_a_run_after_the_time(run):
    authority.verify_run(run, at=AT + restores.VALID - timedelta(seconds=1))
    with pytest.raises(Forbidden, match="restore_expired"):
        authority.verify_run(run, at=AT + restores.VALID)


@pytest.mark.parametrize(
    "change", [{"host_key_state": "changed"}, {"address": "10.9.9.9"}, {"active": False}]
)
def test_the_worker_refuses_a_target_that_is_not_the_approved_machine(ask, copy, cast, settings, change):
    restore = restores.approve(ask(form=to_server(copy.server_id)).id, cast["joko"], at=AT)
    run = restore_runs.start(restore.id, cast["agus"], "key-of-agus", at=AT, settings=settings)
    authority.verify_run(run, at=AT)
    Server.update(**change).where(Server.id == copy.server_id).execute()
    with pytest.raises(Forbidden, match="server"):
        authority.verify_run(Run.get_by_id(run.id), at=AT)


def delivered(run, settings):
    folder = settings.var / "restore" / f"run-{run.id}"
    folder.mkdir(parents=True)
    (folder / "isi").write_bytes(b"isi")
    machines.finished(run, result={"name": "beranda.html", "size_bytes": 3, "sha256": "ab" * 32})
    return Restore.get()


def test_it_is_done_when_its_run_succeeded_and_serves_once(run, cast, settings):
    restore = delivered(run, settings)
    assert (restore.state, restore.run_id) == ("done", run.id)
    assert Snapshot.get().proven_at is None
    with pytest.raises(Forbidden, match="restore_not_approved"):
        restore_runs.start(restore.id, cast["sari"], "k" * 16, at=AT, settings=settings)


def test_it_stays_approved_when_its_run_failed(run, cast, settings):
    machines.finished(run, state="failed", code="restic.damaged")
    assert Restore.get().state == "approved"
    again = restore_runs.restart(Run.get_by_id(run.id), cast["sari"], "k" * 16, at=AT, settings=settings)
    assert again.id != run.id


def test_it_notes_each_time_the_file_is_taken(run, cast, settings):
    restore = delivered(run, settings)
    for who in ("sari", "agus"):
        path, name = restore_runs.take(restore.id, cast[who], at=AT, settings=settings)
        assert (path.read_bytes(), name) == (b"isi", "beranda.html")
    assert AuditEntry.select().where(AuditEntry.tag == "restore:taken").count() == 2
    for who, error in (("joko", Forbidden), ("tono", Forbidden), ("wulan", NotFound)):
        with pytest.raises(error):
            restore_runs.take(restore.id, cast[who], at=AT, settings=settings)


def test_it_says_so_when_the_file_is_gone(run, cast, settings):
    restore = delivered(run, settings)
    (settings.var / "restore" / f"run-{run.id}" / "isi").unlink()
    with pytest.raises(NotFound, match=r"restore\.no_file"):
        restore_runs.take(restore.id, cast["sari"], at=AT, settings=settings)
