"""A list narrowed to a month and a unit, as the evaluation links to it."""

from __future__ import annotations

from typing import Any

from flask import request

from portal.sop.evaluation import Month
from portal.web.addresses import small_number


def month() -> Month | None:
    """The month that the address names, or None."""
    return Month.parse(request.args.get("bulan"))


def narrowing() -> dict[str, Any]:
    """`begins`, `ends` and `unit_id` for the filter of a list."""
    wanted = month()
    return {
        "begins": wanted.begins if wanted else None,
        "ends": wanted.ends if wanted else None,
        "unit_id": small_number(request.args.get("satker")),
    }
