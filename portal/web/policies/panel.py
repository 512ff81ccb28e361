"""The rules beside a request, for the pages that show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from portal.operations import selection
from portal.sop.selection import STAGE_OF
from portal.store import db
from portal.web import messages
from portal.web.policies.door import blueprint

if TYPE_CHECKING:
    from portal.operations.selection import Judged
    from portal.store.models import BackupRequest

LISTS = {"services": "service", "allowed": "service", "frequencies": "frequency"}
"""Context values that are lists of identifiers, with the kind of their titles."""


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """What the panel and the inbox need: the answers for a request, and one answer in words."""
    return {"selection_of": selection_of, "rule_words": rule_words, "stages_of": stages_of}


def selection_of(backup_request: BackupRequest) -> Judged | None:
    """The rules' answers for a request at steps 3 and 4, else None."""
    return selection.of_request(backup_request, at=db.now())


def stages_of(step: str) -> list[str]:
    """The stages in the order in which they are shown at a step: its own first."""
    own = STAGE_OF[step]  # type: ignore[index]
    return [own.value, *(stage.value for stage in type(own) if stage is not own)]


def rule_words(code: str, context: Mapping[str, Any]) -> str:
    """A rule's answer as a sentence."""
    readable = {
        name: [messages.label(LISTS[name], each) for each in value] if name in LISTS else value
        for name, value in context.items()
    }
    return messages.text(code, **readable)
