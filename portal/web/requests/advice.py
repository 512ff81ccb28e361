"""Beside FM 001: what the policy says of it so far, what was changed since it came back, when a reply is likely."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import render_template

from portal.operations import draft_advice, parcel
from portal.sop.table import CURRENT_VERSION, Step
from portal.store import db
from portal.web import messages
from portal.web.identity import person
from portal.web.policies import panel
from portal.web.requests import typed_form
from portal.web.requests.changes import since_return
from portal.web.requests.door import blueprint

if TYPE_CHECKING:
    from portal.store.models import BackupRequest


@blueprint.post("/kebijakan")
def advice() -> str:
    """The panel for the form as typed so far."""
    return render_template(
        "requests/_advice.html", **told(typed_form.values(), typed_form.known(person().user))
    )


def told(values: Mapping[str, Any], backup_request: BackupRequest | None) -> dict[str, Any]:
    """What the panel says."""
    at = db.now()
    unit = backup_request.unit if backup_request else person().user.unit
    returned = backup_request is not None and backup_request.step == Step.RETURNED
    return {
        "checks": draft_advice.of_draft(values, unit.code, at),
        "hint_words": words,
        "mended": since_return(backup_request, values) if returned and backup_request else None,
        "likely": parcel.if_sent(CURRENT_VERSION, at),
    }


def words(code: str, context: Mapping[str, Any]) -> str:
    """A rule's answer for whoever fills in the form: in words of its own where the desks' would not fit."""
    own = f"hint.{code}"
    return panel.rule_words(own if messages.knows(own) else code, context)
