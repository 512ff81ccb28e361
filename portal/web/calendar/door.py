"""The calendar's blueprint: everybody may read by what due times are counted, the system administrator keeps it."""

from __future__ import annotations

from flask import Blueprint

from portal.sop.table import Role
from portal.web.access import SIGNED_IN, roles

blueprint = Blueprint("calendar", __name__, url_prefix="/kalender")

KEEP = roles(Role.SYSTEM_ADMIN)

ACCESS = {
    "calendar.index": SIGNED_IN,
    "calendar.day": KEEP,
    "calendar.set_day": KEEP,
    "calendar.remove_day": KEEP,
    "calendar.period": KEEP,
    "calendar.set_period": KEEP,
    "calendar.remove_period": KEEP,
    "calendar.seed": KEEP,
}
