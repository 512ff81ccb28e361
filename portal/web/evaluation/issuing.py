"""Issuing the monthly report, handing it out, and the same figures as a workbook."""

from __future__ import annotations

from flask import Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput
from portal.operations import evaluation, evaluation_reports
from portal.sop.evaluation import Month
from portal.store import db
from portal.web import messages
from portal.web.evaluation import workbook
from portal.web.evaluation.door import blueprint
from portal.web.evaluation.pages import wanted
from portal.web.flashes import notice
from portal.web.identity import person
from portal.web.keys import form_key

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.post("/evaluasi/terbitkan")
def issue() -> WerkzeugResponse:
    """Issue the evaluation of the month that the form names."""
    at, settings = db.now(), current_app.config["SETTINGS"]
    month = Month.parse(request.form.get("month")) or Month.of(at)
    try:
        report = evaluation_reports.issue(
            month, request.form.get("note", ""), person().user, form_key(), at=at, settings=settings
        )
    except InvalidInput as error:
        code, context = error.fields["note"]
        notice("evaluation.note_refused", "bad", problem=messages.text(code, **context))
    else:
        notice("evaluation.issued", number=report.number)
    return redirect(url_for("evaluation.index", bulan=month.key, _anchor="terbitan"), 303)


@blueprint.get("/evaluasi/laporan/<int:report_id>.pdf")
def paper(report_id: int) -> Response:
    """An issued report, as it was sealed."""
    document = evaluation_reports.pdf(report_id, current_app.config["SETTINGS"])
    month = evaluation_reports.find(report_id).month
    return _file(document, "application/pdf", f"evaluasi-{month}-{report_id}.pdf", "inline")


@blueprint.get("/evaluasi/laporan/<int:report_id>.xlsx")
def sheets(report_id: int) -> Response:
    """The figures of an issued report."""
    report = evaluation_reports.find(report_id)
    told, trend = evaluation_reports.figures_of(report), evaluation_reports.trend_of(report)
    document = workbook.of(told, trend, number=report.number, marks_url=_marks_url(report.month))
    return _file(document, XLSX, f"evaluasi-{report.month}-{report_id}.xlsx", "attachment")


@blueprint.get("/evaluasi/data.xlsx")
def export() -> Response:
    """The figures of the month and unit on the page, not issued."""
    at, settings = db.now(), current_app.config["SETTINGS"]
    asked = wanted(at)
    told = evaluation.figures(asked.month, at=at, settings=settings, unit_id=asked.unit_id)
    trend = evaluation.trend(asked.month, at=at, settings=settings, unit_id=asked.unit_id)
    url = _marks_url(asked.month.key, asked.unit_id)
    document = workbook.of(told, trend, unit=asked.unit.name if asked.unit else "", marks_url=url)
    return _file(document, XLSX, f"evaluasi-{asked.month.key}.xlsx", "attachment")


def _marks_url(month: str, unit_id: int | None = None) -> str:
    path = url_for("evaluation.said", bulan=month, satker=unit_id)
    return str(current_app.config["SETTINGS"].base_url).rstrip("/") + path


def _file(document: bytes, kind: str, name: str, how: str) -> Response:
    headers = {"Content-Disposition": f'{how}; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(document, content_type=kind, headers=headers)
