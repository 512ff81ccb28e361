"""The rules of the evaluation, pure: what a month is (`months`), what is promised and kept (`rules`), and how the rows
of a month become its figures (`counting`). The definitions that people read stand in messages/evaluation.py."""

from __future__ import annotations

from portal.sop.evaluation.counting import (
    said_in_all,
    servers_at,
    shares_of_servers,
    steps_of,
    success_of,
    units_of,
)
from portal.sop.evaluation.months import Month
from portal.sop.evaluation.rules import RULES, SLACK_HOURS, promised_hours

__all__ = [
    "RULES",
    "SLACK_HOURS",
    "Month",
    "promised_hours",
    "said_in_all",
    "servers_at",
    "shares_of_servers",
    "steps_of",
    "success_of",
    "units_of",
]
