"""Taking a decision back: who may, until when, and that the file is then as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.errors import Forbidden, StaleStep, TransitionRefused
from portal.operations import audit, disposition, evaluation, office, papers
from portal.sop.evaluation.months import Month
from portal.store.models import AuditEntry, BackupRequest, Grant, Letter, OutboxEvent, RoleHolding
from portal.store.queries import dispositions
from tests.support import desks, machines

GROWING = {"revision", "updated_at"}


def state(row: BackupRequest) -> dict[str, object]:
    return {name: value for name, value in row.__data__.items() if name not in GROWING}


def register() -> list[tuple[str, int]]:
    rows = Letter.select().order_by(Letter.classification, Letter.sequence)
    return [(row.classification, row.sequence) for row in rows]


def test_it_puts_the_request_back_on_the_desk_as_it_was(cast, settings):
    file = desks.file(settings, cast)
    file.at += timedelta(hours=2)
    before = state(file.row)
    file.act("bambang", "forward", note="Mohon dibantu.")
    file.at += timedelta(minutes=1)
    undone = file.undo("bambang")
    assert state(undone) == before
    assert undone.revision == 3
    assert [row.action for row in file.dispositions] == ["submit", "forward", "undo"]
    last = file.dispositions[-1]
    assert (last.step, last.next_step, last.actor_id) == (
        "center_disposition",
        "unit_note",
        cast["bambang"].id,
    )
    assert [row.action for row in dispositions.of_request(file.request_id)] == ["submit"]
    assert AuditEntry.select().order_by(AuditEntry.sequence.desc()).first().tag == "request:undo"
    desks.assert_chained(file)
    assert audit.verify().ok


def test_the_month_that_was_counted_with_it_is_counted_anew(cast, settings):
    file = desks.file(settings, cast)
    file.act("bambang", "forward")
    month = Month.of(file.at)
    file.at = month.ends + timedelta(hours=1)
    with_it = evaluation.figures(month, at=file.at, settings=settings).sla.whole
    file.undo("bambang")
    assert evaluation.figures(month, at=file.at, settings=settings).sla.whole == with_it - 1


def test_only_who_decided_takes_it_back(cast, settings):
    file = desks.file(settings, cast)
    file.act("bambang", "forward")
    for who in ("hendro", "ratna", "sari", "wulan"):
        with pytest.raises(Forbidden) as refused:
            file.undo(who)
        assert refused.value.code == "undo.not_yours"
    assert file.row.step == "center_disposition"


def test_the_next_desk_has_opened_it(cast, settings):
    file = desks.file(settings, cast)
    file.act("bambang", "forward")
    assert file.open("hendro").opened_by_id == cast["hendro"].id
    with pytest.raises(TransitionRefused) as refused:
        file.undo("bambang")
    assert (refused.value.code, refused.value.context["by"]) == ("undo.opened", cast["hendro"].name)
    file.act("hendro", "forward")
    assert file.row.opened_at is None, "the next desk has not seen it yet"
    file.undo("hendro")
    with pytest.raises(TransitionRefused) as refused:
        file.undo("hendro")
    assert refused.value.code == "undo.nothing"


def test_who_has_no_say_at_the_desk_opens_nothing(cast, settings):
    file = desks.file(settings, cast)
    file.act("bambang", "forward")
    for who in ("bambang", "sari", "ratna", "agus", "tono"):
        assert file.open(who).opened_at is None, who
    file.undo("bambang")
    assert file.row.step == "unit_note"


def test_the_requester_is_the_next_desk_of_what_comes_back(cast, settings):
    file = desks.file(settings, cast)
    file.act("bambang", "return", note="Lengkapi.", marked_fields=("reason",))
    file.undo("bambang")
    assert (file.row.marked_fields, file.row.previous_form) == ([], None)
    file.act("bambang", "return", note="Lengkapi.", marked_fields=("reason",))
    assert file.open("sari").opened_by_id == cast["sari"].id
    with pytest.raises(TransitionRefused, match=r"undo\.opened"):
        file.undo("bambang")


def test_an_opening_stands_in_the_trail_once(cast, settings):
    file = desks.file(settings, cast)
    for _ in range(3):
        file.open("bambang")
    assert AuditEntry.select().where(AuditEntry.tag == "request:opened").count() == 1
    assert file.row.revision == 1


def test_somebody_decided_already(cast, settings):
    file = desks.file(settings, cast)
    sent = file.act("bambang", "forward").revision
    file.act("hendro", "forward")
    with pytest.raises(StaleStep) as refused:
        file.undo("bambang", revision=sent)
    assert (refused.value.code, refused.value.context["by"]) == ("undo.went_on", cast["hendro"].name)


def test_a_double_click_undoes_once(cast, settings):
    file = desks.file(settings, cast)
    sent = file.act("bambang", "forward").revision
    assert file.undo("bambang", revision=sent).revision == file.undo("bambang", revision=sent).revision
    assert len(file.dispositions) == 3


def test_a_requester_undoes_nothing(cast, settings):
    file = desks.file(settings, cast)
    with pytest.raises(TransitionRefused) as refused:
        file.undo("sari")
    assert refused.value.code == "undo.final"
    file.act("sari", "withdraw")
    with pytest.raises(TransitionRefused):
        file.undo("sari")


def test_who_lost_the_role_takes_nothing_back(cast, settings):
    file = desks.file(settings, cast)
    file.act("bambang", "forward")
    RoleHolding.update(until=file.at).where(RoleHolding.user == cast["bambang"]).execute()
    with pytest.raises(Forbidden) as refused:
        file.undo("bambang")
    assert refused.value.code == "chain.role"


def test_a_number_stays_with_its_request(cast, settings):
    file, other = desks.file(settings, cast), desks.file(settings, cast)
    file.act("bambang", "forward", note="Pertama.")
    number = file.letters["nota_dinas"]
    file.undo("bambang")
    assert "nota_dinas" not in papers.available(file.row)
    other.act("bambang", "forward")
    file.at += timedelta(hours=1)
    file.act("bambang", "forward", note="Kedua.")
    assert file.letters["nota_dinas"] == number
    assert register() == [("ND", 1), ("ND", 2)]
    letter = Letter.get(Letter.number == number)
    assert (letter.content["note"], letter.created_at, letter.withdrawn_at) == ("Kedua.", file.at, None)


def test_a_number_of_last_year_is_not_given_to_a_paper_of_this(cast, settings):
    file = desks.file(settings, cast)
    file.act("bambang", "forward")
    file.undo("bambang")
    file.at += timedelta(days=60)
    file.act("bambang", "forward")
    rows = [(row.year, row.sequence, row.withdrawn_at is None) for row in Letter.select().order_by(Letter.id)]
    assert rows == [(2026, 1, False), (2027, 1, True)]
    assert papers.available(file.row) == ["fm001", "nota_dinas"]


def test_a_grant_that_nothing_hangs_on_goes(cast, settings):
    file = desks.file(settings, cast).walk("specification_selection")
    before = state(file.row)
    file.act("joko", "approve", scope=file.scope())
    digest = Grant.get().digest
    assert state(file.undo("joko")) == before
    assert Grant.select().count() == 0
    assert file.dispositions[-1].data["grant"]["digest"] == digest, "what it was stays in the file"
    file.act("joko", "approve", scope=file.scope(term_months=6))
    assert Grant.select().count() == 1


def test_work_that_was_begun_is_not_taken_back(cast, settings):
    file = desks.file(settings, cast).walk("")
    file.at += timedelta(minutes=1)
    before = file.row
    machines.started(file.row, cast["agus"], settings, at=file.at)
    with pytest.raises(TransitionRefused) as refused:
        file.undo("agus")
    assert refused.value.code == "undo.work_begun"
    assert file.row.__data__ == before.__data__


def test_a_postponement_taken_back_was_never_one(cast, settings):
    file = desks.file(settings, cast).walk("")
    file.at += timedelta(minutes=20)
    before = state(file.row)
    file.act("agus", "postpone", note="Menunggu.", postponed_until="2026-12-01")
    file.at += timedelta(minutes=10)
    assert state(file.undo("agus")) == before
    assert not office.pauses(file.row.step_entered_at, dispositions.of_request(file.request_id))
    assert disposition.resume_postponed(file.at + timedelta(days=30)) == []


def test_what_was_decided_before_columns_were_kept_stands(cast, settings):
    file = desks.file(settings, cast)
    file.act("bambang", "forward")
    row = file.dispositions[-1]
    type(row).update(before=None).where(type(row).id == row.id).execute()
    with pytest.raises(TransitionRefused) as refused:
        file.undo("bambang")
    assert refused.value.code == "undo.final"


def test_nobody_is_told_any_more_of_what_was_taken_back(cast, settings):
    file = desks.file(settings, cast)
    file.act("bambang", "return", note="Lengkapi.", marked_fields=("reason",))
    waiting = OutboxEvent.select().where(OutboxEvent.key == f"news:{file.request_id}:2")
    assert waiting.count() == 1
    file.undo("bambang")
    assert waiting.count() == 0
    file.act("bambang", "forward")
    OutboxEvent.update(spread_at=file.at).execute()
    file.undo("bambang")
    assert OutboxEvent.select().where(OutboxEvent.key == f"desk:{file.request_id}:4").count() == 1
