"""Long lists read by indexes say the same as reading everything would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from portal.store import db, request_words
from portal.store.models import BackupRequest
from portal.store.queries import requests, waiting, words
from portal.store.queries.requests import Filter, Reader

AT = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
MOMENT = waiting.Moment(AT, AT + timedelta(hours=12))
STEPS = {"subdivision_head": ["specification_selection", "subdivision_report"], "unit_head": ["unit_note"]}


@pytest.fixture
def many(cast):
    """Requests of two people and units at all steps, due, overdue, paused, without a due time."""
    dice = Random(7)
    for number in range(120):
        who = cast[dice.choice(("sari", "wulan", "joko"))]
        due = dice.choice((None, *(AT + timedelta(hours=hours) for hours in range(-30, 40, 3))))
        BackupRequest.create(
            number=f"PB-2026-{number:04d}", requester=who, unit=who.unit_id, sop_version="1", due_at=due,
            step=dice.choice((*STEPS["subdivision_head"], "unit_note", "execution")), draft_key=f"kunci-{number}",
            paused_at=AT if dice.random() < 0.2 else None, submitted_at=AT,
            updated_at=AT - timedelta(hours=number // 3),
            search=f"{who.name}\n/srv/folder-{number % 17}\nalasan nomor{number:03d}".lower())  # fmt: skip
    return cast


def naive(desk, user_id, text=""):
    """What everything that waits would be shown as, read row by row."""

    def group(row):
        if row.paused_at:
            return "paused"
        if row.due_at is None or row.due_at >= MOMENT.day_ends:
            return "later"
        return "late" if row.due_at < AT else "today"

    found = [
        row
        for row in BackupRequest.select()
        if row.requester_id != user_id
        and any(row.step == part.step and part.unit_id in (None, row.unit_id) for part in desk)
        and all(word in f"{row.number} {row.search}".lower() for word in text.lower().split())
    ]
    order = [
        (waiting.GROUPS.index(group(row)), row.due_at is None, row.due_at or AT, row.id) for row in found
    ]
    return [(waiting.GROUPS[place], row_id) for place, _, _, row_id in sorted(order)]


@pytest.mark.parametrize("text", ["", "sari", "folder-3", "pb-2026-01 alasan", "no", "tidak-ada"])
def test_pages_and_counts_are_those_of_everything(many, text):
    joko = many["joko"]
    desk = waiting.parts([("subdivision_head", None), ("unit_head", many["sari"].unit_id)], STEPS)
    wanted = naive(desk, joko.id, text)
    paged = []
    for skip in range(0, 120, 7):
        page = waiting.page(desk, joko.id, MOMENT, words=text, skip=skip, most=7)
        paged += [(group, row.id) for group, row in page]
    assert paged == wanted
    groups = [group for group, _ in wanted]
    counts = {group: groups.count(group) for group in waiting.GROUPS if group in groups}
    assert waiting.counts(desk, joko.id, MOMENT, text) == counts
    if not text:
        assert waiting.total(desk, joko.id) == len(wanted) > 40
        assert waiting.total(desk, joko.id, most=10) == 11


def test_a_desk_held_twice_is_read_once(many):
    unit = many["sari"].unit_id
    desk = waiting.parts([("unit_head", unit), ("unit_head", None), ("unit_head", unit)], STEPS)
    assert desk == [waiting.Part("unit_note")]


def reader(cast, who):
    role = {"tono": "auditor", "bambang": "unit_head"}.get(who)
    roles = frozenset({(role, cast[who].unit_id if role == "unit_head" else None)} if role else ())
    return Reader(cast[who].id, roles)


@pytest.mark.parametrize("who", ["tono", "bambang", "wulan"])
@pytest.mark.parametrize("many_hits", [5, 1000])
@pytest.mark.parametrize(
    "text", ["", "folder-3", "sari nomor", "alasan", "PB-2026-0007", "no", '"', "%", "folder_1"]
)
def test_the_list_goes_both_ways_without_leaving_one_out(many, monkeypatch, who, text, many_hits):
    monkeypatch.setattr(words, "MANY", many_hits)
    wanted, who_looks = Filter(words=text), reader(many, who)
    everything = [
        row.id
        for row in BackupRequest.select().order_by(BackupRequest.updated_at.desc(), BackupRequest.id.desc())
        if requests.may_read(row, who_looks)
        and all(word in f"{row.number} {row.search}".lower() for word in text.lower().split())
    ]
    sheet, seen, sheets = requests.search(wanted, who_looks), [], []
    while True:
        seen += [row.id for row in sheet.rows]
        sheets.append([row.id for row in sheet.rows])
        if not sheet.older:
            break
        sheet = requests.search(wanted, who_looks, sheet.page + 1, sheet.older)
    assert seen == everything
    for before in reversed(sheets[:-1]):
        sheet = requests.search(wanted, who_looks, sheet.page - 1, sheet.newer)
        assert [row.id for row in sheet.rows] == before
    assert not sheet.newer
    if sheet.total is not None:
        assert sheet.total == len(everything)


def test_the_index_follows_what_happens_to_a_request(many):
    def found(text):
        return [row.id for row in BackupRequest.select().where(words.holding(text))]

    first = BackupRequest.get(BackupRequest.number == "PB-2026-0005")
    assert found("nomor005") == [first.id]
    BackupRequest.update(search="yang lain", number="PB-2026-9999").where(
        BackupRequest.id == first.id
    ).execute()
    assert (found("nomor005"), found("yang lain"), found("2026-9999")) == ([], [first.id], [first.id])
    BackupRequest.update(updated_at=AT).where(BackupRequest.id == first.id).execute()
    BackupRequest.delete().where(BackupRequest.id == first.id).execute()
    assert found("yang lain") == []
    unit = many["sari"].unit
    sixth = BackupRequest.get(BackupRequest.number == "PB-2026-0006")
    name, code = unit.name.lower(), unit.code.lower()
    said = f"sari\n1990\n{code}\n{{}}\nserver {name}\n\n/srv/{name}\n{name}"
    BackupRequest.update(search=said.format(name), unit=unit).where(BackupRequest.id == sixth.id).execute()
    words.unit_renamed(unit.id, unit.code, unit.name, "Balai Baru")
    assert found("balai baru") == [sixth.id]
    assert BackupRequest.get_by_id(sixth.id).search == said.format("balai baru"), "a form says what it said"


def test_an_index_that_a_change_of_the_table_has_taken_away_comes_back(many):
    """As a migration that makes the table anew does."""
    request_words.rest(db.database)
    BackupRequest.update(search="ditulis tanpa pemicu").where(
        BackupRequest.number == "PB-2026-0005"
    ).execute()
    assert list(BackupRequest.select().where(words.holding("pemicu"))) == []
    db.migrate()
    assert [row.number for row in BackupRequest.select().where(words.holding("pemicu"))] == ["PB-2026-0005"]
