"""Drafts that are never lost, and FM 001 on its way to the head of the unit."""

from __future__ import annotations

import pytest

from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep
from portal.operations import submission
from portal.store.models import AuditEntry, BackupRequest, Disposition
from tests.support.chain import FORM, Way, new_key

HOSTILE = {
    "name": "<script>",
    "nip": "$(reboot)",
    "reason": "a\0b\ud800",
    "folders": "-oProxyCommand=x\n" * 5,
}


@pytest.fixture
def way(cast, settings) -> Way:
    return Way(cast, settings)


def create(way: Way, key: str = "kunci-sama", **changes):
    return submission.create_draft(way.cast["sari"], key, {**FORM, **changes}, at=way.at)


def submit(way: Way, revision: int, **changes) -> BackupRequest:
    raw = {**way.form, **changes}
    return submission.submit(way.id, revision, way.cast["sari"], raw, at=way.at, settings=way.settings)


def test_it_keeps_a_draft_as_it_was_typed(way):
    draft = create(way, **HOSTILE)
    kept = BackupRequest.get_by_id(draft.id)
    assert kept.draft["nip"] == "$(reboot)"
    assert kept.draft["reason"] == "a\ufffdb\ufffd\ufffd\ufffd"
    assert (kept.step, kept.number, kept.form, kept.submitted_at) == ("submission", None, None, None)
    assert [entry.tag for entry in AuditEntry.select()] == ["request:drafted"]


def test_it_makes_one_draft_of_one_page(way):
    assert create(way, reason="satu").id == create(way, reason="dua").id
    assert BackupRequest.get().draft["reason"] == "dua"


def test_it_finds_a_draft_by_what_is_typed(way):
    assert "situs laboratorium" in create(way).search


def test_it_gives_nobody_the_draft_of_another(way):
    create(way)
    with pytest.raises(Forbidden, match=r"request.not_yours"):
        submission.create_draft(way.cast["wulan"], "kunci-sama", FORM, at=way.at)
    with pytest.raises(Forbidden, match=r"request.not_yours"):
        submission.save_draft(BackupRequest.get().id, way.cast["wulan"], FORM, at=way.at)
    assert BackupRequest.get().requester_id == way.cast["sari"].id


def test_it_sends_the_form_and_numbers_it(way):
    way.send()
    row = way.row
    assert (row.step, row.number, row.revision) == ("unit_note", "PB-2026-0001", 1)
    assert row.form["phone"] == "+6281234567890"
    assert row.form["folders"] == ["/srv/www"]
    assert row.submitted_at == way.at
    assert row.due_at > way.at
    decision = Disposition.get()
    assert (decision.revision, decision.step, decision.action) == (0, "submission", "submit")


def test_it_numbers_through_the_year_and_begins_again(way, cast, settings):
    numbers = [Way(cast, settings).send().row.number for _ in range(3)]
    numbers.append(Way(cast, settings).later(days=60).send().row.number)
    assert numbers == ["PB-2026-0001", "PB-2026-0002", "PB-2026-0003", "PB-2027-0001"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "field.required"),
        ("name", "x" * 121, "text.too_long"),
        ("nip", "123", "nip.length"),
        ("phone", "12", "phone.invalid"),
        ("email", "-oProxyCommand=x", "email.invalid"),
        ("server_name", "satu\ndua", "text.newline"),
        ("server_name", "a\0b", "text.control_character"),
        ("folders", "/srv/../etc", "path.parent"),
        ("folders", "/srv/a\x07b", "text.control_character"),
        ("services", [], "form.no_service"),
        ("services", ["everything"], "form.choice"),
        ("frequency", "hourly", "form.choice"),
        ("retention_days", "=1+1", "retention.kind"),
        ("retention_days", "5", "retention.range"),
        ("reason", "pendek", "text.too_short"),
        ("date", "kemarin", "form.date"),
    ],
)
def test_it_names_the_field_that_is_wrong_and_keeps_all_that_was_typed(way, field, value, code):
    way.draft()
    with pytest.raises(InvalidInput) as caught:
        submit(way, 0, **{field: value})
    assert caught.value.fields[field][0] == code
    row = way.row
    assert (row.step, row.revision, row.form, row.number) == ("submission", 0, None, None)
    assert row.draft[field] == (value.replace("\0", "\ufffd") if isinstance(value, str) else value)
    assert row.draft["reason"] or field == "reason"


