"""Entries of the trail as people read them: what each tells, in words, and the page of what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app, url_for

from portal.store.queries import audit as trail
from portal.store.queries.requests import READS_ALL
from portal.web import access, messages
from portal.web.messages import values

if TYPE_CHECKING:
    from portal.store.models import AuditEntry
    from portal.web.identity import Person

# Values that are identifiers, by the name under which the trail keeps them.
KINDS = {"step": "step", "next_step": "step", "role": "role", "instructions": "instruction",
         "marked_fields": "form_field", "services": "service", "frequency": "frequency",
         "kind": "run_kind", "restore_kind": "restore_kind", "mode": "restore_mode",
         "not_met": "policy_rule", "unknown": "policy_rule",
         "changed": "policy_term", "verdict": "emergency_verdict", "acting": "acting", "steps": "step"}  # fmt: skip
PAGES = {
    "run": ("runs.show", "run_id"),
    "server": ("servers.show", "server_id"),
    "mirror": ("mirrors.show", "mirror_id"),
    "emergency": ("emergencies.show", "emergency_id"),
}
"""The page of what an entry is about, where the rule of the page asks for a role alone."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with what it tells (name and value in words), what it is about in words, and that one's page for those
    who may open it."""

    entry: AuditEntry
    told: list[tuple[str, str]]
    subject: str
    url: str


def lines(entries: list[AuditEntry], who: Person) -> list[Line]:
    """The entries for a page."""
    ids: dict[str, set[int]] = {}
    for entry in entries:
        if entry.subject_id is not None:
            ids.setdefault(entry.subject_type, set()).add(entry.subject_id)
    names = {
        "request": trail.numbers(ids.get("request", ())),
        "server": trail.server_names(ids.get("server", ())),
    }
    return [_line(entry, names.get(entry.subject_type, {}), who) for entry in entries]


def details(entry: AuditEntry) -> Iterator[tuple[str, str]]:
    """What an entry tells, name and value in words; what is empty is left out."""
    return _details(entry.data)


def subject_words(entry: AuditEntry, names: Mapping[int, str]) -> str:
    """What an entry is about: a request by its number, a server by its name, what else there is by kind and number."""
    kind = messages.label("subject", entry.subject_type)
    if entry.subject_id is None:
        return kind
    return f"{kind} {names.get(entry.subject_id) or f'#{entry.subject_id}'}"


def _line(entry: AuditEntry, names: Mapping[int, str], who: Person) -> Line:
    return Line(entry, list(details(entry)), subject_words(entry, names), _url(entry, names, who))


def _url(entry: AuditEntry, names: Mapping[int, str], who: Person) -> str:
    if entry.subject_id is None:
        return ""
    if entry.subject_type == "request":
        # A draft, which has no number, is its owner's alone.
        readable = who.has(*READS_ALL) and entry.subject_id in names
        return url_for("requests.show", request_id=entry.subject_id) if readable else ""
    endpoint, name = PAGES.get(entry.subject_type, ("", ""))
    rule = access.rule_of(current_app, endpoint)
    found: dict[str, Any] = {name: entry.subject_id}
    return url_for(endpoint, **found) if rule is not None and rule.admits(who, found) else ""


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
    if isinstance(value, Mapping):
        return "; ".join(f"{title}: {text}" for title, text in _details(value))
    if isinstance(value, str) and name in KINDS:
        return messages.label(KINDS[name], value)
    # Numbers in the trail name things or count few of them: they stand as they are.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else values.shown(value)
