"""The settings as they stand, for the system administrator: what is set where, and a mail to try the channel out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, url_for
from pydantic import SecretStr
from werkzeug.wrappers import Response

from portal.config import PREFIX, Settings
from portal.operations import outbox as desk
from portal.operations import vault
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import outbox as rows
from portal.web import access
from portal.web.access import roles
from portal.web.flashes import notice
from portal.web.identity import person
from portal.web.keys import form_key

blueprint = Blueprint("settings", __name__, url_prefix="/pengaturan")
KEEP = roles(Role.SYSTEM_ADMIN)
ACCESS = {"settings.index": KEEP, "settings.test": KEEP}

TILES: tuple[tuple[str, str], ...] = (
    ("calendar.index", "calendar-event"),
    ("people.index", "users"),
    ("people.units", "building"),
    ("people.directory", "address-book"),
    ("styles.index", "letter-case"),
    ("outbox.index", "mail"),
    ("audit.index", "shield-check"),
)
"""(endpoint, icon): pages on which something is set. Words stand in messages/settings.py; one that the person may not
visit is left out."""
GROUPS: dict[str, tuple[str, ...]] = {
    "mail": ("smtp_host", "smtp_port", "smtp_security", "smtp_user", "smtp_password", "mail_sender", "ca_bundle"),
    "webhook": ("webhook_url", "webhook_secret"),
    "vault": ("vault", "repository_vault", "repository_vault_port", "second_vault", "second_vault_port",
              "second_copy_late_hours", "restore_keep_days", "safety_keep_days", "integrity_circle_days",
              "restore_test_days"),
    "portal": ("base_url", "var", "database_url", "session_idle_minutes", "session_days", "sign_in_per_minute",
               "attachment_max_bytes", "attachments_per_request", "emergency_hours", "emergency_review_days"),
}  # fmt: skip
"""What is shown, by card. The rest is for whoever runs the machine and stands in the README."""
HIDDEN = frozenset({"database_url", "webhook_url"})
"""Addresses that may hold a password or a token: only their kind and host are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """One setting: `value` as it may be shown, `secret` where only its presence is, and whether the installation has
    set it or left it as it comes."""

    name: str
    variable: str
    value: Any
    secret: bool
    is_set: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """A page on which something is set."""

    endpoint: str
    icon: str
    url: str


@blueprint.get("")
def index() -> str:
    """The settings on one page."""
    settings, at, who = _settings(), db.now(), person()
    return render_template(
        "settings/index.html",
        tiles=list(_tiles()),
        groups={name: [line(settings, each) for each in names] for name, names in GROUPS.items()},
        channels={name: rows.check_of(name) for name in settings.channels},
        tested=rows.last_test(who.id),
        room=vault.room(settings),
        elsewhere=vault.elsewhere(settings, at),
    )


@blueprint.post("/surel/uji")
def test() -> Response:
    """Send a message to oneself to try the channels out."""
    who = person()
    desk.test(who.user, form_key(), at=db.now(), settings=_settings())
    notice("settings.test_asked", "info", email=who.user.email)
    return redirect(url_for("settings.index", _anchor="surel"), 303)


def line(settings: Settings, name: str) -> Line:
    """One setting as it may be shown: a secret never is."""
    value = getattr(settings, name)
    variable = f"{PREFIX}{name.upper()}"
    secret = isinstance(value, SecretStr)
    if secret:
        value = bool(value.get_secret_value())
    elif name in HIDDEN:
        value = place(str(value))
    names = (variable, f"{variable}_FILE", *(("DATABASE_URL",) if name == "database_url" else ()))
    return Line(name, variable, value, secret, any(os.environ.get(each) for each in names))


def place(url: str) -> str:
    """The kind and host of an address, without what might be a password in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}/…" if parts.hostname else url


def _tiles() -> Iterable[Tile]:
    for endpoint, icon in TILES:
        if access.may_visit(current_app, person(), endpoint):
            yield Tile(endpoint, icon, url_for(endpoint))


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
