"""The trail: who did what, with filters, and whether its chain holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request
from pydantic_core import PydanticCustomError

from portal.operations import audit
from portal.operations.letters import OFFICE_ZONE
from portal.sop.table import Role
from portal.store.queries import audit as trail
from portal.web import messages
from portal.web.access import roles
from portal.web.addresses import page_number, search_words
from portal.web.messages import values
from schemas.fields import day

if TYPE_CHECKING:
    from portal.store.models import AuditEntry

blueprint = Blueprint("audit", __name__)
ACCESS = {"audit.index": roles(Role.AUDITOR, Role.SYSTEM_ADMIN, Role.CENTER_HEAD, Role.DIVISION_HEAD)}
CHECKED_AT_ONCE = 2000
"""A trail up to this long is checked each time it is looked at; a longer one when somebody asks."""
# Values that are identifiers, by the name under which the trail keeps them.
KINDS = {"step": "step", "next_step": "step", "role": "role", "instructions": "instruction",
         "marked_fields": "form_field", "services": "service", "frequency": "frequency",
         "kind": "run_kind", "restore_kind": "restore_kind", "mode": "restore_mode",
         "not_met": "policy_rule", "unknown": "policy_rule",
         "changed": "policy_term", "verdict": "emergency_verdict"}  # fmt: skip


@blueprint.get("/audit")
def index() -> str:
    """The trail, newest first. `periksa` recomputes the whole chain."""
    kind = request.args.get("jenis", "")
    wanted = trail.Filter(
        words=search_words(request.args.get("cari")),
        subject_type=kind if kind in messages.labels("subject") else "",
        since=_day("sejak"),
        until=_day("sampai", days=1),
    )
    found = trail.search(wanted, page_number(request.args.get("halaman")))
    size = trail.size()
    checked = audit.verify() if request.args.get("periksa") == "1" or size <= CHECKED_AT_ONCE else None
    return render_template(
        "audit/index.html",
        lines=[(entry, list(details(entry))) for entry in found.rows],
        found=found,
        wanted=wanted,
        since=request.args.get("sejak", "") if wanted.since else "",
        until=request.args.get("sampai", "") if wanted.until else "",
        filtered=wanted != trail.Filter(),
        checked=checked,
        size=size,
    )


def details(entry: AuditEntry) -> Iterator[tuple[str, str]]:
    """What an entry tells, name and value in words; what is empty is left out."""
    return _details(entry.data)


def _details(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        if isinstance(value, Mapping):
            nested = "; ".join(f"{title}: {text}" for title, text in _details(value))
            value = nested
        if value not in (None, "", [], {}):
            yield messages.label("detail", name), _readable(name, value)


def _readable(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_readable(name, item) for item in value)
    if isinstance(value, str) and name in KINDS:
        return messages.label(KINDS[name], value)
    # Numbers in the trail name things or count few of them: they stand as they are.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else values.shown(value)


def _day(name: str, days: int = 0) -> datetime | None:
    """The beginning, in the office, of the day that a filter names (plus `days`), or None for nonsense."""
    try:
        found = day(request.args.get(name, ""))
    except PydanticCustomError:
        return None
    return datetime.combine(found + timedelta(days=days), time(), OFFICE_ZONE).astimezone(UTC)
