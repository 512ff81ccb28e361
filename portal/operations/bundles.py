"""A request's whole file, to be taken along and checked without the portal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from portal.config import Settings
from portal.documents.bundle import (
    CERTIFIED,
    CHUNK,
    DATA,
    ENTRIES,
    LOG,
    Head,
    Part,
    attachment_name,
    paper_name,
    run_name,
    scan_name,
    streamed,
)
from portal.errors import NotFound
from portal.operations import (
    attachments,
    audit,
    audit_checks,
    certificates,
    paper_evidence,
    papers,
    run_logs,
    seals,
)
from portal.store import db
from portal.store.models import AuditEntry, BackupRequest, Run, Snapshot, User
from portal.store.queries import audit as trail
from portal.store.queries import dispositions, grants, letters, runs
from portal.store.queries import issued as issued_rows
from portal.store.queries import requests as rows

POLICY = frozenset({"policy", "checks"})
"""What a decision keeps of the rules' answers: the requester's page does not show it."""
AMONG_OFFICIALS = frozenset({"remark:note", "reply:worded"})
"""What officials write for each other about a request: notes, and words of the reply that nobody has signed."""
BESIDE = frozenset({"digest", "path"})
"""What the database keeps beside a run's evidence."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What whoever takes the file may see, as the pages let them: the technical evidence of `runs`, and how the
    policy's rules and the officials among themselves `judged`. What is beyond it stays in the trail by number and
    hash."""

    runs: bool
    judged: bool


def take(
    backup_request: BackupRequest, user: User, reach: Reach, *, at: datetime, settings: Settings
) -> Iterator[bytes]:
    """The file as a zip, in pieces. Written down before the first one. Raises NotFound('bundle.not_yet')."""
    if backup_request.submitted_at is None or not backup_request.number:
        raise NotFound("bundle.not_yet")
    # Few and small, and what can fail: a refusal is still a page, not half a zip.
    printed = [_paper(backup_request, kind, settings) for kind in papers.available(backup_request)]
    until = trail.size()
    with db.transaction():
        audit.record(
            "request:bundle_taken", actor=user, subject_type="request", subject_id=backup_request.id, at=at,
            data={"number": backup_request.number, "whole": reach.runs and reach.judged})  # fmt: skip
    head = Head(
        number=backup_request.number, office=settings.center, made_at=at, made_for=user.name,
        partial=not (reach.runs and reach.judged), chain=_chain(until))  # fmt: skip
    parts = chain(printed, _parts(backup_request, reach, until, settings))
    return _pieces(streamed(head, parts, seals.own(settings)))


def _pieces(pieces: Iterator[bytes]) -> Iterator[bytes]:
    # The page's own connection is closed by the time the server asks for the first piece.
    with db.connection():
        yield from pieces


def _paper(backup_request: BackupRequest, kind: str, settings: Settings) -> Part:
    return Part(paper_name(kind), [papers.pdf(backup_request, kind, settings)])


def _chain(until: int) -> dict[str, Any]:
    """How the trail's chain stood."""
    standing = audit_checks.standing()
    return {
        "sequence": until,
        "head": trail.hash_of(until),
        "verified": min(standing.verified, until),
        "broken_at": standing.broken_at,
    }


def _parts(backup_request: BackupRequest, reach: Reach, until: int, settings: Settings) -> Iterator[Part]:
    files = [
        (attachment_name(number, row.filename), row)
        for number, row in enumerate(rows.attachments(backup_request.id), 1)
    ]
    scanned = [
        (scan_name(number, row.filename), row)
        for number, row in enumerate(issued_rows.scans_of(backup_request.id), 1)
    ]
    own = runs.of_request(backup_request.id)
    data = _data(backup_request, files, own, reach)
    data["scans"] = [
        {"file": name, "paper": row.scan_of.kind, "number": row.scan_of.number, "sha256": row.sha256}
        for name, row in scanned
    ]
    yield Part(DATA, [_json(data)])
    for name, row in (*scanned, *files):
        yield Part(name, _read(attachments.path_of(row.sha256, settings)))
    yield Part(ENTRIES, _entries(backup_request, reach, until))
    yield from _proofs(backup_request, own, reach, settings)


