"""The catalogue as one list that prints: the SOP's "daftar database/file", as a page, CSV and PDF."""

from __future__ import annotations

import csv
import io

from flask import Response, current_app, render_template, request

from portal.operations import catalogue
from portal.store import db
from portal.web import messages
from portal.web.addresses import search_words
from portal.web.formatting import source as named
from portal.web.messages import values
from portal.web.requests.listing import escaped
from portal.web.servers.door import blueprint
from schemas.catalogue import CatalogueLine
from schemas.schedule import ScheduleRule


@blueprint.get("/daftar")
def printed() -> str:
    """Every server with what is kept of it, on one page."""
    words = _words()
    found = catalogue.lines(words, at=db.now())
    return render_template("servers/printed.html", lines=found, words=words)


@blueprint.get("/daftar.csv")
def printed_csv() -> Response:
    """The same for a spreadsheet; cells that would be formulas are escaped."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";")
    writer.writerow(messages.labels("catalogue_column").values())
    for line in catalogue.lines(_words(), at=db.now()):
        writer.writerow([escaped(cell) for cell in _cells(line)])
    return _file("\ufeff" + table.getvalue(), "text/csv; charset=utf-8", "csv", "attachment")


@blueprint.get("/daftar.pdf")
def printed_pdf() -> Response:
    """The same as a paper."""
    document = catalogue.pdf(_words(), at=db.now(), settings=current_app.config["SETTINGS"])
    return _file(document, "application/pdf", "pdf", "inline")


def _cells(line: CatalogueLine) -> list[str]:
    folders, databases = (
        "\n".join(_source(source.path, source.size_bytes) for source in line.sources if source.kind == kind)
        for kind in ("folder", "database")
    )
    vaults = [messages.label("catalogue_vault", name) for name, there in _vaults(line) if there]
    return [
        line.name,
        line.address if line.port == 22 else f"{line.address}:{line.port}",
        messages.label("catalogue_state", "active" if line.active else "resting"),
        ", ".join(line.units),
        folders,
        databases,
        str(line.size_bytes),
        "\n".join(map(rhythm, line.rules)),
        str(line.retention_days or ""),
        line.retention_class,
        ", ".join(vaults),
        _when(line.copied_at),
        _when(line.proven_at),
    ]


def _vaults(line: CatalogueLine) -> tuple[tuple[str, bool], ...]:
    return ("first", line.kept), ("second", line.second)


def _source(path: str, size: int | None) -> str:
    return f"{named(path)} ({values.size(size)})" if size is not None else named(path)


def rhythm(rule: ScheduleRule) -> str:
    """When a schedule runs, in words."""
    days = ", ".join(messages.label("weekday", day) for day in rule.weekdays)
    return messages.text(
        f"catalogue.{rule.rhythm}", clock=rule.at.strftime("%H.%M"), days=days, day=rule.month_day, cron=rule.cron
    )  # fmt: skip


def _when(at: object) -> str:
    return values.shown(at) if at else ""


def _words() -> str:
    return search_words(request.args.get("cari"))


def _file(body: str | bytes, kind: str, suffix: str, how: str) -> Response:
    name = f"{messages.label('export_name', 'catalogue')}.{suffix}"
    return Response(body, content_type=kind, headers={"Content-Disposition": f'{how}; filename="{name}"'})
