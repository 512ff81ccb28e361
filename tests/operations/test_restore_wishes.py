"""A restore that is asked for over the desks: chosen before it is sent, sealed at step 4, carried out at step 5, and
reported when it has ended well or cannot be done."""

from __future__ import annotations

import pytest

from portal.errors import Forbidden, InvalidInput, TransitionRefused
from portal.operations import authority, followups, papers, restore_runs, restore_wishes, restores, undoing
from portal.store.models import BackupRequest, Restore, Run, Snapshot
from schemas.followup import RequestKind
from schemas.restore import DownloadForm
from tests.documents import reading
from tests.support import copies, machines, mandates
from tests.support.followups import REASON, ask, service, walk

FILE, NOTHING = 3, 99


@pytest.fixture
def served(cast, settings):
    return service(settings, cast)


@pytest.fixture
def copy(served, settings):
    return copies.indexed(Snapshot.get(), settings)


@pytest.fixture
def wish(served, copy):
    def asked(entry=FILE, who="sari", **typed):
        chosen = {"snapshot": str(copy.id), "entry": str(entry), "target": "download", "archive": ""}
        return ask(served, "restore", who, **(chosen | typed))

    return asked


def refusal(deed):
    with pytest.raises((Forbidden, TransitionRefused)) as refused:
        deed()
    return refused.value.code


def field(deed):
    with pytest.raises(InvalidInput) as refused:
        deed()
    return {name: code for name, (code, _) in refused.value.fields.items()}


def start(file, who="agus", key="pemulihan-lewat-meja"):
    restore = restore_wishes.of_request(file.request_id)
    return restore_runs.start(restore.id, file.cast[who], key, at=file.at, settings=file.settings)


def done(file):
    """What a worker leaves of a restore that ended well."""
    run = start(file)
    machines.finished(run, at=file.at)
    Restore.update(state="done", done_at=file.at).execute()
    return run


def test_what_is_wanted_is_named_in_the_copys_own_words(wish, copy):
    form = wish().row.form
    assert (form["place"], form["entry_kind"], form["size_bytes"]) == (
        "/srv/www/html/beranda.html",
        "file",
        2048,
    )
    assert form["copied_at"] == copy.created_at.isoformat()
    assert Restore.select().count() == 0, "nothing waits beside the desks"


@pytest.mark.parametrize("typed", [{"entry": NOTHING}, {"entry": FILE, "snapshot": "999"}])
def test_only_what_is_in_a_copy_of_this_service_can_be_wanted(wish, typed):
    assert field(lambda: wish(**typed)) == {"entry": "followup.no_entry"}


def test_a_copy_of_another_service_is_none_of_its_copies(wish, served, copy, cast, settings):
    other = service(settings, cast, served.server)
    theirs = copies.indexed(Snapshot.select().order_by(Snapshot.id.desc()).first(), settings)
    assert theirs.run.backup_request_id == other.request_id
    assert field(lambda: wish(snapshot=str(theirs.id))) == {"entry": "followup.no_entry"}


@pytest.mark.parametrize(
    "typed", [{"target": "database"}, {"archive": "exe"}, {"snapshot": "x"}, {"reason": "ya"}]
)
def test_nonsense_is_told_by_its_field(wish, typed):
    assert set(field(lambda: wish(**typed))) == set(typed)


def test_the_approval_at_step_4_seals_it_and_the_follow_up_lets_it_run(wish, cast):
    asked = walk(wish(), "specification_selection")
    assert restore_wishes.of_request(asked.request_id) is None
    asked.act("joko", "approve")
    restore = restore_wishes.of_request(asked.request_id)
    assert (restore.state, restore.decided_by_id, restore.requested_by_id) == (
        "approved",
        cast["joko"].id,
        cast["sari"].id,
    )
    for who in ("agus", "sari"):
        assert refusal(lambda who=who: start(asked, who)) == "authority.not_followed_up"
    asked.act("agus", "follow_up")
    run = start(asked)
    authority.verify_run(Run.get_by_id(run.id), at=asked.at)
    assert run.spec["restore"]["place"]["path"] == "/srv/www/html/beranda.html"


