"""The words of a reply: drafted from the decision, changed by the Kabag TU, frozen by the signature."""

from __future__ import annotations

import pytest

from portal.errors import InvalidInput, NotFound
from portal.operations import paper_preview, papers, replies, reply_desk
from portal.store.models import AuditEntry, Letter, ReplyDraft
from tests.documents import reading
from tests.support import desks

OPENING = "Sehubungan dengan permohonan Saudara, bersama ini kami sampaikan bahwa permohonan belum dapat kami setujui."


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast).walk("policy_selection")


def refused(file: desks.File) -> desks.File:
    file.act("ratna", "refuse", note="Di luar kebijakan kawasan.")
    return file


def granted(file: desks.File) -> desks.File:
    file.walk("").prove()
    for who, action in (("agus", "report"), ("joko", "forward"), ("ratna", "forward")):
        file.act(who, action)
    return file


def words(file: desks.File) -> replies.Words:
    return replies.words(file.row, file.cast["dewi"], file.settings, at=file.at)


def save(file: desks.File, opening: str, closing: str = "Terima kasih.", who: str = "dewi"):
    return reply_desk.save(
        file.request_id, file.cast[who], (opening, closing), at=file.at, settings=file.settings
    )


def test_it_drafts_from_the_decision(file):
    opening, closing = words(refused(file))
    assert "belum dapat disetujui" in opening
    assert "Di luar kebijakan kawasan." in opening
    assert file.letters["nota_dinas"] in opening
    assert "terima kasih" in closing


def test_it_drafts_what_was_granted(file):
    opening, closing = words(granted(file))
    assert opening.endswith("disetujui dan telah dilaksanakan, dengan hasil sebagai berikut:")
    assert file.letters["report"] in closing


def test_it_prints_what_was_put_in_its_place_and_freezes_it(file):
    save(refused(file), OPENING)
    draft = reading.text(
        paper_preview.preview(file.row, "reply", file.cast["dewi"], file.settings, at=file.at)
    )
    assert OPENING in draft
    assert "KONSEP" in draft
    file.act("dewi", "answer")
    text = reading.text(papers.pdf(file.row, "reply", file.settings))
    assert OPENING in text
    assert "Di luar kebijakan kawasan." not in text
    assert Letter.get(Letter.kind == "reply").content["opening"] == OPENING
    told = AuditEntry.get(AuditEntry.tag == "request:answer").data["reply_changes"]
    assert f"+{OPENING}" in told
    assert any(line.startswith("-Menindaklanjuti") for line in told)


def test_it_signs_the_draft_where_nobody_changed_it(file):
    opening, _ = words(granted(file))
    file.act("dewi", "answer")
    assert Letter.get(Letter.kind == "reply").content["opening"] == opening
    assert "reply_changes" not in AuditEntry.get(AuditEntry.tag == "request:answer").data


def test_it_goes_back_to_the_draft(file):
    drafted = words(refused(file))
    save(file, OPENING)
    save(file, *drafted)
    assert ReplyDraft.select().count() == 0
    assert words(file) == drafted


def test_words_for_a_refusal_do_not_go_out_with_what_was_granted_after_all(file):
    save(refused(file), OPENING)
    file.undo("ratna")
    drafted = words(granted(file))
    assert drafted[0].endswith("disetujui dan telah dilaksanakan, dengan hasil sebagai berikut:")
    draft = paper_preview.preview(file.row, "reply", file.cast["dewi"], file.settings, at=file.at)
    assert OPENING not in reading.text(draft)
    file.act("dewi", "answer")
    assert Letter.get(Letter.kind == "reply").content["opening"] == drafted[0]


@pytest.mark.parametrize(("opening", "closing", "field"), [("", "x", "opening"), ("x" * 4001, "", "opening"),
                                                           (OPENING, "x" * 2001, "closing")])  # fmt: skip
def test_it_has_room_for_a_letter_and_no_more(file, opening, closing, field):
    refused(file)
    with pytest.raises(InvalidInput) as refusal:
        save(file, opening, closing)
    assert set(refusal.value.fields) == {field}


def test_it_is_written_by_whoever_signs_it_and_only_now(file):
    with pytest.raises(NotFound):
        save(file, OPENING)
    refused(file)
    for who in ("sari", "ratna", "joko", "tono"):
        with pytest.raises(NotFound):
            save(file, OPENING, who=who)
    file.act("dewi", "answer")
    with pytest.raises(NotFound):
        save(file, OPENING)


def test_it_takes_markup_for_text(file):
    save(refused(file), f"<b>{OPENING}</b> {{{{ paper }}}}")
    file.act("dewi", "answer")
    assert "<b>Sehubungan" in reading.text(papers.pdf(file.row, "reply", file.settings))
