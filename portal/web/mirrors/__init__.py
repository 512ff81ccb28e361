"""Pages of the mirrors: how old each copy is, its rules, and letting a stopped one pass once."""

from __future__ import annotations

from portal.web.mirrors import deciding, guard, pages, standing_by
from portal.web.mirrors.door import ACCESS, blueprint

__all__ = ["ACCESS", "blueprint", "deciding", "guard", "pages", "standing_by"]
