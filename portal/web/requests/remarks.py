"""Notes and questions on a request: written by its officials, questions answered by its requester."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from portal.errors import InvalidInput, PortalError, TransitionRefused
from portal.operations import remarks
from portal.store import db
from portal.store.queries import remarks as rows
from portal.web import messages
from portal.web.flashes import notice
from portal.web.forms import new_key, parse
from portal.web.identity import person, person_or_none
from portal.web.requests import show
from portal.web.requests.door import blueprint, find
from schemas.remark import AnswerForm, RemarkForm

if TYPE_CHECKING:
    from portal.store.models import BackupRequest, Remark

Answer = Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Remarks:
    """What a person sees of them: `may_write` and `may_answer` tell what the person may add; `key` is a new form's."""

    rows: list[Remark]
    may_write: bool
    may_answer: bool
    key: str

    @property
    def waiting(self) -> int:
        """How many questions have no answer yet."""
        return sum(row.kind == "question" and row.answered_at is None for row in self.rows)


@blueprint.post("/<int:request_id>/catatan")
def remark(request_id: int) -> Answer:
    """Keep a note, or ask the requester."""
    typed = request.form.to_dict()
    try:
        made = remarks.write(request_id, parse(RemarkForm, typed), user=person().user, at=db.now())
    except (InvalidInput, TransitionRefused) as error:
        return _again(request_id, error, typed)
    notice(f"remark.{made.kind}")
    return redirect(url_for("requests.show", request_id=request_id, _anchor="catatan"), 303)


@blueprint.post("/<int:request_id>/catatan/<int:remark_id>")
def answer(request_id: int, remark_id: int) -> Answer:
    """Answer a question."""
    typed = request.form.to_dict() | {"answering": str(remark_id)}
    try:
        remarks.answer(remark_id, parse(AnswerForm, typed), user=person().user, at=db.now())
    except (InvalidInput, TransitionRefused) as error:
        return _again(request_id, error, typed)
    notice("remark.answer_sent")
    return redirect(url_for("requests.show", request_id=request_id, _anchor="catatan"), 303)


def _again(request_id: int, error: PortalError, typed: dict[str, Any]) -> Answer:
    """The request's page with what was typed, and why it was not kept."""
    fields = messages.field_problems(error.fields) if isinstance(error, InvalidInput) else {}
    problem = fields.get("text") or next(iter(fields.values()), "") or messages.problem(error)
    kept = {"remark": typed, "remark_problem": problem}
    return show.page(find(request_id), typed=kept), error.status


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """`remarks_of(request)` for the request's page and the preview, `open_questions()` for the front page."""
    return {"remarks_of": remarks_of, "open_questions": open_questions}


def open_questions() -> list[tuple[str, int]]:
    """(number, id) of the person's requests that wait for an answer."""
    who = person_or_none()
    return rows.open_for(who.id) if who else []


def remarks_of(backup_request: BackupRequest) -> Remarks | None:
    """What the person may read of the remarks; None where there is nothing to show."""
    who, at = person_or_none(), db.now()
    if who is None or backup_request.submitted_at is None:
        return None
    official = remarks.may_write(backup_request, who.user, at)
    mine = backup_request.requester_id == who.id
    found = rows.of_request(backup_request.id, notes=official)
    return Remarks(found, official, mine, new_key()) if found or official else None
