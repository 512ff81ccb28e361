"""Jinja filters and helpers for values: dates, sizes, counts, spans, initials."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request

from portal.store.db import now
from portal.web.messages import label, values
from schemas.database import is_database
from schemas.fields import show_phone


def attach(app: Flask) -> None:
    """Register the filters `date`, `last_day` (of a span that ends at an instant), `month_name`, `datetime`, `clock`,
    `bytes`, `count`, `most` (as far as it was counted), `duration`, `office_time`, `relative`, `moment`, `ago`, `nip`,
    `phone`, `iso`, `date_input` (for a date's field), `iso_date` (of a kept "2026-11-23"), `initials`, `agent`,
    `source` (a folder or database as people call it), and the globals `now()` and `page_url(**changes)`."""
    app.jinja_env.filters.update(
        date=values.day,
        last_day=lambda value: values.day(value - timedelta(seconds=1)),
        month_name=values.month,
        datetime=values.instant,
        clock=values.clock,
        bytes=values.size,
        count=values.count,
        most=values.most,
        duration=values.duration,
        office_time=values.office_time,
        relative=lambda value: values.relative(value, now()),
        moment=lambda value: values.moment(value, now()),
        ago=lambda value: values.ago(value, now()),
        nip=values.nip,
        phone=show_phone,
        iso=lambda value: value.isoformat() if value else "",
        date_input=lambda value: value.astimezone(values.ZONE).date().isoformat() if value else "",
        iso_date=lambda value: values.day(date.fromisoformat(value)),
        initials=initials,
        agent=agent,
        source=source,
    )
    app.jinja_env.globals.update(now=now, page_url=page_url)


def initials(name: str) -> str:
    """Two capitals for a person's mark: first and last word, titles after a comma left out."""
    words = name.split(",", maxsplit=1)[0].split()
    words = [word for word in words if word[0].isalpha() and not word.endswith(".")] or ["?"]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def page_url(**changes: Any) -> str:
    """This page's address with some of its query changed (None removes), for pagination and filters."""
    query = request.args.to_dict(flat=False) | {name: [value] for name, value in changes.items()}
    kept = [(name, value) for name, many in query.items() for value in many if value is not None]
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def source(path: str) -> str:
    """'arsip (PostgreSQL)' for a database; a folder is its path."""
    if not is_database(path):
        return path
    engine, _, name = path.partition(":")
    return f"{name} ({label('engine', engine)})"


# (what the header holds, what a person calls it), the first match counts: Edge and Opera also say Chrome.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def agent(header: str) -> str:
    """'Firefox, Linux' from a User-Agent header; its beginning where neither is known."""
    firsts = (next((name for mark, name in table if mark in header), "") for table in (_BROWSERS, _SYSTEMS))
    found = [name for name in firsts if name]
    return ", ".join(found) or header[:60] or "–"
