"""Style sheets, scripts and pages on their way: small over the wire, and under an address that changes with the file,
so that nobody is shown an old one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask_compress import Compress

COMPRESSED = ["text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"]
"""What a browser shows. What people keep (papers, lists, evidence) goes as it is."""


def attach(app: Flask) -> None:
    """Compress what is shown, and let `url_for("static", …)` carry the file's age; a browser may then keep what it got.

    A token that is compressed beside typed text is no leak (BREACH): its signature is another one each second.
    """
    app.config["COMPRESS_MIMETYPES"] = COMPRESSED
    Compress(app)
    folder = Path(app.static_folder or "")

    @cache
    def version(filename: str) -> str | None:
        path = folder / filename
        return f"{path.stat().st_mtime_ns // 1_000_000:x}" if path.is_file() else None

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and (found := version(values.get("filename", ""))):
            values.setdefault("v", found)
