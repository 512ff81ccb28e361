"""Pages of the office calendar: the month with its days and periods, changing it, and the simulator of due times."""

from __future__ import annotations

from portal.web.calendar import editing, pages
from portal.web.calendar.door import ACCESS, blueprint

__all__ = ["ACCESS", "blueprint", "editing", "pages"]
