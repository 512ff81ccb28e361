"""What people were told by mail and webhook, how the channels are, sending again, and trying out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.config import Settings
from portal.operations import channels
from portal.operations import outbox as desk
from portal.operations.channels import Trouble
from portal.store import db
from portal.store.queries import outbox as rows
from portal.web import messages, outcomes
from portal.web.access import roles
from portal.web.addresses import page_number, search_words
from portal.web.flashes import notice
from portal.web.identity import Person, person
from portal.web.keys import form_key

blueprint = Blueprint("outbox", __name__, url_prefix="/pemberitahuan")
KEEP = roles(*desk.KEEPERS)
ACCESS = {"outbox.index": KEEP, "outbox.test": KEEP, "outbox.again": KEEP}


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is wrong with the channels: what happened, and what to do."""

    what: str
    advice: str


@blueprint.get("")
def index() -> str:
    """The messages, newest first, and how the channels are."""
    wanted = rows.Filter(
        words=search_words(request.args.get("cari")),
        state=_one_of("outbox_state", request.args.get("keadaan")),
        channel=_one_of("channel", request.args.get("saluran")),
    )
    found = rows.search(wanted, page_number(request.args.get("halaman")))
    names = _settings().channels
    return render_template(
        "outbox/index.html",
        found=found,
        wanted=wanted,
        channels=[(name, rows.check_of(name)) for name in names],
        alarms=alarms(person()),
    )


@blueprint.post("/uji")
def test() -> Response:
    """Send a message to try the channels out."""
    who = person()
    desk.test(who.user, form_key(), at=db.now(), settings=_settings())
    notice("outbox.test_asked", "info", email=who.user.email)
    return redirect(url_for("outbox.index"), 303)


@blueprint.post("/<int:message_id>/ulang")
def again(message_id: int) -> Response:
    """Try a message anew that was given up."""
    desk.send_again(message_id, person().user, at=db.now())
    notice("outbox.again", "info")
    return redirect(url_for("outbox.index"), 303)


@blueprint.app_template_filter("outbox_words")
def outbox_words(thing: Any) -> tuple[str, str]:
    """Why a message or a channel failed, and what to do about it."""
    return _words(thing.code, thing.context or {}) if thing.code else ("", "")


def alarms(who: Person) -> list[Alarm]:
    """What keeps people from hearing of what happens, for those who look after it."""
    if not who.has(*desk.KEEPERS):
        return []
    return [_alarm(trouble) for trouble in channels.troubles(_settings().channels, db.now())]


def is_off(who: Person) -> bool:
    """Whether nobody is told anything because no channel is set, for those whom that concerns."""
    return who.has(*desk.KEEPERS) and not _settings().channels


def _alarm(trouble: Trouble) -> Alarm:
    if trouble.stuck:
        return Alarm(*_words("outbox.stuck", {"count": trouble.stuck}))
    if trouble.given_up:
        return Alarm(*_words("outbox.given_up", {"count": trouble.given_up}))
    return Alarm(*_words(trouble.code, trouble.context or {}))


def _words(code: str, context: dict[str, Any]) -> tuple[str, str]:
    return messages.text(code, **context), outcomes.advice(code, context)


def _one_of(kind: str, value: str | None) -> str:
    return value if value and value in messages.labels(kind) else ""


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
