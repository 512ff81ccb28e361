from __future__ import annotations

import pytest

from portal.operations import runs
from portal.store import db
from portal.store.models import Snapshot
from tests.operations.test_certificates import EVIDENCE
from tests.support import machines


@pytest.fixture
def proof(app, cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    request = machines.approved(cast["sari"], cast["joko"], server)
    snapshot = machines.backed_up(request, cast["agus"], settings)
    at = db.now()
    run = runs.start_restore_test(snapshot.id, cast["agus"], "proof-1", at=at, settings=settings)
    return machines.finished(run, at=at, evidence=EVIDENCE, proven_snapshot_id=snapshot.snapshot_id)


@pytest.mark.parametrize(
    ("who", "status"), [("agus", 200), ("joko", 200), ("sari", 200), ("wulan", 403), ("bambang", 403)]
)
def test_it_is_for_those_concerned(browser, proof, who, status):
    answer = browser(who).get(f"/pekerjaan/{proof.id}/sertifikat.pdf")
    assert answer.status_code == status
    if status == 200:
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Content-Type"] == "application/pdf"


def test_it_is_linked_where_the_proof_is_shown(browser, proof, cast):
    link = f"/pekerjaan/{proof.id}/sertifikat.pdf"
    agus = browser("agus")
    run_page = agus.get(f"/pekerjaan/{proof.id}").text
    assert link in run_page
    assert "Berlaku sampai" in run_page
    assert link in agus.get(f"/server/{proof.server_id}").text
    assert link in browser("sari").get(f"/permohonan/{proof.backup_request_id}").text


def test_it_is_not_offered_when_the_copy_was_found_damaged_since(browser, proof):
    Snapshot.update(proven_at=None, proven_by=None).execute()
    agus, link = browser("agus"), f"/pekerjaan/{proof.id}/sertifikat.pdf"
    page = agus.get(f"/pekerjaan/{proof.id}").text
    assert "Gugur" in page
    assert link not in page
    answer = agus.get(link)
    assert answer.status_code == 409
    assert "Sertifikat ini gugur" in answer.text
