"""The office calendar: days that differ, and periods such as Ramadan."""

from __future__ import annotations

from peewee import CharField, DateField, JSONField

from portal.store.db import Table


class CalendarDay(Table):
    """A day that differs. `kind`: holiday, joint_leave (cuti bersama) or special; `hours`: [["07:30","12:00"], …]
    for a special day, none for a closed one."""

    date = DateField(unique=True)
    kind = CharField(max_length=16)
    name = CharField(max_length=160)
    hours = JSONField(null=True)


class CalendarPeriod(Table):
    """Dates (both included) with other weekly hours. `weekly`: {"0": [["08:00","12:00"], …], …}, Monday is 0."""

    name = CharField(max_length=80)
    first = DateField()
    last = DateField()
    weekly = JSONField()
