"""The chain of the trail is checked in pieces: every night from its first entry, in between from where the last check
ended. No page and no round of the clock waits for a million entries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.config import Settings
from portal.operations import audit, findings
from portal.operations.letters import OFFICE_ZONE
from portal.store.db import transaction
from portal.store.models import AuditCheck, User
from portal.store.queries import audit as trail
from portal.store.queries import audit_checks as rows
from portal.store.queries import findings as finding_rows

PIECE = 20_000
"""Entries that are read in one round: about a second."""
AT_ONCE = 2000
"""A trail, or what was added to it since the last check, up to this long is checked each time somebody looks."""
EVERY = timedelta(minutes=10)
NIGHT = 1
"""The hour, in the office, from which on the whole chain is checked."""
HEAD_FILE = "audit-head"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the chain stands. It holds up to entry `verified`; `checked` is the check that says so (None when it was
    made just now), `whole` the last one from the first entry on, `going` the one that is under way."""

    size: int
    verified: int
    head: str
    broken_at: int | None
    checked: AuditCheck | None
    whole: AuditCheck | None
    going: AuditCheck | None


def standing() -> Standing:
    """How the chain stands, with what was added since the last check checked now, as far as that is short."""
    size, whole, going = trail.size(), rows.last(whole=True), rows.going()
    checked = _newest(whole)
    if checked is not None and checked.broken_at is not None:
        return Standing(size, checked.sequence, checked.head, checked.broken_at, checked, whole, going)
    first, head = (checked.sequence, checked.head) if checked else (0, audit.GENESIS)
    if not _is_there(first, head):
        return Standing(size, min(first - 1, size), head, min(first, size + 1), checked, whole, going)
    if size <= AT_ONCE:
        first, head = 0, audit.GENESIS
    if size - first > AT_ONCE:
        return Standing(size, first, head, None, checked, whole, going)
    found = _from(first, head, AT_ONCE)
    now = None if found.entries > first or not found.ok else checked
    return Standing(size, found.entries, found.head, found.broken_at, now, whole, going)


def ask(user: User, *, at: datetime, settings: Settings) -> AuditCheck:
    """Begin a check of the whole chain and read its first piece; the clock does the rest. One that is under way is
    that check already."""
    with transaction():
        check = rows.going()
        if check is None:
            check = _begin(None, via="page", user=user, at=at)
        audit.record("audit:check_asked", actor=user, subject_type="audit", data={}, at=at)
    return go_on(check, at=at, settings=settings)


def keep_up(at: datetime, settings: Settings) -> list[int]:
    """What the clock does in a round: go on with the check that is under way, or begin the one that is due. Return the
    checks that found the chain broken."""
    check = rows.going() or _begin_due(at)
    if check is None:
        return []
    check = go_on(check, at=at, settings=settings)
    return [check.id] if check.broken_at else []


def go_on(check: AuditCheck, *, at: datetime, settings: Settings) -> AuditCheck:
    """Read the next piece of a check and write down how far it came."""
    kept, piece = settings.var / HEAD_FILE, min(PIECE, check.target - check.sequence)
    found = _from(check.sequence, check.head, piece)
    if found.ok and found.entries < check.sequence + piece:
        # They were there when the check began.
        found = replace(found, ok=False, broken_at=found.entries + 1)
    ended = not found.ok or found.entries >= check.target
    try:
        known, lost = (audit.kept_head(kept) if ended and check.whole else None), False
    except audit.UnreadableHead:
        known, lost = None, True
    broken_at = found.broken_at or _cut_off(known, found.entries)
    with transaction():
        told = {"sequence": found.entries, "head": found.head, "broken_at": broken_at}
        if ended:
            told["finished_at"] = at
        same = (AuditCheck.id == check.id) & (AuditCheck.sequence == check.sequence)
        if AuditCheck.update(**told).where(same, AuditCheck.finished_at.is_null()).execute() and ended:
            _ended(check, broken_at, at)
        if lost:
            findings.raise_once(None, "audit_head", "audit.head_lost", at=at, place="head",
                                context={"file": HEAD_FILE})  # fmt: skip
    if ended and check.whole and broken_at is None and not lost:
        audit.keep_head(kept, found.entries, found.head)
    return AuditCheck.get_by_id(check.id)


