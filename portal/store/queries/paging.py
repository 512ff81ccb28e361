"""Lists in pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
PER_PAGE = 25


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
