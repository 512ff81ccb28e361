"""Pages of the trail: who did what, whether its chain holds, and the trail as a file."""

from __future__ import annotations

from portal.web.audit import export, pages
from portal.web.audit.door import ACCESS, blueprint

__all__ = ["ACCESS", "blueprint", "export", "pages"]
