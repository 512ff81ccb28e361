"""The user guide: docs/panduan as pages, so that help is one step away from where it is needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, send_from_directory
from markdown_it import MarkdownIt
from markupsafe import Markup

from portal.errors import NotFound
from portal.sop.table import Role
from portal.web.access import SIGNED_IN
from portal.web.identity import Person, person

blueprint = Blueprint("guide", __name__)
ACCESS = {"guide.index": SIGNED_IN, "guide.show": SIGNED_IN, "guide.picture": SIGNED_IN}
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
