"""Pages of the copies in the vault: by date, by folder, and by name."""

from __future__ import annotations

from portal.web.copies import listing, looking
from portal.web.copies.door import ACCESS, blueprint

__all__ = ["ACCESS", "blueprint", "listing", "looking"]
