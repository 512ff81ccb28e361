"""The daily digest: when, once, and that its numbers are those of the archive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.documents import mail
from portal.operations import digest, findings
from portal.store.db import transaction
from portal.store.models import OutboxEvent, Snapshot
from tests.support import machines
from tests.support.machines import AT

MORNING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
"""07.30 in the office."""
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def request_row(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    return machines.approved(cast["sari"], cast["joko"], server, starts_at=AT - 9 * DAY)


def test_it_is_written_once_a_day_from_half_past_seven_on(database):
    assert not digest.announce_due(MORNING - MINUTE)
    assert digest.announce_due(MORNING)
    assert not digest.announce_due(MORNING + 5 * MINUTE)
    assert digest.announce_due(MORNING + DAY + timedelta(hours=9)), "the portal was down in the morning"
    assert not digest.announce_due(MORNING), "the clock was set back"
    assert [event.key for event in OutboxEvent.select()] == ["digest:2026-11-24", "digest:2026-11-25"]


def test_it_tells_what_happened_since_the_last(cast, settings, request_row):
    def end(state, at):
        machines.finished(machines.started(request_row, cast["agus"], settings, at=at), state=state, at=at)

    end("failed", MORNING - 2 * DAY)
    digest.announce_due(MORNING - DAY)
    for state in ("succeeded", "succeeded", "failed", "incomplete", "cancelled"):
        end(state, MORNING - timedelta(hours=8))
    with transaction():
        findings.raise_once(request_row.runs[0].server_id, "integrity", "restic.damaged", at=MORNING)
    told = digest.facts(MORNING)
    assert (told["succeeded"], told["bad"], told["cancelled"], told["findings"]) == (2, 2, 1, 1)
    assert [run["state"] for run in told["runs"]] == ["failed", "incomplete"]
    assert told["since"] == (MORNING - DAY).isoformat()


def test_after_a_long_silence_it_looks_back_a_week(cast, settings, request_row):
    digest.announce_due(MORNING - 30 * DAY)
    assert digest.facts(MORNING)["since"] == (MORNING - 7 * DAY).isoformat()


def test_it_tells_how_old_the_copies_are_the_oldest_first(cast, settings, request_row):
    other = machines.trusted(cast["agus"], cast["joko"], settings, name="Arsip")
    empty = machines.trusted(cast["agus"], cast["joko"], settings, name="Baru")
    machines.trusted(cast["agus"], cast["joko"], settings, name="Tanpa permohonan")
    rows = [machines.approved(cast["sari"], cast["joko"], server) for server in (other, empty)]
    machines.backed_up(request_row, cast["agus"], settings, at=AT)
    old = machines.backed_up(rows[0], cast["agus"], settings, at=AT - DAY)
    Snapshot.update(proven_at=AT).where(Snapshot.id == old.id).execute()
    told = digest.facts(AT + timedelta(hours=5))["copies"]
    assert [(line["server"], line["age_hours"], bool(line["proven_at"])) for line in told] == [
        ("Baru", None, False), ("Arsip", 28, True), ("Web PRTRN", 4, False)]  # fmt: skip


def test_it_reads_well(cast, settings, request_row):
    machines.finished(machines.started(request_row, cast["agus"], settings), state="failed")
    machines.backed_up(request_row, cast["agus"], settings, at=AT)
    made = mail.render("digest", digest.facts(AT + timedelta(hours=5)), "https://lumbung.example/")
    assert made.subject == "Ringkasan harian: 1 pekerjaan bermasalah"
    for line in (
        "Berhasil: 1 pekerjaan",
        "Bermasalah: 1 pekerjaan",
        "Temuan terbuka: 0",
        "Backup gagal, Web PRTRN",
        "Salinan terbaru: Web PRTRN, 4 jam yang lalu, belum ada yang terbukti pulih",
    ):
        assert line in made.text


def test_a_quiet_day_reads_well_too(database):
    made = mail.render("digest", digest.facts(MORNING), "https://lumbung.example/")
    assert made.subject == "Ringkasan harian: semua pekerjaan baik"