def test_it_takes_dangerous_names_as_names(way):
    way.send(server_name="=HYPERLINK(1)", folders="/srv/$(reboot)\n/srv/-rf <b>")
    assert way.row.form["folders"] == ["/srv/$(reboot)", "/srv/-rf <b>"]


def test_it_asks_for_something_to_keep(way):
    way.draft()
    with pytest.raises(InvalidInput) as caught:
        submit(way, 0, has_server="", has_folder="", server_name="", folders="")
    assert caught.value.fields["targets"][0] == "form.no_target"


def test_it_sends_once_when_clicked_twice(way):
    way.send()
    again = submit(way, 0)
    assert (again.revision, again.number) == (1, "PB-2026-0001")
    assert Disposition.select().count() == 1


def test_it_takes_no_other_form_for_the_one_that_was_sent(way):
    """Two tabs of one draft: what the second one holds was not sent, and it says so."""
    way.send()
    with pytest.raises(StaleStep, match=r"request.already_sent"):
        submit(way, 0, reason="Alasan dari tab yang kedua.")
    assert way.row.form["reason"] == FORM["reason"]


def test_it_changes_nothing_that_was_sent(way):
    way.send()
    with pytest.raises(StaleStep, match=r"request.already_sent"):
        submission.save_draft(way.id, way.cast["sari"], {**FORM, "reason": "Lain."}, at=way.at)
    kept = submission.create_draft(
        way.cast["sari"], way.row.draft_key, {**FORM, "reason": "Lain."}, at=way.at
    )
    assert kept.step == "unit_note"
    assert way.row.draft["reason"] == FORM["reason"]


def test_it_lets_a_returned_form_be_mended_and_sent_again(way):
    way.send().act("bambang", "return", marked_fields=("reason",), note="Jelaskan.")
    way.send(reason="Situs dipakai setiap hari; bila hilang, layanan berhenti.")
    row = way.row
    assert (row.step, row.number, row.revision) == ("unit_note", "PB-2026-0001", 3)
    assert row.previous_form["reason"] == FORM["reason"]
    assert row.form["reason"].startswith("Situs dipakai")
    assert row.marked_fields == []


def test_it_lets_an_old_tab_overwrite_nothing(way):
    """A tab from before the form came back holds what the head of the unit sent back."""
    way.send().act("bambang", "return", marked_fields=("reason",), note="Jelaskan.")
    key = way.row.draft_key
    submission.create_draft(
        way.cast["sari"], key, {**FORM, "reason": "Sudah diperbaiki."}, at=way.at, revision=2
    )
    with pytest.raises(StaleStep, match=r"request.stale_form"):
        submission.create_draft(way.cast["sari"], key, {**FORM, "reason": "Lama."}, at=way.at, revision=0)
    with pytest.raises(StaleStep, match=r"request.stale_form"):
        submit(way, 0, reason="Alasan yang lama sekali.")
    assert way.row.draft["reason"] == "Sudah diperbaiki."
    assert way.row.step == "returned"


def test_it_sends_for_nobody_else(way):
    way.draft()
    with pytest.raises(Forbidden, match=r"request.not_yours"):
        submission.submit(way.id, 0, way.cast["wulan"], FORM, at=way.at, settings=way.settings)
    with pytest.raises(NotFound):
        submission.submit(999_999, 0, way.cast["sari"], FORM, at=way.at, settings=way.settings)


def test_it_keeps_the_unit_of_whoever_filed_it(way):
    way.send()
    assert way.row.unit.code == "PRTRN"
    assert new_key() != new_key()
