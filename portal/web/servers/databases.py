"""The databases of a server: what it shows, which are kept, and how each engine is signed in to."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, NotFound
from portal.operations import database_access
from portal.operations import servers as desk
from portal.store import db
from portal.store.queries import databases as rows
from portal.store.queries import servers
from portal.web import fragments, messages, outcomes
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from portal.web.servers.door import blueprint
from schemas.database import DEFAULT_ACCOUNTS, DatabaseName, Engine
from schemas.database import parse as parse_name
from schemas.server import AccessForm

Answer = Response | WerkzeugResponse
FIELDS = ("method", "username", "host", "port")


@blueprint.get("/<int:server_id>/database")
def databases(server_id: int) -> Answer:
    """The card of the databases alone, asked for again while the server's answer is awaited."""
    if not fragments.wanted():
        return redirect(url_for("servers.show", server_id=server_id, _anchor="database"), 303)
    server = desk.find(server_id)
    may_keep = person().has("subdivision_head", "administrator")
    page = render_template(
        "servers/_databases.html", server=server, may_keep=may_keep, databases=view(server_id)
    )
    return make_response(page)


@blueprint.post("/<int:server_id>/database")
def choose_database(server_id: int) -> Answer:
    """Put a database on the list of what is kept."""
    try:
        wanted = parse_name(request.form.get("path", ""))
    except ValueError as error:
        raise NotFound("database.not_shown", database=request.form.get("path", "")) from error
    database_access.choose(server_id, wanted, person().user, at=db.now())
    notice("database.added", database=wanted.name)
    return _back(server_id)


@blueprint.get("/<int:server_id>/database/<engine>/akses")
def access(server_id: int, engine: str) -> Answer:
    """The form of how an engine is signed in to; a password that is known is never shown."""
    kind = _engine(engine)
    known = rows.access(server_id, engine)
    values = (
        {name: getattr(known, name) for name in FIELDS} if known else {"username": DEFAULT_ACCOUNTS[kind]}
    )
    return _form(server_id, kind, {**values, "port": values.get("port") or ""}, {})


@blueprint.post("/<int:server_id>/database/<engine>/akses")
def set_access(server_id: int, engine: str) -> Answer:
    """Keep how an engine is signed in to, the password sealed."""
    kind, values = _engine(engine), typed(request.form)
    sent = {name: values.get(name, "") for name in (*FIELDS, "password")} | {"engine": kind.value}
    try:
        form = parse(AccessForm, sent)
        settings = current_app.config["SETTINGS"]
        database_access.set_access(server_id, form, person().user, at=db.now(), settings=settings)
    except InvalidInput as error:
        return _form(server_id, kind, values, messages.field_problems(error.fields), 422)
    notice("access.saved", engine=kind.value)
    return _back(server_id)


def view(server_id: int) -> dict[str, Any]:
    """What the card shows: each engine with what the server last said of it, and what is chosen."""
    asked, shown = servers.last_inquiry(server_id, "databases"), rows.last_shown(server_id)
    chosen = {source.path: source for source in rows.chosen(server_id)}
    known = {access.engine: access for access in rows.accesses(server_id)}
    said = {each["engine"]: each for each in (shown.result or {}).get("engines", ())} if shown else {}
    engines = [
        _engine_view(engine, said.get(engine.value), chosen, known.get(engine.value)) for engine in Engine
    ]
    return {
        "engines": engines,
        "asked": asked,
        "shown": shown,
        "chosen": list(chosen.values()),
        "pending": asked is not None and outcomes.is_live(asked),
    }


def _engine_view(
    engine: Engine, said: dict[str, Any] | None, chosen: dict[str, Any], access: Any
) -> dict[str, Any]:
    listed = {each["name"]: each["size_bytes"] for each in (said or {}).get("databases", ())}
    mine = {
        parse_name(path).name: source for path, source in chosen.items() if parse_name(path).engine is engine
    }
    names = sorted(listed.keys() | mine.keys())
    context = {"engine": engine.value}
    code = (said or {}).get("code", "")
    return {
        "engine": engine.value,
        "version": (said or {}).get("version", ""),
        "asked": said is not None,
        "absent": code == "database.no_client",
        "problem": f"{messages.text(code, **context)} {outcomes.advice(code, context)}" if code else "",
        "access": access,
        "account": access.username if access else DEFAULT_ACCOUNTS[engine],
        "rows": [
            {
                "name": name,
                "path": DatabaseName(engine, name).path,
                "size_bytes": listed.get(name, mine[name].size_bytes if name in mine else None),
                "seen": name in listed,
                "source": mine.get(name),
            }
            for name in names
        ],
    }


def _engine(name: str) -> Engine:
    try:
        return Engine(name)
    except ValueError as error:
        raise NotFound("database.engine") from error


def _form(
    server_id: int, engine: Engine, values: dict[str, Any], problems: dict[str, str], status: int = 200
) -> Response:
    known = rows.access(server_id, engine.value)
    page = render_template(
        "servers/access.html",
        server=desk.find(server_id),
        engine=engine.value,
        account=DEFAULT_ACCOUNTS[engine],
        values=values,
        problems=problems,
        has_password=bool(known and known.sealed),
    )
    return make_response(page, status)


def _back(server_id: int) -> WerkzeugResponse:
    return redirect(url_for("servers.show", server_id=server_id, _anchor="database"), 303)
