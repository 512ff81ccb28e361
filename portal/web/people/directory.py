"""The state of the directory (LDAP), and who would be found there under a user name."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import directory as port
from portal.config import Settings
from portal.directory import Entry
from portal.errors import PortalError
from portal.operations import directory_accounts, directory_sync
from portal.store import db
from portal.store.queries import accounts, people
from portal.web import messages
from portal.web.addresses import search_words
from portal.web.flashes import notice
from portal.web.identity import person
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
        accounts=len(accounts.of_directory()),
        words=words,
        **{"entry": None, "problem": "", "local": None, "given": [], "groups": []} | found,
    )


@blueprint.post("/direktori/selaraskan")
def synchronise() -> WerkzeugResponse:
    """Bring every account of the directory up to date now."""
    settings = current_app.config["SETTINGS"]
    outcome = directory_sync.synchronise(actor=person().user, at=db.now(), settings=settings)
    notice("directory.synchronised", found=outcome.found)
    for code, names in (("directory.left", outcome.gone), ("directory.kept_as_is", outcome.refused)):
        if names:
            notice(code, "warn", names=", ".join(names))
    return redirect(url_for("people.directory"), 303)


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
