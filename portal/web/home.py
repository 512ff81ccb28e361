"""The front page: what waits, what was asked for, what is late."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.web.access import SIGNED_IN

blueprint = Blueprint("home", __name__)
ACCESS = {"home.index": SIGNED_IN}


@blueprint.get("/")
def index() -> str:
    """The signed-in person's front page."""
    return render_template("home/index.html")
