"""How a request of its kind is called, and what its buttons say: the kind's own words where it has some."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from portal.web import messages
from portal.web.requests.door import blueprint
from schemas.followup import MARKABLE, RequestKind

if TYPE_CHECKING:
    from portal.store.models import BackupRequest

OF_FOLLOW_UPS = tuple(
    dict.fromkeys(name for names in MARKABLE.values() for name in names if name != "reason")
)


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """What the request's page, the inbox and the lists need."""
    return {"deed": deed, "markable": markable, "instant_of": datetime.fromisoformat}


def deed(prefix: str, backup_request: BackupRequest, action: str) -> str:
    """What a button (`prefix` "button") or its explanation ("move") says of an action on this request."""
    own = f"{prefix}.{backup_request.kind}.{backup_request.step}.{action}"
    return messages.text(own if messages.knows(own) else f"{prefix}.{backup_request.step}.{action}")


def markable(backup_request: BackupRequest) -> Mapping[str, str]:
    """The fields of this request's form that can be marked for mending, with their titles."""
    kind, titles = RequestKind(backup_request.kind), messages.labels("form_field")
    if kind is RequestKind.SERVICE:
        return {name: title for name, title in titles.items() if name not in OF_FOLLOW_UPS}
    return {name: titles[name] for name in MARKABLE[kind]}
