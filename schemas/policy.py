"""The policy (judged at step 3) and service specification (judged at step 4), as the Kasubbid publishes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from schemas import fields
from schemas.decision import TERM_MONTHS
from schemas.fields import Frequency, Service
from schemas.form import RETENTION_DAYS
from schemas.sealed import Frozen, Sealed
from schemas.text import Line, Paragraph, refuse, whole_number

CLASSES_MAX = 6
WINDOWS_MAX = 4
UNITS_MAX = 200
NOTE = (10, 1000)
GIB = 1024**3
MIB = 1024**2
_DAY_MINUTES = 24 * 60


def _number(least: int, most: int) -> BeforeValidator:
    return BeforeValidator(lambda value: whole_number(value, least, most, code="policy_number"))


def _clock(value: Any) -> time:
    """A time of day to the minute. Code: `policy.clock`."""
    if type(value) is time:
        return value.replace(second=0, microsecond=0, tzinfo=None)
    try:
        return time.fromisoformat(value.strip().replace(".", ":")).replace(
            second=0, microsecond=0, tzinfo=None
        )
    except (AttributeError, ValueError):
        refuse("policy.clock", "a time of day expected")


def _frequencies(value: Any) -> tuple[Frequency, ...]:
    """The frequencies in their order, each once. Codes: `policy.no_frequency`, `form.choice`."""
    several = [value] if isinstance(value, str) else value
    if not several or not isinstance(several, list | tuple):
        refuse("policy.no_frequency", "at least one frequency")
    named = {fields.chosen(Frequency)(entry) for entry in several}
    return tuple(frequency for frequency in Frequency if frequency in named)


class RetentionClass(Frozen):
    """How long copies of one kind are kept: a request's days fall into the class whose bounds hold them."""

    name: Annotated[str, Line(40)]
    least_days: Annotated[int, _number(*RETENTION_DAYS)]
    most_days: Annotated[int, _number(*RETENTION_DAYS)]

    def holds(self, days: int) -> bool:
        """Whether copies kept for `days` are of this class."""
        return self.least_days <= days <= self.most_days


class Window(Frozen):
    """Hours in which runs may be planned; one that ends before it begins goes over midnight."""

    start: Annotated[time, BeforeValidator(_clock)]
    end: Annotated[time, BeforeValidator(_clock)]

    @property
    def minutes(self) -> int:
        """How long it is; the same hour twice is the whole day."""
        start, end = (moment.hour * 60 + moment.minute for moment in (self.start, self.end))
        return (end - start) % _DAY_MINUTES or _DAY_MINUTES


def _disjoint(classes: tuple[RetentionClass, ...]) -> tuple[RetentionClass, ...]:
    """The classes from the shortest. Codes: `policy.class_order`, `policy.class_overlap`, with the `name`."""
    ordered = tuple(sorted(classes, key=lambda each: (each.least_days, each.most_days)))
    before = 0
    for each in ordered:
        if each.least_days > each.most_days:
            refuse("policy.class_order", "the bounds are the wrong way round", name=each.name)
        if each.least_days <= before:
            refuse("policy.class_overlap", "two classes hold the same days", name=each.name)
        before = each.most_days
    return ordered


class PolicyTerms(Sealed):
    """What is allowed. No `units` means every unit, no `windows` any hour. `largest_gib` is for one request together;
    `speed_mib` (MiB per second) is what a copy is reckoned with when its size is held against the windows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    services: Annotated[tuple[Service, ...], BeforeValidator(fields.services)]
    frequencies: Annotated[tuple[Frequency, ...], BeforeValidator(_frequencies)]
    units: Annotated[
        tuple[Annotated[str, Line(40)], ...],
        Field(max_length=UNITS_MAX),
        AfterValidator(lambda codes: tuple(sorted(set(codes)))),
    ] = ()
    retention_classes: Annotated[
        tuple[RetentionClass, ...], Field(min_length=1, max_length=CLASSES_MAX), AfterValidator(_disjoint)
    ]
    largest_gib: Annotated[int, _number(1, 1_000_000)]
    most_folders: Annotated[int, _number(1, fields.FOLDERS_MAX)]
    windows: Annotated[tuple[Window, ...], Field(max_length=WINDOWS_MAX)] = ()
    speed_mib: Annotated[int, _number(1, 10_000)]
    most_term_months: Annotated[int, _number(*TERM_MONTHS)]

    @property
    def largest_bytes(self) -> int:
        """`largest_gib` in bytes."""
        return self.largest_gib * GIB

    @property
    def longest_window(self) -> int | None:
        """The minutes of the longest window; None where runs may be planned at any hour."""
        return max((window.minutes for window in self.windows), default=None)


class Publication(Frozen):
    """What goes with a new version: why it changes, and from which day it holds (None: at once)."""

    note: Annotated[str, Paragraph(NOTE[1], NOTE[0])]
    valid_from: Annotated[
        date | None, BeforeValidator(lambda value: fields.day(value) if value else None)
    ] = None


def differences(old: PolicyTerms | None, new: PolicyTerms) -> list[tuple[str, Any, Any]]:
    """The terms that differ, each as (name, before, after); before the first version everything was None."""
    before = old.model_dump() if old else {}
    return [
        (name, before.get(name), value)
        for name, value in new.model_dump().items()
        if old is None or before[name] != value
    ]


def filled(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows of a form in which something was written."""
    return [row for row in rows if any(str(value).strip() for value in row.values())]
