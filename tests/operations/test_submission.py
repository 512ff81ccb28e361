from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from portal.errors import Forbidden, InvalidInput, NotFound, PortalError, StaleStep
from portal.operations import audit, submission
from portal.store import db
from portal.store.models import AuditEntry, BackupRequest, Disposition
from tests.support import desks
from tests.support.desks import FORM, MONDAY

LATER = MONDAY + timedelta(minutes=5)
LONG = 20_000

HOSTILE = {
    "markup": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE backup_request; --",
    "template": "{{ config }} {% raw %}",
    "format": "%s %n {0} {name}",
    "shell": "-oProxyCommand=x $(id) `id` | ; &",
    "lines": "satu\r\ndua\n\ttiga\n",
    "control": "a\x1b[31m\x07\x7f\u202eb",
    "scripts": "Ωμέγα 漢字 عربى 👩\u200d🔬 é",
    "spaces": "  \u00a0 ",
    "empty": "",
}
"""What is kept exactly as typed."""


def draft(cast, raw, key="k-1", who="sari"):
    return submission.create_draft(cast[who], key, raw, at=MONDAY)


def submit(row, cast, settings, *, raw=FORM, who="sari", revision=None, at=LATER):
    revision = row.revision if revision is None else revision
    return submission.submit(row.id, revision, cast[who], raw, at=at, settings=settings)


def kept(row) -> dict:
    return BackupRequest.get_by_id(row.id).draft


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
def test_it_keeps_what_was_typed_as_it_was_typed(cast, typed):
    raw = dict.fromkeys(
        ("name", "nip", "phone", "email", "folders", "reason", "date", "retention_days"), typed
    )
    row = draft(cast, raw | {"services": [typed, typed]})
    assert kept(row) == raw | {"services": [typed, typed]}
    assert submission.save_draft(row.id, cast["sari"], {"reason": typed}, at=LATER).draft == {"reason": typed}
    assert kept(row) == {"reason": typed}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"reason": "a\0b"}, {"reason": "a\ufffdb"}),
        ({"reason": "a\ud800b"}, {"reason": "a\ufffd\ufffd\ufffdb"}),
        ({"reason": "x" * (LONG + 1)}, {"reason": "x" * LONG}),
        ({"services": ["x"] * 201}, {"services": ["x"] * 200}),
        ({"reason": {"nested": 1}}, {"reason": ""}),
        ({"reason": None, "name": "A"}, {"name": "A"}),
        ({"retention_days": 30, "has_folder": True}, {"retention_days": "30", "has_folder": "on"}),
        ({"step": "closed", "id": "1", "requester": "2", "__class__": "x"}, {}),
        (None, {}),
        ([("name", "A")], {}),
        ("name=A", {}),
    ],
    ids=lambda value: str(value)[:30],
)
def test_it_keeps_a_draft_of_anything_at_all(cast, typed, expected):
    row = draft(cast, typed)
    assert kept(row) == expected
    assert (row.step, row.number) == ("submission", None)


def test_it_makes_one_draft_of_one_page(cast):
    first, second = draft(cast, {"reason": "a"}), draft(cast, {"reason": "ab"})
    assert first.id == second.id
    assert kept(first) == {"reason": "ab"}
    assert BackupRequest.select().count() == 1
    assert AuditEntry.select().where(AuditEntry.tag == "request:drafted").count() == 1
    assert draft(cast, {}, key="k-2").id != first.id


def test_it_makes_one_draft_of_one_page_saved_twice_at_once(cast):
    gate, found = threading.Barrier(6), []

    def save(number: int) -> None:
        with db.connection():
            gate.wait()
            found.append(draft(cast, {"reason": str(number)}).id)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found)), BackupRequest.select().count()) == (6, 1, 1)


def test_it_keeps_other_peoples_hands_off_a_draft(cast, settings):
    row = draft(cast, FORM)
    deeds = (
        lambda: draft(cast, {"reason": "milik saya"}, who="wulan"),
        lambda: submission.save_draft(row.id, cast["wulan"], {}, at=LATER),
        lambda: submission.save_draft(row.id, cast["bambang"], {}, at=LATER),
        lambda: submit(row, cast, settings, who="wulan"),
        lambda: submit(row, cast, settings, raw={"nip": "1"}, who="bambang"),
    )
    for deed in deeds:
        with pytest.raises(Forbidden):
            deed()
    fresh = BackupRequest.get_by_id(row.id)
    assert (fresh.draft, fresh.form, fresh.step, fresh.revision) == (row.draft, None, "submission", 0)


