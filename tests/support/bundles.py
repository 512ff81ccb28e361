"""A closed request with real evidence on the disk, and what its verifier says of its file."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

from portal.config import Settings
from portal.operations import attachments, certificates, runs, submission
from portal.store.models import User
from tests.support import desks, machines

PNG = b"\x89PNG\r\n\x1a\n" + b"gambar"
LOG = "2026-11-23T02:00:00Z INFO mulai\n"


def closed(settings: Settings, cast: dict[str, User]) -> desks.File:
    """From FM 001 with an attachment whose name is hostile to the receipt, with a proven copy in between."""
    raw = {**desks.FORM, "nip": cast["sari"].nip}
    draft = submission.create_draft(cast["sari"], "draft-of-the-bundle", raw, at=desks.MONDAY)
    for name in ("../../etc/cron.d/<jahat>.png", "surat kuasa é.png"):
        attachments.attach(draft.id, cast["sari"], name, io.BytesIO(PNG + name.encode()), at=desks.MONDAY,
                           settings=settings)  # fmt: skip
    submission.submit(draft.id, draft.revision, cast["sari"], raw, at=desks.MONDAY, settings=settings)
    file = desks.File(settings, cast, draft.id).walk("")
    prove(file)
    for who, action in (("agus", "report"), ("joko", "forward"), ("ratna", "forward"), ("dewi", "answer"),
                        ("sari", "receive")):  # fmt: skip
        file.act(who, action, note="Terlampir.")
    return file


def prove(file: desks.File) -> None:
    """A backup and its restore test with the evidence, lists and logs that workers leave."""
    settings, agus = file.settings, file.cast["agus"]
    run = machines.started(file.row, agus, settings, at=file.at)
    folder = settings.var / "evidence" / f"run-{run.id}"
    folder.mkdir(parents=True)
    record = {"kind": "file", "path": "srv/www/index.html", "size": 5, "mode": 420, "mtime_ns": 1, "uid": 0, "gid": 0,
              "sha256": hashlib.sha256(b"halo\n").hexdigest()}  # fmt: skip
    manifest = (json.dumps(record) + "\n").encode()
    (folder / "manifest.jsonl").write_bytes(manifest)
    (folder / "SHA256SUMS").write_text(f"{record['sha256']}  ./srv/www/index.html\n")
    digest = hashlib.sha256(manifest).hexdigest()
    snapshot = {"snapshot_id": f"{run.id:064x}", "sources": ["/srv/www"], "file_count": 1,
                "total_bytes": 5, "added_bytes": 5, "manifest_path": str(folder / "manifest.jsonl"),
                "manifest_sha256": digest}  # fmt: skip
    made = {**snapshot, "files": 1, "folders": 0, "others": 0}
    machines.finished(run, at=file.at, snapshot=snapshot, **_ended(file, run.id, snapshot=made))
    copy = machines.Snapshot.get()
    test = runs.start_restore_test(copy.id, agus, "proof-of-the-bundle", at=file.at, settings=settings)
    restored = {"entries": 1, "files": 1, "compared_bytes": 5, "difference_count": 0, "restore_seconds": 1.0,
                "compare_seconds": 1.0, "manifest_sha256": digest}  # fmt: skip
    machines.finished(test, at=file.at, proven_snapshot_id=copy.snapshot_id,
                      **_ended(file, test.id, restore=restored))  # fmt: skip
    file.at += timedelta(minutes=5)
    certificates.take(test.id, agus, at=file.at, settings=settings)


def _ended(file: desks.File, run_id: int, **proof: object) -> dict[str, object]:
    log = file.settings.var / "log" / f"run-{run_id}.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text(LOG)
    log_sha256 = hashlib.sha256(LOG.encode()).hexdigest()
    record = {"run_id": run_id, "outcome": "succeeded", "server_name": "Web PRTRN", "tools": {"restic": "restic 0.18"},
              "host_key_fingerprint": "SHA256:abc", "left_out": [], "log_sha256": log_sha256, **proof}  # fmt: skip
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {
        "evidence": {**record, "digest": digest, "path": "/rahasia/evidence.json"},
        "log_sha256": log_sha256,
    }


def unpacked(data: bytes, folder: Path) -> Path:
    """The zip in an empty folder; its one top folder."""
    folder.mkdir()
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert found.testzip() is None
        for name in found.namelist():
            assert ".." not in name
            assert not name.startswith("/")
        found.extractall(folder)
    (top,) = folder.iterdir()
    return top


def verified(top: Path, *arguments: str) -> tuple[int, str]:
    """What the verifier in the folder says, run by plain python3 with nothing of this project."""
    argv = [sys.executable, "-I", "periksa.py", *arguments]
    done = subprocess.run(
        argv, cwd=top, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout
