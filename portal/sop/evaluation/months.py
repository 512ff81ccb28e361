"""A month of the office: from midnight to midnight in its zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Jakarta")
FIRST_YEAR, LAST_YEAR = 2000, 2999
_KEY = re.compile(r"([0-9]{4})-([0-9]{2})")


class Month(NamedTuple):
    """`key` is 2026-11; `begins` counts to the month, `ends` to the next one."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str | None) -> Month | None:
        """The month of "2026-11"; None for anything else."""
        found = _KEY.fullmatch(text or "")
        if found is None:
            return None
        year, month = int(found[1]), int(found[2])
        return cls(year, month) if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 else None

    @classmethod
    def of(cls, at: datetime) -> Month:
        """The month in which an aware instant lies by the office's clock."""
        local = at.astimezone(OFFICE_ZONE)
        return cls(local.year, local.month)

    @property
    def key(self) -> str:
        """As addresses and tables have it."""
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def begins(self) -> datetime:
        """The midnight with which it begins, UTC."""
        return datetime.combine(self.first, time(), OFFICE_ZONE).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The midnight with which the next one begins, UTC."""
        return self.moved(1).begins

    def moved(self, by: int) -> Month:
        """The month so many later (earlier: less than 0)."""
        months = self.year * 12 + self.month - 1 + by
        return Month(months // 12, months % 12 + 1)

    def back(self, count: int) -> list[Month]:
        """So many months up to this one, the earliest first."""
        return [self.moved(by) for by in range(1 - count, 1)]

    def as_of(self, at: datetime) -> datetime:
        """Up to when the month can be told at `at`: its end, or now while it lasts."""
        return min(self.ends, at)