def test_a_deputy_for_step_4_alone_seals_it(wish, copy, cast):
    mandates.let(cast, "joko", role="subdivision_head", holder="joko", extent="steps",
                 steps=("specification_selection",))  # fmt: skip
    file = walk(wish(), "specification_selection")
    file.act("wulan", "approve")
    restore = restore_wishes.of_request(file.request_id)
    assert (restore.state, restore.decided_by_id) == ("approved", cast["wulan"].id)
    other = restores.ask(copy.server_id, copy.id, [FILE], DownloadForm(reason=REASON), cast["sari"],
                         "lain-dari-permohonan", at=file.at, settings=file.settings)  # fmt: skip
    assert refusal(lambda: restores.approve(other.id, cast["wulan"], at=file.at)) == "restore.approver"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"step": "withdrawn"}, "authority.withdrawn"),
        ({"followed_up_at": None}, "authority.not_followed_up"),
    ],
)
def test_the_worker_refuses_it_when_its_request_does_not_carry_it(wish, fields, code):
    asked = walk(wish())
    run = start(asked)
    BackupRequest.update(fields).where(BackupRequest.id == asked.request_id).execute()
    assert refusal(lambda: authority.verify_run(Run.get_by_id(run.id), at=asked.at)) == code


def test_it_rests_while_the_request_does(wish):
    asked = walk(wish())
    until = asked.at.date().replace(day=28)
    asked.act("agus", "postpone", note="Server tujuan mati.", postponed_until=until)
    assert refusal(lambda: start(asked)) == "authority.postponed"


def test_one_that_is_asked_for_by_itself_needs_no_request(wish, served, copy, cast, settings):
    """The short way stays as it was."""
    walk(wish())

    own = restores.ask(copy.server_id, copy.id, [FILE], DownloadForm(reason=REASON), cast["sari"], "k" * 20,
                       at=served.at, settings=settings)  # fmt: skip
    restores.approve(own.id, cast["joko"], at=served.at)
    restore_runs.start(own.id, cast["sari"], "r" * 20, at=served.at, settings=settings)


def test_it_is_reported_when_it_has_ended_well(wish):
    asked = walk(wish())
    assert refusal(lambda: asked.act("agus", "report")) == "guard.proven"
    done(asked)
    asked.act("agus", "report")
    assert asked.row.step == "subdivision_report"


def test_what_cannot_be_done_is_reported_with_its_reason_and_the_letters_say_so(wish):
    asked = walk(wish())
    assert refusal(lambda: asked.act("agus", "report", impossible=True)) == "guard.proven", (
        "not without a reason"
    )
    asked.act("agus", "report", impossible=True, note="Server tujuan sudah tidak ada.")
    for who, action in (("joko", "forward"), ("ratna", "forward"), ("dewi", "answer"), ("sari", "receive")):
        asked.act(who, action)
    letters = {
        name: reading.text(papers.pdf(asked.row, name, asked.settings))
        for name in ("reply", "receipt", "report")
    }
    assert "Server tujuan sudah tidak ada." in letters["reply"]
    assert "Pemulihan Data Layanan Backup Server" in letters["report"]
    for name in ("reply", "receipt"):
        assert "tidak dapat dilaksanakan" in letters[name].lower(), name
        assert "telah dilaksanakan" not in letters[name], name


def test_nothing_else_can_be_called_impossible(served):
    asked = walk(ask(served, "termination", ends_on="2026-11-25"))
    assert refusal(lambda: asked.act("agus", "report", impossible=True, note="Tidak bisa.")) == "guard.proven"


def test_the_letters_say_what_came_back(wish):
    asked = walk(wish())
    done(asked)
    for who, action in (("agus", "report"), ("joko", "forward"), ("ratna", "forward"), ("dewi", "answer")):
        asked.act(who, action)
    letter = reading.text(papers.pdf(asked.row, "reply", asked.settings))
    assert "/srv/www/html/beranda.html" in letter.replace("- ", "")
    assert "telah dilaksanakan" in letter


def test_an_approval_that_is_taken_back_leaves_no_restore(wish):
    asked = walk(wish(), "execution")
    undoing.undo(asked.request_id, asked.row.revision, user=asked.cast["joko"], at=asked.at)
    assert Restore.select().count() == 0
    asked.act("joko", "approve")
    assert Restore.select().count() == 1


def test_copies_of_a_service_that_ended_can_still_come_back(wish, served):
    walk(ask(served, "termination", ends_on=served.at.date().isoformat()))
    asked = walk(wish())
    assert asked.row.kind == RequestKind.RESTORE
    start(asked)
    assert followups.open_for(BackupRequest.get_by_id(served.request_id), at=served.at) == ()
