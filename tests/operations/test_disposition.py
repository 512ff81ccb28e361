"""The desk along the SOP's arrows: granted, refused, returned, withdrawn."""

from __future__ import annotations

import pytest

from portal.errors import Forbidden, TransitionRefused
from portal.operations import audit, disposition, submission
from portal.store.models import Grant, Letter
from tests.support import desks
from tests.support.desks import assert_chained, path


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast)


@pytest.fixture(autouse=True)
def sound_trail(database):
    """Whatever a test does on the desks, the trail verifies after it."""
    yield
    assert audit.verify().ok


def test_it_walks_a_granted_request_from_the_form_to_the_receipt(file, cast):
    file.walk("").prove()
    assert path(file) == [
        ("submission", "submit", "unit_note", "requester"),
        ("unit_note", "forward", "center_disposition", "unit_head"),
        ("center_disposition", "forward", "policy_selection", "center_head"),
        ("policy_selection", "approve", "specification_selection", "division_head"),
        ("specification_selection", "approve", "execution", "subdivision_head"),
        ("execution", "follow_up", "execution", "administrator"),
    ]
    assert file.row.followed_up_at == desks.MONDAY
    assert set(file.letters) == {"nota_dinas", "disposition"}
    file.act("agus", "report", note="Salinan terbukti.")
    file.act("joko", "forward")
    assert file.row.outcome is None
    file.act("ratna", "forward")
    assert (file.row.step, file.row.outcome) == ("reply", "granted")
    file.act("dewi", "answer")
    file.act("sari", "receive")
    row = file.row
    assert (row.step, row.closed_at, row.due_at, row.outcome) == ("closed", file.at, None, "granted")
    assert list(file.letters) == ["nota_dinas", "disposition", "report", "reply", "receipt"]
    assert [row.actor_id for row in file.dispositions] == [
        cast[who].id
        for who in "sari bambang hendro ratna joko agus agus joko ratna dewi sari".split()  # noqa: SIM905
    ]
    assert_chained(file)


def test_it_reports_nothing_that_is_not_proven(file):
    file.walk("")
    with pytest.raises(TransitionRefused) as refused:
        file.act("agus", "report")
    assert refused.value.code == "guard.proven"
    assert file.row.step == "execution"
    assert "report" not in file.letters


def test_it_sends_a_refusal_by_policy_to_the_reply(file):
    file.walk("policy_selection")
    with pytest.raises(TransitionRefused) as refused:
        file.act("ratna", "refuse")
    assert refused.value.code == "chain.note_required"
    file.act("ratna", "refuse", note="Tidak sesuai kebijakan.")
    assert (file.row.step, file.row.outcome) == ("reply", "refused")
    file.act("dewi", "answer")
    file.act("sari", "receive")
    assert (file.row.step, file.row.outcome) == ("closed", "refused")
    assert list(file.letters) == ["nota_dinas", "disposition", "reply", "receipt"]
    assert Grant.select().count() == 0
    assert_chained(file)


def test_it_sends_a_refusal_by_specification_back_to_the_kabid_who_sends_it_on(file):
    file.walk("specification_selection")
    file.act("joko", "refuse", note="Server tidak terjangkau.")
    assert (file.row.step, file.row.outcome) == ("refusal_review", "refused")
    for who in ("joko", "dewi"):
        with pytest.raises((Forbidden, TransitionRefused)):
            file.act(who, "answer" if who == "dewi" else "refuse", note="x")
    file.act("ratna", "refuse")
    assert (file.row.step, file.row.outcome) == ("reply", "refused")
    assert Grant.select().count() == 0
    assert_chained(file)


def test_it_lets_the_kabid_disagree_with_a_refusal_giving_a_reason(file):
    file.walk("specification_selection")
    file.act("joko", "refuse", note="Server tidak terjangkau.")
    with pytest.raises(TransitionRefused) as refused:
        file.act("ratna", "approve")
    assert refused.value.code == "chain.note_required"
    file.act("ratna", "approve", note="Sudah dibuka jaringannya.")
    assert (file.row.step, file.row.outcome) == ("specification_selection", None)
    file.act("joko", "approve", scope=file.scope())
    assert (file.row.step, file.row.outcome) == ("execution", None)
    assert Grant.get().backup_request_id == file.request_id
    assert [row.note for row in file.dispositions][4:6] == [
        "Server tidak terjangkau.",
        "Sudah dibuka jaringannya.",
    ]
    assert_chained(file)


