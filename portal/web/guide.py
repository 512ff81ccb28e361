"""The user guide: docs/panduan as pages, so that help is one step away from where it is needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, render_template, send_from_directory, url_for
from markdown_it import MarkdownIt
from markupsafe import Markup
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import NotFound
from portal.operations import preferences
from portal.sop.table import Role
from portal.store import db
from portal.web import welcome
from portal.web.access import SIGNED_IN
from portal.web.flashes import notice
from portal.web.identity import Person, person

blueprint = Blueprint("guide", __name__)
PAGES = ("index", "show", "picture", "introduction", "put_away")
ACCESS = {f"guide.{page}": SIGNED_IN for page in PAGES}
CHAPTERS = ("pegawai", "pejabat", "kasubbid", "administrator", "administrator-sistem")
"""The files, without .md, in the order of the SOP's desks."""
OF_ROLE = {
    Role.SYSTEM_ADMIN: "administrator-sistem",
    Role.ADMINISTRATOR: "administrator",
    Role.SUBDIVISION_HEAD: "kasubbid",
    Role.UNIT_HEAD: "pejabat",
    Role.CENTER_HEAD: "pejabat",
    Role.DIVISION_HEAD: "pejabat",
    Role.ADMIN_AFFAIRS_HEAD: "pejabat",
}


@blueprint.get("/panduan")
def index() -> str:
    """The chapters, that of the reader's own role first told."""
    return render_template("guide/index.html", chapters=_titles(), own=_own(person()))


@blueprint.get("/panduan/perkenalan")
def introduction() -> str:
    """What the front page shows at the first sign-in, for whoever wants to read it again."""
    return render_template("guide/introduction.html")


@blueprint.post("/panduan/perkenalan")
def put_away() -> WerkzeugResponse:
    """Show the introduction on the front page no more."""
    preferences.put_introduction_away(person().user, at=db.now())
    notice("welcome.closed")
    return redirect(url_for("home.index"), 303)


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """What the introduction needs, asked for only where it is shown."""
    return {"own_desks": lambda: welcome.desks(person()), "own_chapter": lambda: _own(person())}


@blueprint.get("/panduan/<name>")
def show(name: str) -> str:
    """One chapter. Raises NotFound('guide.unknown')."""
    if name not in CHAPTERS:
        raise NotFound("guide.unknown")
    title, text = _chapter(_folder(), name)
    return render_template("guide/show.html", title=title, text=text, chapters=_titles(), name=name)


@blueprint.get("/panduan/gambar/<filename>")
def picture(filename: str) -> Response:
    """A picture of a chapter."""
    return send_from_directory(_folder() / "gambar", filename, mimetype="image/png", max_age=3600)


def _own(who: Person) -> str:
    return next((chapter for role, chapter in OF_ROLE.items() if who.has(role)), "pegawai")


def _titles() -> dict[str, str]:
    return {name: _chapter(_folder(), name)[0] for name in CHAPTERS}


@cache
def _chapter(folder: Path, name: str) -> tuple[str, Markup]:
    """Title and body as HTML. The text is the portal's own; markup in it is shown and not followed all the same."""
    title, _, rest = (folder / f"{name}.md").read_text(encoding="utf-8").partition("\n")
    body = MarkdownIt("commonmark", {"html": False}).render(rest)
    return title.removeprefix("# ").strip(), Markup(body)  # nosec B704


def _folder() -> Path:
    return Path(current_app.root_path) / "docs" / "panduan"
