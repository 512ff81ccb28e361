"""Tabler's outline icons, drawn into the page: no request, no script, the text's colour."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from markupsafe import Markup, escape

_NAME = re.compile(r"[a-z0-9-]+")
_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def attach(app: Flask) -> None:
    """Give templates `icon(name, css="")`: a decoration, hidden from screen readers, so a text must stand beside it."""
    folder = Path(app.static_folder or "") / "vendor" / "icons" / "outline"
    bodies: dict[str, str] = {}

    def icon(name: str, css: str = "") -> Markup:
        if name not in bodies:
            bodies[name] = _read(folder, name)
        # The vendored file's own drawing, never anybody's input.
        drawing = Markup(bodies[name])  # nosec B704
        return Markup(
            '<svg class="icon {}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
            'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>'
        ).format(escape(css), drawing)

    app.jinja_env.globals["icon"] = icon


def _read(folder: Path, name: str) -> str:
    """The drawing inside an icon's file. Raises ValueError for a strange name, FileNotFoundError for an unknown."""
    if not _NAME.fullmatch(name):
        raise ValueError(name)
    match = _BODY.search((folder / f"{name}.svg").read_text(encoding="utf-8"))
    if match is None:
        raise ValueError(f"{name}: not an SVG")
    return " ".join(match.group(1).split())
