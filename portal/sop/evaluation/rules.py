"""What is promised, and when it counts as kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

RULES = 2
"""The version of these definitions; what was counted by another one is counted anew."""
PROMISED_HOURS = {"daily": 24, "weekly": 7 * 24, "monthly": 31 * 24}
"""How old the last whole copy may be by the rhythm that FM 001 asks for; "once" promises none."""
SLACK_HOURS = 6
"""A copy every night does not end at the same minute each night: so much later it still is in time."""
P95 = 95


def promised_hours(frequencies: Iterable[str]) -> int | None:
    """The most demanding of several rhythms, in hours; None where none repeats."""
    return min(
        (PROMISED_HOURS[each] for each in frequencies if each in PROMISED_HOURS),
        default=None,
    )


def hours_between(earlier: datetime | None, later: datetime) -> float | None:
    """Hours by the clock on the wall; None where there is no earlier one."""
    return (later - earlier).total_seconds() / 3600 if earlier is not None else None


def rank95(count: int) -> int:
    """The rank of the 95th percentile among `count` values in order, by the nearest rank: the smallest value that at
    least 95 percent of them do not pass."""
    return max(1, -(-P95 * count // 100))
