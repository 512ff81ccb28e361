"""Addresses of style sheets, scripts and pictures that change with the file, so that nobody is shown an old one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask


def attach(app: Flask) -> None:
    """Let `url_for("static", …)` carry the file's age; a browser may then keep what it got."""
    folder = Path(app.static_folder or "")

    @cache
    def version(filename: str) -> str | None:
        path = folder / filename
        return f"{path.stat().st_mtime_ns // 1_000_000:x}" if path.is_file() else None

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and (found := version(values.get("filename", ""))):
            values.setdefault("v", found)
