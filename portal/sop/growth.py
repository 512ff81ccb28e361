"""How a vault fills: a straight line through what was measured, and where it meets the end. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(days=30)
LEAST_POINTS = 3
LEAST_SPAN = timedelta(days=2)
"""Less than this says nothing: the first copies of a server are no growth."""
FAR = timedelta(days=3650)
DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Point:
    """How many bytes were in use at an instant."""

    at: datetime
    used: int


@dataclass(frozen=True, slots=True)
class Growth:
    """Bytes a day by the fitted line (None: too little is known), and when the room is used up at that pace (None:
    never, or not within ten years). `points` were looked at, over `span`."""

    per_day: float | None
    fills_at: datetime | None
    points: int
    span: timedelta


def fit(points: Iterable[Point], used: int, total: int, at: datetime) -> Growth:
    """The line of least squares through the points of the last 30 days, laid through what is in use now."""
    recent = sorted((each for each in points if at - WINDOW <= each.at <= at), key=lambda each: each.at)
    span = recent[-1].at - recent[0].at if recent else timedelta(0)
    if len(recent) < LEAST_POINTS or span < LEAST_SPAN:
        return Growth(None, None, len(recent), span)
    per_day = _slope(recent)
    return Growth(per_day, _fills_at(per_day, used, total, at), len(recent), span)


def backwards(used: int, changes: Iterable[tuple[datetime, int]], at: datetime) -> list[Point]:
    """What was in use earlier, told from what is now and what each run has added since (or removed: less than 0)."""
    points = [Point(at, used)]
    for when, change in sorted(changes, reverse=True):
        used -= change
        points.append(Point(when, used))
    return points


def _slope(points: list[Point]) -> float:
    """Least squares, in bytes a day; times and sizes are taken from their means, so that large ones lose nothing."""
    days = [(point.at - points[0].at).total_seconds() / DAY_SECONDS for point in points]
    middle, mean = sum(days) / len(days), sum(point.used for point in points) / len(points)
    above = sum((day - middle) * (point.used - mean) for day, point in zip(days, points, strict=True))
    return above / sum((day - middle) ** 2 for day in days)


def _fills_at(per_day: float, used: int, total: int, at: datetime) -> datetime | None:
    if used >= total:
        return at
    if per_day <= 0:
        return None
    days = (total - used) / per_day
    return at + timedelta(days=days) if days <= FAR.days else None