def note(found: audit.Verification, *, at: datetime) -> None:
    """Write down a check of the whole chain that a command has made."""
    with transaction():
        # The one under way would end with what it had read before.
        AuditCheck.delete().where(AuditCheck.finished_at.is_null()).execute()
        check = _begin(None, via="command", user=None, at=at)
        told = {"sequence": found.entries, "head": found.head, "broken_at": found.broken_at}
        AuditCheck.update(**told, finished_at=at).where(AuditCheck.id == check.id).execute()
        _ended(check, found.broken_at, at)


def _newest(whole: AuditCheck | None) -> AuditCheck | None:
    """The check that tells most: what went on after the last whole one, unless that one found the chain broken."""
    part = rows.last(whole=False)
    if part is None or whole is None or whole.broken_at is not None or part.id < whole.id:
        return whole
    return part


def _from(first: int, head: str, most: int) -> audit.Verification:
    """Go on after entry `first`, which must be there still, with the hash that it had."""
    if not _is_there(first, head):
        broken_at = min(first, trail.size() + 1)
        return audit.Verification(False, broken_at - 1, broken_at, head)
    return audit.walk(first, head, most)


def _is_there(sequence: int, head: str) -> bool:
    """Whether an entry still carries the hash that it had when it was checked."""
    return not sequence or trail.hash_of(sequence) == head


def _begin_due(at: datetime) -> AuditCheck | None:
    whole = rows.last(whole=True)
    with transaction():
        if whole is None or _night_before(at) > whole.started_at:
            return _begin(None, via="clock", user=None, at=at)
        known = _newest(whole)
        if known is None or known.broken_at is not None or at - known.started_at < EVERY:
            return None
        return _begin(known, via="clock", user=None, at=at) if trail.size() > known.sequence else None


def _night_before(at: datetime) -> datetime:
    """When the whole chain was to be checked last."""
    night = at.astimezone(OFFICE_ZONE).replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return night if night <= at else night - timedelta(days=1)


def _begin(known: AuditCheck | None, *, via: str, user: User | None, at: datetime) -> AuditCheck:
    first, head = (known.sequence, known.head) if known else (0, audit.GENESIS)
    return AuditCheck.create(whole=known is None, via=via, asked_by=user, started_at=at, first=first, sequence=first,
                             head=head, target=trail.size())  # fmt: skip


def _cut_off(known: tuple[int, str] | None, entries: int) -> int | None:
    """The entry at which the chain no longer is what it was when the head `known` was kept, or None."""
    if known is None or trail.hash_of(known[0]) == known[1]:
        return None
    return min(known[0], entries + 1)


def _ended(check: AuditCheck, broken_at: int | None, at: datetime) -> None:
    """The newest check of its kind stays, and of whole ones each; a broken chain is a finding, once for each place."""
    if check.whole:
        AuditCheck.delete().where(AuditCheck.whole == False, AuditCheck.id < check.id).execute()  # noqa: E712
    else:
        older = (AuditCheck.whole == False) & (AuditCheck.id < check.id)  # noqa: E712
        AuditCheck.delete().where(older, AuditCheck.finished_at.is_null(False)).execute()
    if broken_at is None or finding_rows.was_closed("audit_chain", str(broken_at)):
        return
    findings.raise_once(None, "audit_chain", "audit.broken", at=at, place=str(broken_at),
                        context={"entry": broken_at, "place": str(broken_at)})  # fmt: skip


def exported(user: User, form: str, filters: dict[str, str], until: int, *, at: datetime) -> None:
    """Write down that somebody takes entries of the trail out of the portal."""
    with transaction():
        audit.record("audit:exported", actor=user, subject_type="audit", at=at,
                     data={"form": form, "entry": until, "filters": filters})  # fmt: skip
