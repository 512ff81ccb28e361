"""A letter that went out keeps saying what was true then, whatever happens to the copies afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.operations import papers, runs
from portal.store.models import Snapshot
from tests.documents import reading
from tests.support import desks, machines

PROOF = {
    "entries": 9,
    "compared_bytes": 9,
    "difference_count": 0,
    "restore_seconds": 1.0,
    "compare_seconds": 1.0,
}


@pytest.fixture
def file(cast, settings):
    """A granted request whose reply was sent."""
    return finish(desks.file(settings, cast).walk("").prove())


def finish(file: desks.File) -> desks.File:
    """From the report to the reply."""
    for who, action in (("agus", "report"), ("joko", "forward"), ("ratna", "forward"), ("dewi", "answer")):
        file.act(who, action)
    return file


def printed(file: desks.File) -> dict[str, bytes]:
    return {kind: papers.pdf(file.row, kind, file.settings) for kind in ("report", "reply")}


def test_it_says_the_same_after_a_newer_copy_and_a_newer_proof(file):
    before, first = printed(file), Snapshot.get()
    file.at += timedelta(days=7)
    file.prove()
    test = runs.start_restore_test(
        first.id, file.cast["agus"], "weekly-proof-0001", at=file.at, settings=file.settings
    )
    machines.finished(test, at=file.at, evidence={"restore": {}}, proven_snapshot_id=first.snapshot_id)
    assert printed(file) == before
    assert first.snapshot_id[:8] in reading.text(before["reply"])


def test_it_says_the_same_when_a_proof_is_taken_back(file):
    before = printed(file)
    Snapshot.update(proven_at=None, proven_by=None).execute()
    assert printed(file) == before


def test_it_delivers_no_copy_that_left_something_out(cast, settings):
    file = desks.file(settings, cast).walk("").prove()
    whole = Snapshot.get()
    partly = machines.backed_up(file.row, cast["agus"], settings, at=file.at, state="incomplete", evidence={
        "server_name": "Web", "host_key_fingerprint": "SHA256:x", "tools": {}, "left_out": ["a.txt"]})  # fmt: skip
    test = runs.start_restore_test(partly.id, cast["agus"], "proof-of-a-part", at=file.at, settings=settings)
    machines.finished(test, at=file.at, evidence={"restore": PROOF}, proven_snapshot_id=partly.snapshot_id)
    file.at += timedelta(minutes=5)
    finish(file)
    assert whole.snapshot_id[:8] in reading.text(printed(file)["reply"])
    assert "a.txt" in reading.text(printed(file)["report"]), "the report tells of it"
