from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pikepdf
import pytest

from portal.documents.signing import holds
from portal.errors import NotFound, TransitionRefused
from portal.operations import audit, certificates, runs, seals
from portal.store.models import AuditEntry, Run, Snapshot
from tests.documents import reading
from tests.support import machines, mandates
from tests.support.machines import AT

EVIDENCE = {"server_name": "Web PRTRN", "host_key_fingerprint": "SHA256:abc", "tools": {}, "left_out": [],
            "digest": "cd" * 32, "request_number": "PB-2026-0001", "path": "/rahasia/bukti.json",
            "restore": {"entries": 20_500, "files": 20_431, "compared_bytes": 1_503_238_553, "difference_count": 0,
                        "restore_seconds": 40.0, "compare_seconds": 2.0, "owners_compared": True},
            "loads": [{"engine": "postgresql", "database": "arsip", "engine_version": "15.8", "tables": 2,
                       "row_count": 5009, "differences": [],
                       "load_seconds": 3.0, "count_seconds": 1.0}]}  # fmt: skip


@pytest.fixture
def proof(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    snapshot = machines.backed_up(
        machines.approved(cast["sari"], cast["joko"], server), cast["agus"], settings
    )
    run = runs.start_restore_test(snapshot.id, cast["agus"], "proof-1", at=AT, settings=settings)
    return machines.finished(run, evidence=EVIDENCE, proven_snapshot_id=snapshot.snapshot_id)


@pytest.fixture
def take(proof, cast, settings):
    def taken(run=proof, at=AT, who="agus"):
        return certificates.take(run.id, cast[who], at=at, settings=settings)

    return taken


def test_it_certifies_what_was_tested(take, proof, settings):
    pdf = take()
    read = reading.text(pdf)
    for part in ("UP-2026-", "PB-2026-0001", "20.431 berkas", "arsip (PostgreSQL): 2 tabel, 5.009 baris", "Agus",
                 "Berlaku sampai : 21 Februari 2027", "cd" * 16):  # fmt: skip
        assert part in read, part
    assert holds(pdf, seals.seal_of(settings))


def test_it_is_the_same_file_ever_after(take, settings):
    first = take()
    assert take(at=AT + timedelta(days=500), who="joko") == first
    entry = AuditEntry.get(AuditEntry.tag == "certificate:issued")
    digest = hashlib.sha256(first).hexdigest()
    assert entry.data["sha256"] == digest
    assert AuditEntry.select().where(AuditEntry.tag == "certificate:issued").count() == 1
    assert audit.verify().ok
    assert [path.name for path in (settings.var / "papers").glob("*/*")] == [f"{digest}.pdf"]


def test_it_carries_the_evidence_without_the_portals_paths(take, tmp_path):
    path = tmp_path / "sertifikat.pdf"
    path.write_bytes(take())
    with pikepdf.open(path) as document:
        told = json.loads(document.attachments["bukti.json"].get_file().read_bytes())
    assert told["digest"] == EVIDENCE["digest"]
    assert "path" not in told


def test_its_key_is_for_the_owner_only(take, settings):
    take()
    path = settings.secrets_path / "portal-seal"
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_says_how_it_stands(proof, settings):
    stands = [
        certificates.standing(proof, at=AT + timedelta(days=days), settings=settings) for days in (1, 89, 91)
    ]
    assert stands == ["valid", "valid", "expired"]
    Snapshot.update(removed_at=AT).execute()
    assert certificates.standing(proof, at=AT, settings=settings) == "removed"


def test_it_is_not_handed_out_when_the_copy_was_found_damaged_since(take, proof, settings):
    take()
    Snapshot.update(proven_at=None, proven_by=None).execute()
    assert certificates.standing(proof, at=AT, settings=settings) == "disproved"
    with pytest.raises(TransitionRefused):
        take()


def test_it_certifies_nothing_else(take, proof, cast, settings):
    backup = Run.get(Run.kind == "backup")
    Run.update(state="failed").where(Run.id == proof.id).execute()
    for run in (backup, Run.get_by_id(proof.id)):
        assert certificates.standing(run, at=AT, settings=settings) == ""
        with pytest.raises(NotFound):
            take(run)
    with pytest.raises(NotFound):
        certificates.take(99_999, cast["agus"], at=AT, settings=settings)


def test_a_deputy_tests_for_the_post(take, proof, cast):
    day, before = AT.date(), AT - timedelta(hours=1)
    mandates.let(cast, "joko", role="administrator", holder="agus", at=before, letter_date=day, first_day=day,
                 last_day=day)  # fmt: skip
    Run.update(started_by=cast["wulan"]).where(Run.id == proof.id).execute()
    text = reading.text(take(Run.get_by_id(proof.id)))
    assert "Plh. Administrator server" in text
    assert "menggantikan Agus Riyadi" in text
