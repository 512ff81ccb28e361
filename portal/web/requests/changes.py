"""What was mended in a form that came back, field by field, as people read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from portal.web import messages
from portal.web.messages import values
from schemas.form import show_phone

if TYPE_CHECKING:
    from portal.store.models import BackupRequest


@dataclass(frozen=True, slots=True)
class Change:
    """A field with what stood there and what stands there now."""

    name: str
    before: str
    after: str


def changes(backup_request: BackupRequest) -> list[Change]:
    """The fields that differ from the form that was returned; nothing before it was sent again."""
    old, new = backup_request.previous_form, backup_request.form
    if not old or not new:
        return []
    return [
        Change(name, readable(name, old.get(name)), readable(name, new.get(name)))
        for name in messages.labels("form_field")
        if old.get(name) != new.get(name)
    ]


def readable(name: str, value: Any) -> str:
    """A field's kept value in words."""
    if value in (None, "", []):
        return "–"
    if name == "phone":
        return show_phone(str(value))
    if name == "ends_on":
        return values.day(date.fromisoformat(str(value)))
    if name == "services":
        return ", ".join(messages.label("service", service) for service in value)
    if name == "frequency":
        return messages.label("frequency", value)
    return "\n".join(value) if isinstance(value, list) else str(value)
