"""The reply that ends nothing: a postponed request is told of by letter, stays open, and comes back by its date."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal.errors import Forbidden, NotFound, TransitionRefused
from portal.operations import (
    delivery,
    disposition,
    issued,
    notices,
    paper_preview,
    papers,
    replies,
    reply_desk,
    voids,
)
from portal.store.models import AuditEntry, IssuedPaper, Letter, OutboxEvent, OutboxMessage
from portal.store.queries import waiting
from tests.documents import reading
from tests.support import desks, mandates
from tests.support.desks import assert_chained

UNTIL = date(2026, 11, 26)
COMES_BACK = datetime(2026, 11, 26, 0, 30, tzinfo=UTC)
STEPS_OF = {"administrator": ["execution"], "admin_affairs_head": ["reply"]}
TELLS_AT = {"admin_affairs_head": ["execution"]}
REASON = "Penambahan disk gudang belum selesai."


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast).walk("execution")


@pytest.fixture
def postponed(file):
    file.act("agus", "postpone", note=REASON, postponed_until=UNTIL)
    return file


def desk(file, role: str) -> list[int]:
    found = waiting.parts([(role, None)], STEPS_OF, (), TELLS_AT)
    return waiting.order(found, 0, waiting.Moment(file.at, file.at))


def letters() -> list[tuple[str, str, bool]]:
    return [(row.kind, row.number, row.withdrawn_at is None) for row in Letter.select().order_by(Letter.id)][
        2:
    ]


def test_it_lies_on_the_desk_of_whoever_tells_until_it_is_told(postponed):
    assert desk(postponed, "admin_affairs_head") == desk(postponed, "administrator") == [postponed.request_id]
    postponed.act("dewi", "inform")
    assert desk(postponed, "admin_affairs_head") == []
    assert desk(postponed, "administrator") == [postponed.request_id]
    # One seat for two posts shows it once.
    both = waiting.parts([("administrator", None), ("admin_affairs_head", None)], STEPS_OF, (), TELLS_AT)
    assert [part for part in both if part.step == "execution"] == [waiting.Part("execution")]


def test_it_is_told_by_a_numbered_letter_and_stays_open(postponed):
    postponed.act("dewi", "inform", note="Kami mohon maaf.")
    row = postponed.row
    assert (row.step, row.outcome, row.closed_at, row.told_at) == ("execution", None, None, postponed.at)
    assert (row.paused_at, row.postponed_until) == (postponed.at, COMES_BACK)
    assert letters() == [("postponement", "001/PPIKSN/TI 00/XI/2026", True)]
    text = reading.text(papers.pdf(row, "postponement", postponed.settings))
    for words in ("001/PPIKSN/TI 00/XI/2026", "Penundaan Pelaksanaan Layanan Backup Server", REASON, row.number,
                  "26 November 2026", "23 November 2026", "Kami mohon maaf.", "Agus Riyadi", "Dewi",
                  "tetap terdaftar"):  # fmt: skip
        assert words in text, words
    assert "KONSEP" not in text
    frozen = IssuedPaper.get(IssuedPaper.kind == "postponement")
    assert frozen.post == "Kepala Bagian Tata Usaha"
    assert issued.document(frozen, postponed.settings) == papers.pdf(row, "postponement", postponed.settings)
    assert_chained(postponed)


def test_it_comes_back_by_its_date_and_its_desk_is_told(postponed):
    postponed.act("dewi", "inform")
    assert disposition.resume_postponed(COMES_BACK) == [postponed.request_id]
    row = postponed.row
    assert (row.step, row.paused_at, row.told_at) == ("execution", None, None)
    event = OutboxEvent.select().where(OutboxEvent.kind == "desk").order_by(OutboxEvent.id.desc()).get()
    assert (event.audience, event.facts["resumed"]) == ("administrator", True)
    assert notices.is_current(event)
    delivery.spread(COMES_BACK, ("mail",))
    told = {
        message.recipient.username for message in OutboxMessage.select().where(OutboxMessage.event == event)
    }
    assert told == {"agus", "yusuf"}


def test_the_requester_and_whoever_signs_are_told(postponed):
    waits = OutboxEvent.get(OutboxEvent.kind == "postponement")
    assert (waits.audience, notices.is_current(waits)) == ("admin_affairs_head", True)
    postponed.act("dewi", "inform")
    assert not notices.is_current(waits)
    news = [event.facts["news"] for event in OutboxEvent.select().where(OutboxEvent.kind == "news")]
    assert news[-2:] == ["postponed", "postponement_told"]


def test_a_postponement_that_is_taken_back_waits_for_no_letter(postponed):
    postponed.undo("agus")
    assert OutboxEvent.select().where(OutboxEvent.kind == "postponement").count() == 0
    with pytest.raises(TransitionRefused):
        postponed.act("dewi", "inform")


def test_it_is_told_once_for_each_date(postponed):
    postponed.act("dewi", "inform")
    with pytest.raises(TransitionRefused) as refused:
        postponed.act("dewi", "inform")
    assert refused.value.code == "guard.untold"
    postponed.act("agus", "postpone", note="Disk datang pekan depan.", postponed_until=date(2026, 12, 1))
    postponed.act("dewi", "inform")
    assert [number for _, number, _ in letters()] == ["001/PPIKSN/TI 00/XI/2026", "002/PPIKSN/TI 00/XI/2026"]
    text = reading.text(papers.pdf(postponed.row, "postponement", postponed.settings))
    assert "Disk datang pekan depan." in text
    assert "1 Desember 2026" in text
    assert REASON in reading.text(
        papers.letter_pdf(Letter.get(Letter.number.startswith("001/PPIKSN/TI")), postponed.settings)
    )


def test_only_what_lies_postponed_is_told_and_by_the_kabag_tu(file, cast):
    with pytest.raises(TransitionRefused):
        file.act("dewi", "inform")
    file.act("agus", "postpone", note=REASON, postponed_until=UNTIL)
    for who in ("agus", "joko", "ratna", "sari"):
        with pytest.raises(Forbidden):
            file.act(who, "inform")
    # Looking at it from there is no opening of the administrator's desk.
    assert file.open("dewi").opened_at is None
    assert file.undo("agus").paused_at is None


def test_its_words_are_drafted_and_put_into_better_ones(postponed, cast):
    opening, closing = replies.words(postponed.row, cast["dewi"], postponed.settings, at=postponed.at)
    assert REASON in opening
    assert "ditunda sampai 26 November 2026" in opening
    better = opening.replace("ditunda sampai", "terpaksa kami tunda sampai")
    reply_desk.save(
        postponed.request_id, cast["dewi"], (better, closing), at=postponed.at, settings=postponed.settings
    )
    draft = reading.text(
        paper_preview.preview(
            postponed.row, "postponement", cast["dewi"], postponed.settings, at=postponed.at
        )
    )
    assert "KONSEP" in draft
    assert "terpaksa kami tunda" in draft
    with pytest.raises(NotFound):
        paper_preview.preview(postponed.row, "reply", cast["dewi"], postponed.settings, at=postponed.at)
    postponed.act("dewi", "inform")
    assert "terpaksa kami tunda" in reading.text(
        papers.pdf(postponed.row, "postponement", postponed.settings)
    )
    assert AuditEntry.get(AuditEntry.tag == "request:inform").data["reply_changes"]
    # Another date has another draft, and so has the final reply.
    postponed.act("agus", "postpone", note="Lain.", postponed_until=date(2026, 12, 1))
    opening, _ = replies.words(postponed.row, cast["dewi"], postponed.settings, at=postponed.at)
    assert "terpaksa" not in opening


def test_the_final_reply_is_a_letter_of_its_own(postponed):
    postponed.act("dewi", "inform")
    postponed.act("agus", "follow_up")
    assert postponed.row.told_at is None
    postponed.prove()
    for who, action in (("agus", "report"), ("joko", "forward"), ("ratna", "forward"), ("dewi", "answer")):
        postponed.act(who, action)
    assert [kind for kind, _, _ in letters()] == ["postponement", "report", "reply"]
    assert papers.available(postponed.row)[3:6] == ["postponement", "report", "reply"]
    assert "disetujui dan telah dilaksanakan" in reading.text(
        papers.pdf(postponed.row, "reply", postponed.settings)
    )
    assert "tetap terdaftar" in reading.text(papers.pdf(postponed.row, "postponement", postponed.settings))
    assert_chained(postponed)


def test_it_is_taken_back_and_signed_anew_under_its_number(postponed):
    postponed.act("dewi", "inform")
    postponed.undo("dewi")
    assert postponed.row.told_at is None
    assert letters() == [("postponement", "001/PPIKSN/TI 00/XI/2026", False)]
    assert desk(postponed, "admin_affairs_head") == [postponed.request_id]
    postponed.act("dewi", "inform")
    assert letters() == [("postponement", "001/PPIKSN/TI 00/XI/2026", True)]


def test_it_becomes_void_and_is_replaced_like_any_letter(postponed, cast):
    postponed.act("dewi", "inform")
    letter = Letter.get(Letter.kind == "postponement")
    voids.void(letter.id, cast["dewi"], "Tanggalnya keliru.", at=postponed.at, settings=postponed.settings)
    stands = voids.replace(letter.id, cast["dewi"], at=postponed.at, settings=postponed.settings)
    assert stands.number == "002/PPIKSN/TI 00/XI/2026"
    assert REASON in reading.text(papers.letter_pdf(stands, postponed.settings))


def test_a_deputy_signs_for_the_kabag_tu(postponed, cast):
    mandates.let(cast, "dewi", role="admin_affairs_head", holder="dewi")
    postponed.act("wulan", "inform")
    text = reading.text(papers.pdf(postponed.row, "postponement", postponed.settings))
    assert "Plh. Kepala Bagian Tata Usaha" in text
    assert "menggantikan Dewi" in text
