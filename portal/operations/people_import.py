"""People from a file: what it would do, line by line, and doing exactly that, or nothing.

A preview writes nothing. Its digest covers the file and what each line would change from what to what; the deed asks
for it and plans anew inside its transaction, so what was looked at is what is done, also when somebody was quicker.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from portal.errors import InvalidInput, TransitionRefused
from portal.operations import accounts, audit, passwords, people
from portal.store.db import transaction
from portal.store.models import User
from portal.store.queries import accounts as rows
from portal.store.queries import audit as trail
from portal.store.queries import people as known
from schemas.nip import nip_warnings
from schemas.people import NewUser, UserEntry
from schemas.people_file import FIELDS, Row, parse, was_calculated

NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"
STATES = (REFUSED, NEW, CHANGED, UNCHANGED)
HASHERS = 4
Problem = tuple[str, str, dict[str, Any]]
"""(field or nothing, code, context)"""


@dataclass(frozen=True, slots=True)
class Line:
    """What one line of the file would do. `differences` are (field, old, new); `warnings` stop nothing."""

    number: int
    state: str
    username: str
    name: str
    differences: tuple[tuple[str, str, str], ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    entry: NewUser | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would do, and the digest by which exactly that is confirmed."""

    lines: tuple[Line, ...]
    digest: str

    def count(self, state: str) -> int:
        """How many lines are of this state."""
        return sum(line.state == state for line in self.lines)

    @property
    def feasible(self) -> bool:
        """Whether there is something to do and nothing that is refused."""
        return not self.count(REFUSED) and bool(self.count(NEW) + self.count(CHANGED))


def preview(raw: bytes, titles: Mapping[str, str]) -> Plan:
    """What the file would do now. Raises InvalidInput on `file` for one that cannot be read at all."""
    try:
        found = parse(raw, titles)
    except PydanticCustomError as error:
        raise InvalidInput(fields={"file": (error.type, dict(error.context or {}))}) from None
    names = Counter(row.cells["username"].lower() for row in found)
    lines = tuple(_line(row, names) for row in found)
    told = [[line.number, line.state, line.username, line.differences, _sent(line)] for line in lines]
    digest = hashlib.sha256(hashlib.sha256(raw).digest() + json.dumps(told, sort_keys=True).encode())
    return Plan(lines, digest.hexdigest())


def apply(
    raw: bytes, digest: str, titles: Mapping[str, str], *, actor: User, at: datetime
) -> list[tuple[User, str]]:
    """Do what the preview with this digest has shown, in one transaction; the new people with their first passwords.

    Raises InvalidInput as `preview` does, TransitionRefused('import.stale') when the file or the people are no longer
    those that were looked at, and TransitionRefused('import.not_feasible') where a line is refused or nothing is to do.
    """
    fresh = [line.username for line in preview(raw, titles).lines if line.state == NEW]
    first = {username: passwords.generated() for username in fresh}
    with ThreadPoolExecutor(HASHERS) as pool:  # slow on purpose, so beside each other, and before the lock
        kept = dict(zip(first, pool.map(passwords.hashed, first.values()), strict=True))
    with transaction():
        trail.hold_chain()
        plan = preview(raw, titles)
        if plan.digest != digest or {line.username for line in plan.lines if line.state == NEW} != set(first):
            raise TransitionRefused("import.stale")
        if not plan.feasible:
            raise TransitionRefused("import.not_feasible")
        made = [_done(line, kept, actor, at) for line in plan.lines]
        data = {
            "new_people": plan.count(NEW),
            "changed_people": plan.count(CHANGED),
            "unchanged": plan.count(UNCHANGED),
            "sha256": hashlib.sha256(raw).hexdigest(),
            "digest": digest,
        }
        audit.record("user:imported", actor=actor, subject_type="user", data=data, at=at)
    return [(user, first[user.username]) for user in made if user is not None]


def _done(line: Line, kept: dict[str, str], actor: User, at: datetime) -> User | None:
    if line.state == NEW and line.entry:
        return people.add_user(line.entry, kept[line.username], actor=actor, at=at, must_change_password=True)
    if line.state == CHANGED and line.entry and line.user_id:
        entry = UserEntry(**line.entry.model_dump(exclude={"username"}))
        accounts.change(line.user_id, entry, actor=actor, at=at)
    return None


def _line(row: Row, names: Counter[str]) -> Line:
    """Hold one line against the people there are."""
    username = row.cells["username"].lower()
    user = known.user_by_username(username)
    problems = _problems(row, user, names)
    entry, found = _entry(row, user)
    problems = problems or found
    if problems or entry is None:
        return Line(row.line, REFUSED, username, row.cells["name"], problems=tuple(problems))
    warnings = tuple(_warnings(entry, user))
    if user is None:
        return Line(row.line, NEW, entry.username, entry.name, warnings=warnings, entry=entry)
    old, new = _held(user), entry.model_dump()
    differences = tuple((field, old[field], new[field]) for field in FIELDS if old[field] != new[field])
    state = CHANGED if differences else UNCHANGED
    return Line(
        row.line,
        state,
        entry.username,
        entry.name,
        differences,
        warnings=warnings,
        entry=entry,
        user_id=user.id,
    )


def _problems(row: Row, user: User | None, names: Counter[str]) -> list[Problem]:
    """What refuses a line whatever its cells are like, and what a spreadsheet has spoiled."""
    if row.problem:
        return [("", row.problem, {})]
    if row.cells["username"] and names[row.cells["username"].lower()] > 1:
        return [("username", "import.twice", {"value": row.cells["username"]})]
    if user is not None and user.source != "local":
        return [("username", "import.directory", {})]
    if was_calculated(row.cells["nip"]):
        return [("nip", "import.nip_number", {"value": row.cells["nip"]})]
    return []


def _entry(row: Row, user: User | None) -> tuple[NewUser | None, list[Problem]]:
    """The line as an entry, or what is wrong with its cells. A column that the file lacks stays as it is."""
    cells = dict(row.cells)
    for field in ("phone", "post"):
        cells.setdefault(field, getattr(user, field) if user else "")
    try:
        entry = NewUser.model_validate(cells)
    except ValidationError as error:
        told = error.errors(include_url=False, include_input=False)
        return None, [(str(one["loc"][0]), one["type"], _context(one.get("ctx", {}))) for one in told]
    unit = known.unit_by_code(entry.unit_code)
    if unit is None or not (unit.active or (user and user.unit_id == unit.id)):
        return None, [("unit_code", "unit.unknown", {"value": entry.unit_code})]
    return entry, []


def _context(context: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in context.items() if name != "error"}


def _warnings(entry: NewUser, user: User | None) -> list[Problem]:
    found: list[Problem] = [("nip", code, {}) for code in nip_warnings(entry.nip)]
    other = rows.by_nip(entry.nip, user.id if user else 0)
    if other is not None:
        found.append(("nip", "import.nip_taken", {"username": other.username}))
    if user is not None and not user.active:
        found.append(("username", "import.closed", {}))
    return found


def _held(user: User) -> dict[str, str]:
    values = {field: getattr(user, field) for field in FIELDS if field != "unit_code"}
    return values | {"unit_code": user.unit.code}


def _sent(line: Line) -> dict[str, str]:
    return line.entry.model_dump() if line.entry else {}
