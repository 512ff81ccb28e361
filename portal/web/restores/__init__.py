"""Pages of the restores for people: asking, deciding, carrying out, taking."""

from __future__ import annotations

from portal.web.restores import asking, databases, deciding, pages
from portal.web.restores.door import ACCESS, blueprint

__all__ = ["ACCESS", "asking", "blueprint", "databases", "deciding", "pages"]
