"""What was mended in a form that came back, field by field and word by word, as people read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from portal.web import messages
from portal.web.messages import values
from schemas.followup import RequestKind
from schemas.form import Fm001Draft, complete, show_phone

if TYPE_CHECKING:
    from portal.store.models import BackupRequest

CHOSEN = {"frequency": "frequency", "target": "restore_kind"}
"""Fields that hold one identifier, with the kind of its titles."""
WORDS_MAX = 1500
"""Texts of more words than this are shown whole: the comparison's time grows with the square."""
_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Change:
    """A field with what stood there and what stands there now."""

    name: str
    before: str
    after: str

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """The text in order as (equal, delete or insert, words)."""
        return word_diff(self.before, self.after)


def word_diff(before: str, after: str) -> list[tuple[str, str]]:
    """What became of a text word by word: what was there stays, goes (delete) or comes (insert). Put together without
    what comes it is `before`, without what goes `after`."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > WORDS_MAX:
        return [("delete", before), ("insert", after)]
    found: list[tuple[str, str]] = []
    for what, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if what == "equal":
            found.append(("equal", "".join(old[old_from:old_to])))
            continue
        gone, come = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        found += [("delete", gone)] * bool(gone) + [("insert", come)] * bool(come)
    return found


def changes(backup_request: BackupRequest) -> list[Change]:
    """The fields that differ from the form that was returned; nothing before it was sent again."""
    old, new = backup_request.previous_form, backup_request.form
    return _between(old, new) if old and new else []


def since_return(backup_request: BackupRequest, typed: Mapping[str, Any]) -> list[Change]:
    """The fields that differ, as typed so far, from the form that came back."""
    old = backup_request.previous_form
    if not old:
        return []
    if backup_request.kind != RequestKind.SERVICE:
        return _between({name: str(old.get(name, "")) for name in typed}, dict(typed))
    return _between(old, _as_kept(typed))


def _between(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    found = [
        Change(name, readable(name, old.get(name)), readable(name, new.get(name)))
        for name in messages.labels("form_field")
        if name in old or name in new
    ]
    return [change for change in found if change.before != change.after]


def _as_kept(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed as it would be kept; where that is not complete yet, as near to it as it comes."""
    draft = Fm001Draft.model_validate(typed)
    try:
        return complete(draft).model_dump(mode="json")
    except ValidationError:
        found: dict[str, Any] = dict(draft.root)
        folders = found.get("folders") or ""
        lines = folders if isinstance(folders, list) else folders.splitlines()
        return found | {"folders": [line.strip() for line in lines if line.strip()]}


def readable(name: str, value: Any) -> str:
    """A field's value in words, kept or as typed."""
    if value in (None, "", []):
        return "–"
    if name == "phone":
        return show_phone(str(value)) if str(value).startswith("+") else str(value).strip()
    if name == "ends_on":
        return _day(str(value))
    if name == "services":
        return ", ".join(messages.label("service", service) for service in value)
    if name in CHOSEN:
        return messages.label(CHOSEN[name], value)
    if isinstance(value, list):
        return "\n".join(value)
    return "\n".join(str(value).strip().splitlines())


def _day(text: str) -> str:
    try:
        return values.day(date.fromisoformat(text))
    except ValueError:
        return text
