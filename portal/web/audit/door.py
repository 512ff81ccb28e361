"""The trail's blueprint, who may read it, and what an address narrows it to."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from flask import Blueprint, request
from pydantic_core import PydanticCustomError

from portal.operations.letters import OFFICE_ZONE
from portal.sop.table import Role
from portal.store.queries import audit as trail
from portal.web import messages
from portal.web.access import roles
from portal.web.addresses import DIGITS_MAX, search_words, small_number
from schemas.fields import day

blueprint = Blueprint("audit", __name__)
READ = roles(Role.AUDITOR, Role.SYSTEM_ADMIN, Role.CENTER_HEAD, Role.DIVISION_HEAD)
ACCESS = {
    "audit.index": READ,
    "audit.check": READ,
    "audit.export_csv": READ,
    "audit.export_jsonl": READ,
}
NAMES = ("cari", "jenis", "subjek", "pelaku", "kejadian", "sejak", "sampai")
"""What an address may narrow the trail by."""
NOBODY = (-1,)
"""The person that a name means which is nobody's."""


def wanted() -> trail.Filter:
    """The filter of this address. Nonsense narrows nothing; a person or subject that is not there gives nothing."""
    kind, event = request.args.get("jenis", ""), request.args.get("kejadian", "")
    kind = kind if kind in messages.labels("subject") else ""
    name, about = search_words(request.args.get("pelaku")), search_words(request.args.get("subjek"))
    subject_type, subject_id = _subject(about, kind) if about else (kind, None)
    return trail.Filter(
        words=search_words(request.args.get("cari")),
        actors=tuple(trail.people(name)) or NOBODY if name else (),
        tag=event if event in messages.labels("event") else "",
        subject_type=subject_type,
        subject_id=subject_id,
        since=_day("sejak"),
        until=_day("sampai", days=1),
    )


def typed() -> dict[str, str]:
    """What was typed into the filters, as it may stand in an address again."""
    found = {name: search_words(request.args.get(name)) for name in NAMES}
    return {name: value for name, value in found.items() if value}


def place() -> trail.Place | None:
    """Where the list goes on, from the address that a page gave; the newest for anything else."""
    at, _, number = request.args.get("sebelum", "").partition("~")
    sequence = small_number(number)
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    return None if sequence is None or found.utcoffset() != timedelta(0) else trail.Place(found, sequence)


def _subject(about: str, kind: str) -> tuple[str, int | None]:
    """What is meant by a request's number, a server's name, or the number of whatever kind was chosen."""
    number = small_number(about.lstrip("#"), DIGITS_MAX)
    if number is not None:
        return kind, number
    request_id = trail.request_id(about)
    if request_id is not None:
        return "request", request_id
    return "server", trail.server_id(about) or -1


def _day(name: str, days: int = 0) -> datetime | None:
    """The beginning, in the office, of the day that a filter names (plus `days`), or None for nonsense."""
    try:
        found = day(request.args.get(name, ""))
    except PydanticCustomError:
        return None
    return datetime.combine(found + timedelta(days=days), time(), OFFICE_ZONE).astimezone(UTC)
