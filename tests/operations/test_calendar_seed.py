from __future__ import annotations

from datetime import UTC, date, datetime

from portal.operations import calendar, office
from portal.store.models import AuditEntry, CalendarDay, CalendarPeriod

AT = datetime(2026, 1, 2, 2, 0, tzinfo=UTC)


def test_it_fills_a_calendar_that_deadlines_can_be_counted_by(cast):
    days, periods = calendar.seed([2026], actor=cast["sri"], at=AT)
    assert days == CalendarDay.select().count() > 10
    assert periods == CalendarPeriod.select().count() == 1
    assert date(2026, 8, 17) in office.calendar().days
    assert AuditEntry.get().tag == "calendar:seeded"


def test_it_keeps_what_the_office_has_entered(database):
    CalendarDay.create(date=date(2026, 8, 17), kind="special", name="Upacara", hours=[["07:30", "10:00"]])
    CalendarPeriod.create(name="Ramadan kantor", first=date(2026, 2, 19), last=date(2026, 3, 19), weekly={})
    _, periods = calendar.seed([2026], actor=None, at=AT)
    assert CalendarDay.get(CalendarDay.date == date(2026, 8, 17)).name == "Upacara"
    assert periods == 0
    assert calendar.seed([2026], actor=None, at=AT) == (0, 0)
