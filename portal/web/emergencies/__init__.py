"""Pages of break-glass: starting a backup at once, and the review that follows."""

from __future__ import annotations

from portal.web.emergencies import opening, pages
from portal.web.emergencies.door import ACCESS, blueprint

__all__ = ["ACCESS", "blueprint", "opening", "pages"]
