"""The policy that holds, its versions, and one of them with what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.errors import NotFound
from portal.operations import policies as desk
from portal.store import db
from portal.store.queries import people
from portal.store.queries import policies as rows
from portal.web.flashes import notice
from portal.web.identity import person
from portal.web.messages import policy_values
from portal.web.policies.door import blueprint
from schemas.policy import PolicyTerms, differences

if TYPE_CHECKING:
    from portal.store.models import PolicyVersion


@dataclass(frozen=True, slots=True)
class Line:
    """A term as it reads, before a change and after it."""

    name: str
    before: list[str]
    after: list[str]


@blueprint.get("")
def index() -> str:
    """The version that holds, those that will, and the history."""
    versions, current = rows.all_versions(), rows.in_force(db.now())
    return render_template(
        "policies/index.html",
        versions=versions,
        current=current,
        coming=[version for version in versions if current is None or version.number > current.number],
        **(view(current) if current else {}),
    )


@blueprint.get("/<int:number>")
def show(number: int) -> str:
    """One version, and what it changed."""
    version = find(number)
    current = rows.in_force(db.now())
    return render_template("policies/show.html", current=current, **view(version))


@blueprint.post("/<int:number>/dibaca")
def acknowledge(number: int) -> Response:
    """The Kabid has read it."""
    desk.acknowledge(number, person().user, at=db.now())
    notice("policy.is_seen", number=number)
    return redirect(url_for("policies.show", number=number), 303)


def find(number: int) -> PolicyVersion:
    """The version. Raises NotFound('policy.unknown')."""
    version = rows.by_number(number)
    if version is None:
        raise NotFound("policy.unknown")
    return version


def view(version: PolicyVersion) -> dict[str, object]:
    """What the templates of one version need."""
    terms = PolicyTerms.model_validate(version.terms)
    before = rows.by_number(version.number - 1)
    old = PolicyTerms.model_validate(before.terms) if before else None
    return {
        "version": version,
        "altered": desk.terms_of(version) is None,
        "lines": lines(None, terms),
        "changes": lines(old, terms) if old else [],
    }


def lines(old: PolicyTerms | None, new: PolicyTerms) -> list[Line]:
    """What differs, in words; without `old` every term."""
    units = {unit.code: unit.name for unit in people.units()}
    return [
        Line(name, policy_values.term(name, before, units), policy_values.term(name, after, units))
        for name, before, after in differences(old, new)
    ]