def test_it_knows_no_draft_that_is_not_there(cast, settings):
    with pytest.raises(NotFound):
        submission.save_draft(4711, cast["sari"], {}, at=LATER)
    with pytest.raises(NotFound):
        submission.submit(4711, 0, cast["sari"], FORM, at=LATER, settings=settings)


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"nip": "123"}, "nip", None),
        ({"email": "bukan surel"}, "email", None),
        ({"folders": "", "has_folder": "on"}, "folders", "field.required"),
        ({"has_folder": "", "folders": ""}, "targets", "form.no_target"),
        ({"services": []}, "services", "form.no_service"),
        ({"services": ["rm"]}, "services", None),
        ({"reason": "singkat"}, "reason", None),
        ({"reason": "<b>" + "x" * 3000}, "reason", None),
        ({"retention_days": "-1"}, "retention_days", None),
        ({"frequency": "sometimes"}, "frequency", None),
    ],
)
def test_it_keeps_the_draft_of_a_form_that_is_not_right(cast, settings, wrong, field, code):
    row = draft(cast, {"reason": "dulu"})
    typed = FORM | wrong
    with pytest.raises(InvalidInput) as refused:
        submit(row, cast, settings, raw=typed)
    assert set(refused.value.fields) == {field}
    assert code is None or refused.value.fields[field][0] == code
    fresh = BackupRequest.get_by_id(row.id)
    assert fresh.draft == typed
    assert (fresh.step, fresh.form, fresh.number, fresh.submitted_at, fresh.revision) == (
        "submission", None, None, None, 0)  # fmt: skip
    assert Disposition.select().count() == 0
    assert audit.verify().ok


def test_it_sends_the_form_to_the_head_of_the_unit(cast, settings):
    row = submit(draft(cast, {"reason": "dulu"}), cast, settings)
    assert (row.step, row.number, row.revision, row.submitted_at) == ("unit_note", "PB-2026-0001", 1, LATER)
    assert (row.form["folders"], row.form["phone"], row.form["retention_days"]) == (
        ["/srv/www"],
        "+6281234567890",
        30,
    )
    assert row.draft == FORM
    assert "/srv/www" in row.search
    assert FORM["nip"] in row.search
    assert audit.verify().ok


def test_it_sends_one_form_once(cast, settings):
    row = draft(cast, FORM)
    first, again = submit(row, cast, settings), submit(row, cast, settings, revision=0)
    assert (first.id, first.number, first.revision) == (again.id, again.number, again.revision)
    assert Disposition.select().count() == 1
    assert submit(draft(cast, FORM, key="k-2"), cast, settings).number == "PB-2026-0002"


def test_it_changes_nothing_that_was_sent(cast, settings):
    row = submit(draft(cast, FORM), cast, settings)
    other = FORM | {"reason": "Alasan yang lain sama sekali."}
    with pytest.raises(StaleStep):
        submission.save_draft(row.id, cast["sari"], other, at=LATER)
    for revision in (0, 1):
        with pytest.raises(PortalError):
            submit(row, cast, settings, raw=other, revision=revision)
    assert draft(cast, other).id == row.id
    fresh = BackupRequest.get_by_id(row.id)
    assert (fresh.draft, fresh.form, fresh.revision) == (row.draft, row.form, row.revision)


def test_it_takes_no_form_from_a_page_older_than_the_return(cast, settings):
    file = desks.file(settings, cast)
    file.act("bambang", "return", note="Perjelas.", marked_fields=("reason",))
    with pytest.raises(StaleStep) as refused:
        submit(file.row, cast, settings, raw=FORM | {"reason": "Dari tab yang lama."}, revision=0)
    assert refused.value.code == "request.stale_form"
    assert file.row.draft == FORM
    assert (file.row.step, file.row.number) == ("returned", "PB-2026-0001")


def test_it_keeps_the_draft_of_a_returned_form_apart_from_what_was_sent(cast, settings):
    file = desks.file(settings, cast)
    sent = file.row.form
    file.act("bambang", "return", note="Perjelas.", marked_fields=("reason",))
    submission.save_draft(file.request_id, cast["sari"], FORM | {"reason": "baru separuh"}, at=LATER)
    assert (file.row.draft["reason"], file.row.form) == ("baru separuh", sent)