def _data(
    backup_request: BackupRequest, files: Iterable[tuple[str, Any]], own: list[Run], reach: Reach
) -> dict[str, Any]:
    """The request as the database holds it, names instead of numbers."""
    grant = grants.of_request(backup_request.id)
    told = ("number", "sop_version", "step", "outcome", "created_at", "submitted_at", "closed_at", "due_at", "form",
            "previous_form")  # fmt: skip
    return {
        **{name: getattr(backup_request, name) for name in told},
        "requester": backup_request.requester.name,
        "unit": backup_request.unit.name,
        "dispositions": [
            {
                **{name: getattr(row, name) for name in ("revision", "step", "action", "next_step", "role", "note",
                                                         "instructions", "entered_at", "due_at", "created_at")},
                "actor": row.actor.name if row.actor else audit.PORTAL,
                "data": {name: value for name, value in row.data.items() if reach.judged or name not in POLICY},
            }
            for row in dispositions.of_request(backup_request.id)
        ],
        "grant": grant and {"scope": grant.scope, "digest": grant.digest, "starts_at": grant.starts_at,
                            "ends_at": grant.ends_at, "approved_by": grant.approved_by.name},
        "letters": [
            {"kind": row.kind, "number": row.number, "signed_by": row.signed_by.name, "signed_role": row.signed_role,
             "created_at": row.created_at, "content": row.content}
            for row in letters.of_request(backup_request.id)
        ],
        "attachments": [
            {"file": name, "filename": row.filename, "media_type": row.media_type, "sha256": row.sha256}
            for name, row in files
        ],
        "runs": [
            {"id": row.id, "kind": row.kind, "state": row.state, "started_at": row.started_at,
             "finished_at": row.finished_at}
            for row in own
        ],
    }  # fmt: skip


def _entries(backup_request: BackupRequest, reach: Reach, until: int) -> Iterator[bytes]:
    """The entries of the request, its runs, letters and papers in the chain's order; what is beyond the reader is its
    hash alone."""
    for entry in trail.of_request(backup_request.id, until):
        line: dict[str, Any] = {"sequence": entry.sequence, "hash": entry.hash}
        if _may_see(entry, reach):
            line["text"] = audit.canonical(entry)
        yield (json.dumps(line, ensure_ascii=False) + "\n").encode()


def _may_see(entry: AuditEntry, reach: Reach) -> bool:
    if entry.subject_type == "run":
        return reach.runs or entry.tag == "certificate:issued"
    return reach.judged or (entry.tag not in AMONG_OFFICIALS and not POLICY & entry.data.keys())


def _proofs(
    backup_request: BackupRequest, own: list[Run], reach: Reach, settings: Settings
) -> Iterator[Part]:
    """The certificates that were issued; for officials the evidence of each run, and for those that the papers speak of
    also the lists of what they hold."""
    told = list(paper_evidence.proven(backup_request.id, _signed(backup_request)))
    listed = {snapshot.run_id: snapshot for snapshot, _ in told}
    logged = listed.keys() | {proof.id for _, proof in told}
    for run in sorted(own, key=lambda run: run.id):
        certificate = certificates.issued_file(run.id, settings)
        if certificate is not None:
            yield Part(run_name(run.id, CERTIFIED), _read(certificate))
        if not reach.runs or not run.evidence:
            continue
        record = {name: value for name, value in run.evidence.items() if name not in BESIDE}
        yield Part(run_name(run.id, "evidence.json"), [_json(record)])
        if run.id in logged and run_logs.path_of(run.id, settings).is_file():
            yield Part(run_name(run.id, LOG), _read(run_logs.path_of(run.id, settings)))
        if run.id in listed:
            yield from _lists(listed[run.id], settings)


def _lists(snapshot: Snapshot, settings: Settings) -> Iterator[Part]:
    manifest, kept = Path(snapshot.manifest_path).resolve(), (settings.var / "evidence").resolve()
    # The path comes from the database; nothing outside the portal's own evidence is ever sent.
    if not manifest.is_relative_to(kept) or not manifest.is_file():
        return
    yield Part(run_name(snapshot.run_id, "manifest.jsonl"), _read(manifest))
    sums = manifest.with_name("SHA256SUMS")
    if sums.is_file():
        yield Part(run_name(snapshot.run_id, "SHA256SUMS"), _read(sums))


def _signed(backup_request: BackupRequest) -> datetime:
    """Until when the papers speak of proofs: the report's date, or now while there is none."""
    reports = [row.created_at for row in letters.of_request(backup_request.id) if row.kind == "report"]
    return max(reports, default=db.now())


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False, default=_written) + "\n").encode()


def _written(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
