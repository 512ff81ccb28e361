"""Backups that hold less or more than usual are told, with their numbers; their runs stay as they were."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.operations import findings
from portal.store.models import Finding, OutboxEvent, Run, Snapshot
from tests.support import machines
from tests.support.machines import AT

MIB, DAY = 1024**2, timedelta(days=1)
USUAL = {"total_bytes": 3000 * MIB, "file_count": 20_000, "added_bytes": 40 * MIB}


@pytest.fixture
def request_row(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings, folders=("/srv/www", "/etc"))
    return machines.approved(cast["sari"], cast["joko"], server, folders=("/srv/www", "/etc"))


@pytest.fixture
def backup(cast, settings, request_row):
    """`backup(file_count=3)` is a backup that ended so; what is not given is as usual, within a percent."""
    done = []

    def make(state="succeeded", sources=None, rows=None, **what):
        at = AT + DAY * len(done)
        run = machines.started(request_row, cast["agus"], settings, at=at)
        done.append(run)
        wobble = 1 + (len(done) % 3 - 1) / 100
        numbers = {name: int(value * wobble) for name, value in USUAL.items()} | what
        made = {"snapshot_id": f"{run.id:064x}", "sources": sources or ["/etc", "/srv/www"],
                "manifest_path": "m", "manifest_sha256": "5e" * 32, **numbers}  # fmt: skip
        dumps = [
            {"engine": "postgresql", "database": name, "row_count": count}
            for name, count in (rows or {}).items()
        ]
        return machines.finished(
            run, state=state, at=at, snapshot=made, evidence={"digest": "d", "dumps": dumps}
        )

    return make


def strange():
    """What the findings say left its range."""
    return [[line["measure"] for line in finding.context["measures"]] for finding in Finding.select()]


def test_what_is_as_usual_is_not_told(backup):
    for _ in range(12):
        backup()
    assert strange() == []


def test_a_folder_that_lost_its_files_is_told_with_the_numbers(cast, backup):
    for _ in range(6):
        backup()
    run = backup(total_bytes=200 * MIB, file_count=31)
    assert run.state == "succeeded"
    finding = Finding.get()
    assert (finding.kind, finding.severity, finding.run_id) == ("anomaly", "warn", run.id)
    size, count = finding.context["measures"]
    assert (size["measure"], size["value"], count["measure"], count["value"]) == (
        "total_bytes", 200 * MIB, "file_count", 31)  # fmt: skip
    assert 15_000 < count["low"] < count["usual"] < count["high"] < 25_000
    assert count["runs"] == 6
    event = OutboxEvent.get()
    assert (event.kind, event.facts["measures"]) == ("finding", finding.context["measures"])


def test_it_names_the_copy_that_was_proven_last(backup):
    for _ in range(6):
        backup()
    proven = Snapshot.select().order_by(Snapshot.id.desc()).first()
    Snapshot.update(proven_at=AT).where(Snapshot.id == proven.id).execute()
    backup(file_count=0)
    assert Finding.get().last_proven_id == proven.id


def test_five_runs_are_needed_to_know_what_is_usual(backup):
    for _ in range(4):
        backup()
    backup(file_count=31)
    assert strange() == []
    backup()
    backup(file_count=31)
    assert strange() == [["file_count"]]


def test_only_runs_that_succeeded_with_the_same_sources_count(backup):
    for _ in range(4):
        backup()
    for _ in range(6):
        backup("incomplete", file_count=31)
        backup(sources=["/etc"], file_count=31)
    assert strange() == []
    backup()
    backup("incomplete", file_count=31)
    assert strange() == [], "an incomplete run tells already what it left out"
    backup(file_count=31)
    assert strange() == [["file_count"]]


def test_the_order_of_the_sources_does_not_matter(backup):
    for _ in range(5):
        backup(sources=["/srv/www", "/etc"])
    backup(file_count=31)
    assert strange() == [["file_count"]]


def test_everything_new_at_once_is_told_and_nothing_new_is_not(backup):
    for _ in range(6):
        backup()
    backup(added_bytes=0)
    assert strange() == []
    backup(added_bytes=3000 * MIB)
    assert strange() == [["added_bytes"]]


def test_a_table_that_was_emptied_is_told_with_its_database(backup):
    for _ in range(6):
        backup(rows={"arsip": 5000, "situs": 100_000})
    backup(rows={"arsip": 12, "situs": 100_100, "baru": 5})
    [line] = Finding.get().context["measures"]
    assert (line["measure"], line["database"], line["value"]) == ("row_count", "postgresql:arsip", 12)


def test_small_changes_of_small_backups_are_not_told(backup):
    small = {"total_bytes": 2 * MIB, "file_count": 12, "added_bytes": 0}
    for _ in range(6):
        backup(**small)
    backup(total_bytes=6 * MIB, file_count=25, added_bytes=4 * MIB)
    assert strange() == []
    backup(total_bytes=0, file_count=0, added_bytes=0)
    assert strange() == [["total_bytes", "file_count"]], "but nothing at all is"


def test_it_is_told_once_and_closing_accepts_the_new_level(cast, backup):
    for _ in range(8):
        backup()
    for _ in range(3):
        backup(file_count=5000)
    assert len(strange()) == 1
    findings.close(Finding.get().id, "Arsip lama dipindahkan pemiliknya.", cast["joko"], at=AT)
    for _ in range(8):
        backup(file_count=5000)
    assert len(strange()) == 1, "the new level is usual now"
    backup(file_count=20_000)
    assert len(strange()) == 2


def test_an_end_that_has_no_evidence_or_an_odd_one_still_ends(cast, settings, request_row):
    for number in range(7):
        at = AT + DAY * number
        snapshot = machines.backed_up(request_row, cast["agus"], settings, at=at)
        Run.update(evidence=[None, {}, {"dumps": [{}]}][number % 3]).where(
            Run.id == snapshot.run_id
        ).execute()
    assert strange() == []
