"""The menu: what each person may visit, and how much waits in the inbox."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, g, request, url_for

from portal.sop.table import TRANSITIONS, Role, desk_of, tellers
from portal.store.queries import emergencies, mirrors, policies, restores, waiting
from portal.web import access
from portal.web.identity import Person, person_or_none
from portal.web.messages import label


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the menu. `count` is what waits there, 0 shows nothing; `counted` where something may."""

    endpoint: str
    title: str
    icon: str
    url: str
    current: bool
    count: int = 0
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together."""

    title: str
    entries: tuple[Item, ...]


# (group, ((endpoint, icon), …)); titles stand in messages/navigation.py, who sees a line is the endpoint's own rule.
MENU = (
    (
        "work",
        (
            ("home.index", "home"),
            ("inbox.index", "inbox"),
            ("requests.index", "file-text"),
            ("services.index", "archive"),
            ("policies.index", "scale"),
            ("calendar.index", "calendar-event"),
        ),
    ),
    (
        "machines",
        (
            ("servers.index", "server-2"),
            ("runs.index", "player-play"),
            ("schedules.index", "calendar-time"),
            ("restores.index", "restore"),
            ("mirrors.index", "copy-check"),
            ("findings.index", "alert-octagon"),
            ("storage.index", "database"),
            ("emergencies.index", "urgent"),
        ),
    ),
    (
        "records",
        (
            ("evaluation.index", "chart-bar"),
            ("papers.register", "files"),
            ("audit.index", "shield-check"),
            ("outbox.index", "mail"),
        ),
    ),
    (
        "office",
        (("people.index", "users"), ("delegations.index", "user-share"), ("settings.index", "settings")),
    ),
)


def attach(app: Flask) -> None:
    """Give templates `menu()`, `me` (the person or None), `theme` and the settings' names of the office."""

    @app.context_processor
    def frame() -> dict[str, object]:
        theme = request.cookies.get(THEME_COOKIE, "")
        settings = current_app.config["SETTINGS"]
        return {
            "menu": menu,
            "asks_counts": asks,
            "me": person_or_none(),
            "theme": theme if theme in ("light", "dark") else "",
            "office": settings,
        }


THEME_COOKIE = "lumbung_theme"


def menu() -> list[Group]:
    """The groups that hold at least one line for the person of this request; asked once, shown twice."""
    if "menu" not in g:
        g.menu = _groups(person_or_none())
    return list(g.menu)


def _groups(person: Person | None) -> list[Group]:
    groups = []
    for name, lines in MENU:
        entries = tuple(
            _item(endpoint, icon, person)
            for endpoint, icon in lines
            if access.may_visit(current_app, person, endpoint)
        )
        if entries:
            groups.append(Group(label("menu_group", name), entries))
    return groups


def _item(endpoint: str, icon: str, person: Person | None) -> Item:
    blueprint = endpoint.split(".", maxsplit=1)[0]
    counter = COUNTERS.get(endpoint)
    count = counter(person) if counter and person else 0
    return Item(
        endpoint,
        label("menu", endpoint),
        icon,
        url_for(endpoint),
        request.blueprint == blueprint,
        count,
        counter is not None,
    )


def counts(person: Person) -> dict[str, int]:
    """How much waits on each counted line of the person's menu, to keep an open page's menu fresh."""
    return {
        endpoint: counter(person)
        for endpoint, counter in COUNTERS.items()
        if access.may_visit(current_app, person, endpoint)
    }


def asks() -> bool:
    """Whether this person's pages ask how much waits."""
    person = person_or_none()
    return person is not None and access.may_visit(current_app, person, "desk.counts")


def inbox_count(person: Person) -> int:
    """How many requests stand on the desks of this person's roles."""
    return waiting.total(desk_of_person(person), person.id)


def desk_of_person(person: Person) -> list[waiting.Part]:
    """What waits for this person: the desks of their roles, and of those that they stand in for."""
    return waiting.parts(person.owned, STEPS_OF, person.mandates, TELLS_AT)


def mirrors_count(person: Person) -> int:
    """How many mirrors their guard has stopped until this person looks."""
    return len(mirrors.waiting()) if person.has(Role.SUBDIVISION_HEAD) else 0


def restores_count(person: Person) -> int:
    """How many restores wait for this person's decision."""
    return restores.waiting(not_by=person.id) if person.has(Role.SUBDIVISION_HEAD) else 0


def unread_policies(person: Person) -> int:
    """How many versions of the policy the Kabid has yet to read."""
    return policies.count_unseen() if person.has(Role.DIVISION_HEAD) else 0


def reviews_count(person: Person) -> int:
    """How many broken glasses wait for the Kabid's review."""
    return emergencies.count_open() if person.has(Role.DIVISION_HEAD) else 0


COUNTERS = {
    "inbox.index": inbox_count,
    "restores.index": restores_count,
    "mirrors.index": mirrors_count,
    "policies.index": unread_policies,
    "emergencies.index": reviews_count,
}


def _steps_of() -> dict[str, list[str]]:
    """Role -> the steps that are its desk, in every version of the rule book; one's own requests are no inbox."""
    steps: dict[str, list[str]] = {}
    for row in TRANSITIONS:
        role = desk_of(row.version, row.step)
        known = steps.setdefault(role, []) if role and role is not Role.REQUESTER else []
        if row.step not in known:
            known.append(row.step)
    return steps


def _tells_at() -> dict[str, list[str]]:
    """Role -> the steps at which it tells requesters that their request lies postponed."""
    steps: dict[str, list[str]] = {}
    for row in TRANSITIONS:
        for role in tellers(row.version, row.step):
            known = steps.setdefault(role, [])
            if row.step not in known:
                known.append(row.step)
    return steps


STEPS_OF = _steps_of()
TELLS_AT = _tells_at()
