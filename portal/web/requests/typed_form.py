"""FM 001 as the browser sent it, and as a page begins it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import request

from portal.operations.letters import OFFICE_ZONE
from portal.store import db
from portal.store.queries import requests as rows
from portal.web import messages
from portal.web.addresses import ID_MAX, small_number
from portal.web.forms import new_key, typed
from schemas.form import Fm001, show_phone
from schemas.nip import nip_warnings

if TYPE_CHECKING:
    from portal.store.models import BackupRequest, User

MANY = ("services",)
FIELDS = tuple(Fm001.model_fields)
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


def values() -> dict[str, Any]:
    """The form's own fields as typed."""
    return {name: value for name, value in typed(request.form, MANY).items() if name in FIELDS}


def shown(values: dict[str, Any]) -> dict[str, Any]:
    """The typed values with every field there, folders one on a line."""
    found = {name: values.get(name, [] if name in MANY else "") for name in FIELDS}
    if isinstance(found["folders"], list):
        found["folders"] = "\n".join(found["folders"])
    return found


def key() -> str:
    """The page's draft key; a new one in place of what no page of ours has made."""
    sent = request.form.get("draft_key", "")
    return sent if _KEY.fullmatch(sent) else new_key()


def seen_revision() -> int:
    """The state of the request that the page showed; nonsense is a state that no request is in."""
    number = small_number(request.form.get("revision", "0"))
    return ID_MAX if number is None else number


def known(user: User) -> BackupRequest | None:
    """The person's own request that the page belongs to, or None."""
    found = rows.by_draft_key(key())
    return found if found is not None and found.requester_id == user.id else None


def nip_warning(values: dict[str, Any]) -> str:
    """What is strange about the NIP as typed, though it is taken."""
    return " ".join(messages.text(code) for code in nip_warnings(values.get("nip", "")))


def prefilled(user: User, copied: str | None) -> dict[str, Any]:
    """What the profile knows, over the copy of a request of one's own where `copied` is its id."""
    number = small_number(copied)
    source = rows.get(number) if number else None
    earlier = dict(source.draft) if source is not None and source.requester_id == user.id else {}
    today = db.now().astimezone(OFFICE_ZONE).date().isoformat()
    profile = {"name": user.name, "nip": user.nip, "phone": _phone(user.phone), "email": user.email}
    usual = {"services": ["backup_files"], "frequency": "daily", "retention_days": "30"}
    return {**usual, **earlier, **profile, "date": today}


def _phone(phone: str) -> str:
    return show_phone(phone) if phone.startswith("+") else phone
