"""Pages of the schedules: the list with its calendar, one of them, and its form."""

from __future__ import annotations

from portal.web.schedules import deciding, editing, pages
from portal.web.schedules.door import ACCESS, blueprint

__all__ = ["ACCESS", "blueprint", "deciding", "editing", "pages"]