def test_it_returns_a_form_with_the_fields_to_mend_and_takes_it_again(file, cast):
    number, first = file.row.number, file.row.form
    for sent, code in (({"marked_fields": ("reason",)}, "chain.note_required"),
                       ({"note": "Perjelas."}, "guard.fields_marked"),
                       ({"note": "Perjelas.", "marked_fields": ("step",)}, "guard.fields_marked")):  # fmt: skip
        with pytest.raises(TransitionRefused) as refused:
            file.act("bambang", "return", **sent)
        assert refused.value.code == code
    file.act("bambang", "return", note="Perjelas.", marked_fields=("reason",))
    row = file.row
    assert (row.step, row.marked_fields, row.previous_form, row.due_at) == (
        "returned",
        ["reason"],
        first,
        None,
    )
    mended = {**desks.FORM, "reason": "Alasan yang jauh lebih jelas."}
    submission.submit(row.id, row.revision, cast["sari"], mended, at=file.at, settings=file.settings)
    row = file.row
    assert (row.step, row.number, row.marked_fields) == ("unit_note", number, [])
    assert row.form["reason"] == "Alasan yang jauh lebih jelas."
    file.act("bambang", "forward")
    assert_chained(file)


STEPS_BEFORE_EXECUTION = [
    "unit_note",
    "center_disposition",
    "policy_selection",
    "specification_selection",
    "execution",
]


@pytest.mark.parametrize("step", STEPS_BEFORE_EXECUTION)
def test_it_can_be_withdrawn_until_execution_begins(file, step):
    file.walk(step)
    assert "withdraw" in {row.action for row in disposition.available(file.row, file.cast["sari"], file.at)}
    file.act("sari", "withdraw")
    assert (file.row.step, file.row.closed_at, file.row.due_at) == ("withdrawn", file.at, None)
    assert disposition.available(file.row, file.cast["sari"], file.at) == ()
    assert_chained(file)


def test_it_can_be_withdrawn_while_a_refusal_is_reviewed_and_when_returned(file, cast, settings):
    file.walk("specification_selection").act("joko", "refuse", note="Tidak.")
    file.act("sari", "withdraw")
    assert file.row.step == "withdrawn"
    other = desks.file(settings, cast)
    other.act("bambang", "return", note="Perjelas.", marked_fields=("reason",))
    other.act("sari", "withdraw")
    assert other.row.step == "withdrawn"


def test_it_cannot_be_withdrawn_once_execution_began(file):
    file.walk("")
    assert disposition.available(file.row, file.cast["sari"], file.at) == ()
    with pytest.raises(TransitionRefused) as refused:
        file.act("sari", "withdraw")
    assert refused.value.code == "guard.not_begun"
    file.prove().act("agus", "report")
    for who, step in (("joko", "subdivision_report"), ("ratna", "division_report"), ("dewi", "reply")):
        assert file.row.step == step
        with pytest.raises(TransitionRefused) as refused:
            file.act("sari", "withdraw")
        assert refused.value.code == "chain.no_such_action"
        file.act(who, "answer" if who == "dewi" else "forward")


def test_it_numbers_requests_and_letters_without_gaps(cast, settings):
    files = [desks.file(settings, cast) for _ in range(4)]
    assert [file.row.number for file in files] == [f"PB-2026-{n:04d}" for n in range(1, 5)]
    for file in files:
        with pytest.raises(TransitionRefused):
            file.act("bambang", "return")
    # A decision that fails takes no number with it; those signed follow each other in the order of signing.
    for file in reversed(files):
        file.act("bambang", "forward")
    numbers = list(Letter.select().where(Letter.classification == "ND").order_by(Letter.id))
    assert [letter.sequence for letter in numbers] == [1, 2, 3, 4]
    assert [letter.backup_request_id for letter in numbers] == [file.request_id for file in reversed(files)]
    assert len({letter.number for letter in numbers}) == 4
    assert "/PRTRN/" in numbers[0].number
