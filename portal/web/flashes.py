"""Notices: what a page says once, after an action or a redirect."""

from __future__ import annotations

from typing import Any

from flask import flash

from portal.web import messages


def notice(code: str, tone: str = "ok", **context: Any) -> None:
    """Show the sentence of `code` on the next page. `tone`: ok, info, warn or bad."""
    flash(messages.text(code, **context), tone)
