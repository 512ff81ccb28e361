"""The log of a run: in pieces that a page appends, and whole as a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, current_app, make_response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import NotFound
from portal.operations import run_logs
from portal.web import fragments, outcomes
from portal.web.addresses import small_number
from portal.web.messages.values import ZONE
from portal.web.runs.door import blueprint
from portal.web.runs.pages import OFFSET_DIGITS, find

_LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z ([A-Z]+) (.*)", re.DOTALL)
# The worker escapes what cannot be seen; should something else have written the file, it stays harmless here too.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
MARKED = {"WARN": "warn", "WARNING": "warn", "ERROR": "bad", "CRITICAL": "bad"}


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line as it is shown: the time in Jakarta, the tone of a warning or error, the text."""

    time: str
    tone: str
    text: str


@blueprint.get("/pekerjaan/<int:run_id>/log")
def log(run_id: int) -> Response | WerkzeugResponse:
    """The lines from byte `after` on, at most a bounded piece, with what asks for the next piece."""
    run, after = find(run_id), small_number(request.args.get("after"), OFFSET_DIGITS) or 0
    if not fragments.wanted():
        return redirect(url_for("runs.show", run_id=run_id, mulai=after, _anchor="catatan"), 303)
    live = outcomes.is_live(run)
    piece = run_logs.read(run_id, after, current_app.config["SETTINGS"], closed=not live)
    return make_response(render_template("runs/_log_piece.html", run=run, piece=piece, live=live))


@blueprint.get("/pekerjaan/<int:run_id>/log.txt")
def download_log(run_id: int) -> Response:
    """The whole log as it was written: plain text, times in UTC. Raises NotFound('run.no_log')."""
    find(run_id)
    path = run_logs.path_of(run_id, current_app.config["SETTINGS"])
    if not path.is_file():
        raise NotFound("run.no_log")
    return send_file(
        path,
        mimetype="text/plain",
        as_attachment=True,
        download_name=f"pekerjaan-{run_id}.log.txt",
        max_age=0,
    )


@blueprint.app_template_filter("log_line")
def log_line(line: str) -> LogLine:
    """A line of a log, cut into its parts."""
    found = _LINE.fullmatch(line)
    try:
        stamp = datetime.fromisoformat(found[1] if found else "").replace(tzinfo=UTC).astimezone(ZONE)
    except ValueError:
        found = None
    if found is None:
        return LogLine("", "", _UNSEEN.sub("\ufffd", line))
    return LogLine(f"{stamp:%H.%M.%S}", MARKED.get(found[2], ""), _UNSEEN.sub("\ufffd", found[3]))
