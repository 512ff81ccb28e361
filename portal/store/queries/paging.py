"""Lists in pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
PER_PAGE = 25
DIGITS_MAX = 10
Keys = tuple[Any, Any]
"""The columns that a long list is ordered by."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list: `total` rows on `pages` pages, this one being `page` (from 1)."""

    rows: list[Row]
    total: int
    page: int
    pages: int


def page_of(query: Any, page: int, per_page: int = PER_PAGE) -> Page[Any]:
    """Page `page` of a query; one outside the range gives the nearest there is."""
    total = query.count()
    pages = max(1, -(-total // per_page))
    page = min(max(1, page), pages)
    return Page(list(query.paginate(page, per_page)), total, page, pages)


MOST = 1000
"""Rows are counted no further: nobody pages through more, and counting all takes as long as there are rows."""


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Row]):
    """A page of a long list, newest first. `total` rows were counted: MOST + 1 stands for any number above MOST, None
    for too many to count. `newer` and `older` are the places that the pages before and after begin at, empty where
    there are none."""

    rows: list[Row]
    total: int | None
    page: int
    newer: str
    older: str

    @property
    def pages(self) -> int | None:
        """How many pages there are, as far as the rows were counted."""
        return None if self.total is None or self.total > MOST else max(1, -(-self.total // PER_PAGE))


def sheet_of(query: Any, keys: Keys, page: int, place: str, *, counted: bool = True) -> Sheet[Any]:
    """A page of a query that is ordered by `keys`, an instant and a number, both falling.

    `place` says where it begins: "<" or ">" and a row's keys, for older or newer rows than that one; without it the
    page is found by its number, which takes longer the deeper it lies.
    """
    total = query.order_by().limit(MOST + 1).count() if counted else None
    if total is not None and total <= MOST:
        page = min(max(1, page), max(1, -(-total // PER_PAGE)))
    at, number = keys
    known = _parsed(place)
    if known is None:
        rows = list(query.limit(PER_PAGE + 1).offset((max(1, page) - 1) * PER_PAGE))
        return _sheet(rows, keys, total, max(1, page), newer=page > 1)
    older, instant, row_id = known
    if older:
        beyond = query.where(at <= instant, (at < instant) | (number < row_id))
        return _sheet(list(beyond.limit(PER_PAGE + 1)), keys, total, max(2, page), newer=True)
    before = query.where(at >= instant, (at > instant) | (number > row_id)).order_by(at, number)
    found = list(before.limit(PER_PAGE + 1))
    rows, first = found[:PER_PAGE][::-1], len(found) <= PER_PAGE
    place_of = _place_of(keys)
    return Sheet(
        rows,
        total,
        1 if first else max(2, page),
        "" if first or not rows else f">{place_of(rows[0])}",
        f"<{place_of(rows[-1])}" if rows else "",
    )


def _sheet(rows: list[Any], keys: Keys, total: int | None, page: int, *, newer: bool) -> Sheet[Any]:
    place_of, shown = _place_of(keys), rows[:PER_PAGE]
    before = f">{place_of(shown[0])}" if newer and shown else ""
    after = f"<{place_of(shown[-1])}" if len(rows) > PER_PAGE else ""
    return Sheet(shown, total, page, before, after)


def _place_of(keys: Keys) -> Callable[[Any], str]:
    at, number = keys
    return lambda row: f"{getattr(row, at.name).isoformat()}~{getattr(row, number.name)}"


def _parsed(place: str) -> tuple[bool, datetime, int] | None:
    """Whether older rows are meant, and the keys; None for what no page has written."""
    at, _, number = place[1:].partition("~")
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        return None
    plain = number.isascii() and number.isdigit() and len(number) < DIGITS_MAX
    if place[:1] not in ("<", ">") or not plain or instant.utcoffset() != timedelta(0):
        return None
    return place[0] == "<", instant, int(number)
