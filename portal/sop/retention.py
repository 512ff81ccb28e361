"""Which copies of a server stay and which may go: pure, so that the preview, the desk and the worker agree.

Copies of the same folders are judged together: many copies of one folder never make the only one of another go.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Jakarta")


class Reason(StrEnum):
    """Why a copy stays."""

    HELD = "held"
    WANTED = "wanted"
    FLOOR = "floor"
    LAST_PROVEN = "last_proven"
    NEWEST = "newest"
    LAST = "last"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"


BY_RULE = (Reason.LAST, Reason.DAILY, Reason.WEEKLY, Reason.MONTHLY, Reason.YEARLY)


@dataclass(frozen=True, slots=True)
class Rule:
    """How many copies stay: the last ones, and the newest of each of so many days, weeks, months, years."""

    last: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0
    yearly: int = 0


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as the rule sees it. `whole`: nothing was left out; `keep_until`: before that it stays whatever the rule
    says (the request's granted days); `wanted`: somebody waits for something of it to be restored."""

    id: int
    created_at: datetime
    sources: tuple[str, ...] = ()
    whole: bool = True
    proven_at: datetime | None = None
    held: bool = False
    wanted: bool = False
    keep_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """What goes, and what stays with all the reasons for it; both newest first."""

    going: tuple[Copy, ...]
    staying: tuple[tuple[Copy, tuple[Reason, ...]], ...]

    @property
    def going_ids(self) -> frozenset[int]:
        """The ids of the copies that go."""
        return frozenset(copy.id for copy in self.going)


def keep_until(created_at: datetime, days: int) -> datetime:
    """Until when a request that granted `days` keeps a copy."""
    return created_at + timedelta(days=days)


def select(copies: Iterable[Copy], rule: Rule | None, at: datetime) -> Selection:
    """Judge every copy. Without a rule nothing goes."""
    ordered = sorted(copies, key=lambda copy: (copy.created_at, copy.id), reverse=True)
    reasons: dict[int, set[Reason]] = {copy.id: set() for copy in ordered}
    for group in _groups(ordered):
        _protect(group, reasons, at)
        if rule is not None:
            _apply(group, rule, reasons)
    staying = [copy for copy in ordered if rule is None or reasons[copy.id]]
    return Selection(
        tuple(copy for copy in ordered if copy not in staying),
        tuple((copy, tuple(reason for reason in Reason if reason in reasons[copy.id])) for copy in staying),
    )


def _groups(ordered: list[Copy]) -> list[list[Copy]]:
    groups: dict[tuple[str, ...], list[Copy]] = {}
    for copy in ordered:
        groups.setdefault(tuple(sorted(copy.sources)), []).append(copy)
    return list(groups.values())


def _protect(group: list[Copy], reasons: dict[int, set[Reason]], at: datetime) -> None:
    """What stays whatever the rule says."""
    reasons[group[0].id].add(Reason.NEWEST)
    proven = [copy for copy in group if copy.proven_at is not None]
    if proven:
        # The one that was made last and the one that was tested last need not be the same.
        reasons[proven[0].id].add(Reason.LAST_PROVEN)
        reasons[max(proven, key=lambda copy: (copy.proven_at, copy.id)).id].add(Reason.LAST_PROVEN)
    for copy in group:
        if copy.held:
            reasons[copy.id].add(Reason.HELD)
        if copy.wanted:
            reasons[copy.id].add(Reason.WANTED)
        if copy.keep_until is not None and at < copy.keep_until:
            reasons[copy.id].add(Reason.FLOOR)


def _apply(group: list[Copy], rule: Rule, reasons: dict[int, set[Reason]]) -> None:
    """Fill the rule's places with whole copies: an incomplete one takes no place from a whole one."""
    whole = [copy for copy in group if copy.whole]
    for copy in whole[: rule.last]:
        reasons[copy.id].add(Reason.LAST)
    for reason, count, period in (
        (Reason.DAILY, rule.daily, _day),
        (Reason.WEEKLY, rule.weekly, _week),
        (Reason.MONTHLY, rule.monthly, _month),
        (Reason.YEARLY, rule.yearly, _year),
    ):
        for copy in _newest_of_each(whole, period, count):
            reasons[copy.id].add(reason)


def _newest_of_each(whole: list[Copy], period: Callable[[datetime], Hashable], count: int) -> list[Copy]:
    newest: dict[Hashable, Copy] = {}
    for copy in whole:
        newest.setdefault(period(copy.created_at.astimezone(OFFICE_ZONE)), copy)
    return list(newest.values())[:count]


def _day(at: datetime) -> Hashable:
    return at.date()


def _week(at: datetime) -> Hashable:
    return at.isocalendar()[:2]


def _month(at: datetime) -> Hashable:
    return at.year, at.month


def _year(at: datetime) -> Hashable:
    return at.year
