"""Notes of the officials, and questions that the requester answers."""

from __future__ import annotations

import pytest

from portal.errors import Forbidden, NotFound, TransitionRefused
from portal.operations import audit, remarks
from portal.store.models import AuditEntry, OutboxEvent
from portal.store.queries import remarks as rows
from schemas.remark import AnswerForm, RemarkForm
from tests.support import desks


def said(kind: str = "question", text: str = "Server yang mana?", key: str = "kunci-tanya-1") -> RemarkForm:
    return RemarkForm(kind=kind, text=text, key=key)


def test_a_question_is_answered_and_both_are_told(cast, settings):
    file = desks.file(settings, cast)
    asked = remarks.write(file.request_id, said(), user=cast["bambang"], at=file.at)
    assert remarks.write(file.request_id, said(), user=cast["bambang"], at=file.at).id == asked.id, (
        "a double click"
    )
    done = remarks.answer(asked.id, AnswerForm(text="Server web."), user=cast["sari"], at=file.at)
    again = remarks.answer(asked.id, AnswerForm(text="Server web."), user=cast["sari"], at=file.at)
    assert (done.answer, again.answered_at) == ("Server web.", done.answered_at)
    with pytest.raises(TransitionRefused, match=r"remark\.answered"):
        remarks.answer(asked.id, AnswerForm(text="Yang lain."), user=cast["sari"], at=file.at)
    told = [
        (row.kind, row.recipient_id)
        for row in OutboxEvent.select()
        .where(OutboxEvent.kind.in_(["question", "answer"]))
        .order_by(OutboxEvent.id)
    ]
    assert told == [("question", cast["sari"].id), ("answer", cast["bambang"].id)]
    tags = [row.tag for row in AuditEntry.select().where(AuditEntry.tag.startswith("remark:"))]
    assert tags == ["remark:question", "remark:answered"]
    assert file.row.due_at == desks.file(settings, cast).row.due_at, "no clock stops for a question"
    assert audit.verify().ok


def test_a_note_stays_among_the_officials(cast, settings):
    file = desks.file(settings, cast)
    note = remarks.write(file.request_id, said("note"), user=cast["ratna"], at=file.at)
    assert rows.of_request(file.request_id, notes=False) == []
    assert [row.id for row in rows.of_request(file.request_id, notes=True)] == [note.id]
    with pytest.raises(NotFound):
        remarks.answer(note.id, AnswerForm(text="Apa?"), user=cast["sari"], at=file.at)
    assert OutboxEvent.select().where(OutboxEvent.kind == "question").count() == 0


def test_only_its_officials_write_and_only_its_requester_answers(cast, settings):
    file = desks.file(settings, cast)
    for number, who in enumerate(("sari", "sri", "tono", "wulan")):
        with pytest.raises(Forbidden, match=r"remark\.role"):
            remarks.write(file.request_id, said(key=f"kunci-lain-{number}"), user=cast[who], at=file.at)
    asked = remarks.write(file.request_id, said(), user=cast["agus"], at=file.at)
    for who in ("agus", "bambang", "wulan"):
        with pytest.raises(Forbidden):
            remarks.answer(asked.id, AnswerForm(text="Saya."), user=cast[who], at=file.at)


def test_nothing_is_asked_of_what_has_ended(cast, settings):
    file = desks.file(settings, cast)
    file.act("sari", "withdraw")
    with pytest.raises(TransitionRefused, match=r"remark\.ended"):
        remarks.write(file.request_id, said(), user=cast["bambang"], at=file.at)
    remarks.write(file.request_id, said("note", key="kunci-catatan"), user=cast["bambang"], at=file.at)
