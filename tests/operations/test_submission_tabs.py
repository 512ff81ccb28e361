"""One form in several tabs: nothing typed is taken for what was sent, and no old tab overwrites the newer state."""

from __future__ import annotations

import pytest

from portal.errors import StaleStep
from portal.operations import submission
from portal.store.models import BackupRequest
from tests.support import desks
from tests.support.desks import FORM, MONDAY


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast)


def save(file: desks.File, reason: str, revision: int) -> BackupRequest:
    form = {**FORM, "reason": reason}
    return submission.create_draft(file.cast["sari"], file.row.draft_key, form, at=MONDAY, revision=revision)


def submit(file: desks.File, reason: str, revision: int) -> BackupRequest:
    form = {**FORM, "reason": reason}
    return submission.submit(
        file.request_id, revision, file.cast["sari"], form, at=MONDAY, settings=file.settings
    )


def test_it_takes_no_other_form_for_the_one_that_was_sent(file):
    with pytest.raises(StaleStep, match=r"request.already_sent"):
        submit(file, "Alasan dari tab yang kedua.", 0)
    assert submit(file, FORM["reason"], 0).revision == 1, "the same form again is a double click"
    assert file.row.form["reason"] == FORM["reason"]


def test_it_keeps_nothing_of_a_tab_that_is_older_than_the_form(file):
    file.act("bambang", "return", marked_fields=("reason",), note="Jelaskan.")
    save(file, "Sudah diperbaiki.", 2)
    for stale in (lambda: save(file, "Lama.", 0), lambda: submit(file, "Alasan yang lama sekali.", 0)):
        with pytest.raises(StaleStep, match=r"request.stale_form"):
            stale()
    assert (file.row.step, file.row.draft["reason"]) == ("returned", "Sudah diperbaiki.")


def test_it_leaves_a_sent_form_untouched_by_autosave(file):
    kept = save(file, "Diganti sesudah dikirim.", 0)
    assert kept.step == "unit_note"
    assert file.row.draft["reason"] == FORM["reason"]


def test_it_finds_a_draft_by_what_is_typed(cast):
    draft = submission.create_draft(cast["sari"], "kunci-draf-baru", FORM, at=MONDAY)
    assert "situs laboratorium" in draft.search
