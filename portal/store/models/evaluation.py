"""The evaluation: the figures of a month as they were last counted, and the reports that were issued."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField, JSONField

from portal.store.db import InstantField, Table, now
from portal.store.models.papers import IssuedPaper
from portal.store.models.people import User


class EvaluationMonth(Table):
    """What was counted of a month (schemas.evaluation.Figures), so that it is not counted for every look: of one that
    has ended for good, of the present one for a minute. `scope` is "all" or a unit's id; `rules` the definitions by
    which it was counted."""

    month = CharField(max_length=7)
    scope = CharField(max_length=16)
    rules = IntegerField()
    figures = JSONField()
    counted_at = InstantField(default=now)

    class Meta:
        indexes = ((("month", "scope"), True),)


class EvaluationSum(Table):
    """The decisions of a month up to `until` added up (schemas.evaluation_rows.DecidedSum), from where the next count
    goes on; `scope` and `rules` as of EvaluationMonth."""

    month = CharField(max_length=7)
    scope = CharField(max_length=16)
    rules = IntegerField()
    until = InstantField(index=True)
    sums = JSONField()

    class Meta:
        indexes = ((("month", "scope"), True),)


class EvaluationReport(Table):
    """An issued evaluation: its number, and the `paper` that holds what it said for good. A month that is issued again
    gets the next `edition`."""

    month = CharField(max_length=7)
    edition = IntegerField()
    year = IntegerField()
    sequence = IntegerField()
    number = CharField(max_length=80, unique=True)
    paper = ForeignKeyField(IssuedPaper, unique=True, on_delete="RESTRICT")
    paper_id: int
    idempotency_key = CharField(max_length=64, unique=True)
    issued_by = ForeignKeyField(User, on_delete="RESTRICT")
    issued_by_id: int
    issued_at = InstantField(default=now, index=True)

    class Meta:
        indexes = ((("month", "edition"), True), (("year", "sequence"), True))
