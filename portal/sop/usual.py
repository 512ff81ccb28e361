"""What is usual for a number that comes back every day, pure: how much a backup holds, and when that is strange.

Median and MAD (median absolute deviation) instead of mean and standard deviation: one strange run among the earlier
ones neither widens the range nor shifts it (Hampel's identifier).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

HISTORY_MIN = 5
HISTORY_MAX = 20
DEVIATIONS = 4
NORMAL = 1.4826
"""MAD times this is the standard deviation where values spread as chance does."""
SHARE_MIN = 0.2
"""A change smaller than this share is never strange, however steady the number was."""


@dataclass(frozen=True, slots=True)
class Range:
    """Where a number usually lies, both ends included. `middle` is the median of `count` earlier values."""

    low: float
    high: float
    middle: float
    count: int

    def holds(self, value: float) -> bool:
        """Whether `value` is usual."""
        return self.low <= value <= self.high


def usual(history: Sequence[float], *, least: float) -> Range | None:
    """The usual range after `history` (not negative, in any order), None while it is too short to say.

    `least` is the change that is never strange, in the number's own unit. What was seen twice is usual, however far
    out: a number may have its weekends. But where there always was something, nothing at all is strange.
    """
    if len(history) < HISTORY_MIN:
        return None
    ordered = sorted(history)
    middle = median(history)
    spread = median(abs(value - middle) for value in history) * NORMAL * DEVIATIONS
    width = max(spread, middle * SHARE_MIN, least)
    low, high = min(middle - width, ordered[1]), max(middle + width, ordered[-2])
    return Range(max(1.0 if ordered[0] >= 1 else 0.0, low), high, middle, len(history))
