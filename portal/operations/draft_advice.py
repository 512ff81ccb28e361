"""What the policy would say now of a form as typed so far: advice to whoever fills it in, never in the way.

Only what was typed is judged, and nothing that a stranger should not learn: how large a folder is stays with the desks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal.operations import policies
from portal.operations.selection import is_ready
from portal.sop import selection
from portal.sop.selection import Case, Check, Verdict
from portal.store.queries import policies as rows
from portal.store.queries import servers
from schemas.fields import Frequency, Service

DAYS_MAX = 100_000
LINES_MAX = 200


def of_draft(typed: Mapping[str, Any], unit: str, at: datetime) -> tuple[Check, ...]:
    """The rules' answers about the fields that hold something, in the order in which they are shown; none without a
    policy in force."""
    version = rows.in_force(at)
    terms = policies.terms_of(version) if version else None
    if terms is None:
        return ()
    asked = _asked(typed)
    server = servers.by_name(asked["server"]) if asked["server"] else None
    lines = asked["folders"]
    paths = [line for line in lines if line.startswith("/")]
    case = Case(
        services=asked["services"],
        frequency=asked["frequency"],
        retention_days=asked["retention"] or 0,
        unit=unit,
        paths=len(paths),
        words=len(lines) - len(paths),
        server=server.name if server else asked["server"],
        server_ready=is_ready(server) if server else None,
    )
    judged = selection.judge(terms, case)
    return tuple(_softened(check) for check in judged if asked.get(SHOWN.get(check.rule, "")))


def _softened(check: Check) -> Check:
    """A server that is not in the catalogue yet is the desks' work, and nothing to be warned of."""
    if check.rule == "server" and check.verdict is Verdict.NOT_MET:
        return replace(check, verdict=Verdict.UNKNOWN)
    return check


SHOWN = {
    "services": "services",
    "unit": "anything",
    "frequency": "frequency",
    "retention": "retention",
    "server": "server",
    "folders": "folders",
}
"""The rules that are told beside the form, and what must be typed for each to have something to say."""


def _asked(typed: Mapping[str, Any]) -> dict[str, Any]:
    folders = typed.get("folders") or ""
    text = "\n".join(folders) if isinstance(folders, list) else str(folders)
    days = str(typed.get("retention_days") or "").strip()
    services = typed.get("services") or []
    known, often = {service.value for service in Service}, {each.value for each in Frequency}
    return {
        "anything": True,
        "services": tuple(each for each in services if each in known),
        "frequency": typed.get("frequency") if typed.get("frequency") in often else "",
        "retention": int(days) if days.isascii() and days.isdigit() and 0 < int(days) <= DAYS_MAX else None,
        "server": str(typed.get("server_name") or "").strip()[:120],
        "folders": [line.strip() for line in text.splitlines()[:LINES_MAX] if line.strip()],
    }
