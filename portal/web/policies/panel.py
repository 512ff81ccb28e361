"""The rules beside a request, for the pages that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.operations import policies as desk
from portal.operations import selection
from portal.sop.selection import STAGE_OF
from portal.store import db
from portal.store.queries import policies as rows
from portal.web import messages
from portal.web.messages import policy_values
from portal.web.policies.door import blueprint
from schemas.policy import PolicyTerms

if TYPE_CHECKING:
    from portal.operations.selection import Judged
    from portal.store.models import BackupRequest


@dataclass(frozen=True, slots=True)
class InForce:
    """The number of the version that holds, and its terms."""

    number: int
    terms: PolicyTerms

    def words(self, name: str) -> str:
        """A term on one line."""
        return ", ".join(policy_values.term(name, self.terms.model_dump()[name], {}))


LISTS = {"services": "service", "allowed": "service", "frequencies": "frequency"}
"""Context values that are lists of identifiers, with the kind of their titles."""


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """What the panel and the inbox need: the answers for a request, and one answer in words."""
    return {
        "selection_of": selection_of,
        "rule_words": rule_words,
        "stages_of": stages_of,
        "policy_in_force": policy_in_force,
    }


def policy_in_force() -> InForce | None:
    """The policy that holds now, for the forms that it will be held against; None where there is none to trust."""
    version = rows.in_force(db.now())
    terms = desk.terms_of(version) if version else None
    return InForce(version.number, terms) if version and terms else None


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
