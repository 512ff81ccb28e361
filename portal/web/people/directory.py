"""The state of the directory (LDAP), and who would be found there under a user name."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request

from portal import directory as port
from portal.config import Settings
from portal.directory import Entry
from portal.errors import PortalError
from portal.operations import directory_accounts
from portal.store.queries import people
from portal.web import messages
from portal.web.addresses import search_words
from portal.web.people.door import blueprint
from schemas.directory import attributes, group_roles


@dataclass(frozen=True, slots=True)
class State:
    """Whether the directory answered just now: in how many milliseconds, or what is wrong and what it said."""

    milliseconds: int = 0
    problem: str = ""
    told: str = ""


@blueprint.get("/direktori")
def directory() -> str:
    """Ask the directory now; with `cari`, also who is found. It shows no password, and none is asked for."""
    settings: Settings = current_app.config["SETTINGS"]
    words = search_words(request.args.get("cari"))
    state = _state(settings) if settings.ldap_url else None
    found = _found(words, settings) if words and state and not state.problem else {}
    return render_template(
        "people/directory.html",
        settings=settings,
        attributes=attributes(settings.ldap_attributes),
        mapped=group_roles(settings.ldap_roles),
        state=state,
        words=words,
        **{"entry": None, "problem": "", "local": None, "given": [], "groups": []} | found,
    )


def _state(settings: Settings) -> State:
    began = time.monotonic()
    try:
        port.probe(settings)
    except PortalError as error:
        return State(problem=messages.problem(error), told=str(error.context.get("told", "")))
    return State(round((time.monotonic() - began) * 1000))


def _found(username: str, settings: Settings) -> dict[str, Any]:
    """What a sign-in under this name would find."""
    try:
        entry = port.find(username, settings)
    except PortalError as error:
        return {"problem": messages.problem(error)}
    if entry is None:
        return {"local": people.user_by_username(username)}
    account = people.user_by_username(entry.fields["username"]) or people.user_by_username(username)
    return {
        "entry": entry,
        "local": account,
        "given": directory_accounts.roles_of(entry, settings),
        "groups": _groups(entry, settings),
    }


def _groups(entry: Entry, settings: Settings) -> list[tuple[str, str]]:
    """Each group with the role that it gives, or nothing."""
    mapped = group_roles(settings.ldap_roles)
    return [
        (dn, next((role for role, group in mapped if port.same_dn(group, dn)), "")) for dn in entry.groups
    ]
