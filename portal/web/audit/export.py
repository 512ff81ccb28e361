"""The trail as a file: CSV for a spreadsheet, JSONL for whoever checks the chain without the portal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from flask import Response

from portal.operations import audit, audit_checks
from portal.operations.letters import OFFICE_ZONE
from portal.store import db
from portal.store.queries import audit as trail
from portal.web import messages
from portal.web.audit import door
from portal.web.audit.door import blueprint
from portal.web.audit.reading import details, subject_words
from portal.web.identity import person
from portal.web.requests.listing import escaped

if TYPE_CHECKING:
    from portal.store.models import AuditEntry

LIMITS = {"audit.export_csv": "6 per minute", "audit.export_jsonl": "6 per minute"}
TOGETHER = 500
"""Entries that are put into words and sent at a time."""
Words = Callable[[list["AuditEntry"]], str]


@blueprint.get("/audit/jejak.csv")
def export_csv() -> Response:
    """The filtered entries for a spreadsheet; cells that would be formulas are escaped."""
    head = "\ufeff" + _row(messages.labels("trail_column").values())
    return _sent("csv", "text/csv; charset=utf-8", head, _as_csv)


@blueprint.get("/audit/jejak.jsonl")
def export_jsonl() -> Response:
    """The filtered entries, one a line, each with the text that its hash is of."""
    return _sent("jsonl", "application/jsonl; charset=utf-8", "", _as_jsonl)


def _sent(form: str, content_type: str, head: str, words: Words) -> Response:
    """Stream what is asked for now: what is written while it is read, this export's own entry too, comes in no more."""
    wanted, at, until = door.wanted(), db.now(), trail.size()
    audit_checks.exported(person().user, form, door.typed(), until, at=at)
    entries = trail.everything(wanted, until)
    name = f"{messages.label('export_name', 'trail')}-{at.astimezone(OFFICE_ZONE):%Y%m%d-%H%M}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_stream(entries, head, words), content_type=content_type, headers=headers)


def _stream(entries: Iterator[AuditEntry], head: str, words: Words) -> Iterator[str]:
    # The page's own connection is closed by the time the server asks for the first line.
    with db.connection():
        yield head
        while together := list(islice(entries, TOGETHER)):
            yield words(together)


def _as_csv(entries: list[AuditEntry]) -> str:
    names = {
        kind: find({entry.subject_id or 0 for entry in entries if entry.subject_type == kind})
        for kind, find in (("request", trail.numbers), ("server", trail.server_names))
    }
    return "".join(
        _row(
            (str(entry.sequence), entry.at.astimezone(OFFICE_ZONE).isoformat(timespec="seconds"), entry.actor_name,
             messages.label("event", entry.tag), entry.tag, subject_words(entry, names.get(entry.subject_type, {})),
             "; ".join(f"{name}: {value}" for name, value in details(entry)), entry.hash, entry.previous)
        )
        for entry in entries
    )  # fmt: skip


def _as_jsonl(entries: list[AuditEntry]) -> str:
    lines = (
        {"sequence": entry.sequence, "hash": entry.hash, "text": audit.canonical(entry)} for entry in entries
    )
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";").writerow([escaped(cell) for cell in cells])
    return line.getvalue()
