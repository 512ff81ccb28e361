"""The first steps in the portal: for each role what its desk is and where to begin. The words stand in
messages/welcome.py; shown on the front page until the person has put it away, and in the guide ever after."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, url_for

from portal.sop.table import Role
from portal.web import access
from portal.web.identity import Person

FIRST: dict[Role, tuple[str, ...]] = {
    Role.REQUESTER: ("requests.new", "requests.index", "services.index"),
    Role.UNIT_HEAD: ("inbox.index", "delegations.index"),
    Role.CENTER_HEAD: ("inbox.index", "evaluation.index", "delegations.index"),
    Role.DIVISION_HEAD: ("inbox.index", "policies.index", "evaluation.index"),
    Role.SUBDIVISION_HEAD: ("inbox.index", "servers.index", "schedules.index"),
    Role.ADMINISTRATOR: ("inbox.index", "servers.index", "runs.index"),
    Role.ADMIN_AFFAIRS_HEAD: ("inbox.index", "papers.register", "styles.index"),
    Role.SYSTEM_ADMIN: ("people.index", "calendar.index", "settings.index"),
    Role.AUDITOR: ("audit.index", "evaluation.index", "papers.register"),
}
"""Where each role begins, in order. Everybody may ask for a service, so whoever holds no other role is a requester."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One role of the person: its name (a key of the labels "role" and "welcome_desk"), and (endpoint, address) of
    where to begin, those that the person may visit."""

    role: str
    first: tuple[tuple[str, str], ...]


def desks(who: Person) -> list[Desk]:
    """The desks of this person, in the order of the SOP."""
    held: list[Role] = [role for role in FIRST if role is not Role.REQUESTER and who.has(role)]
    return [_desk(role, who) for role in held or [Role.REQUESTER]]


def _desk(role: Role, who: Person) -> Desk:
    open_to = [name for name in FIRST[role] if access.may_visit(current_app, who, name)]
    return Desk(role.value, tuple((name, url_for(name)) for name in open_to))
