"""Pages of the system administrator: people, their accounts and roles, units."""

from __future__ import annotations

from portal.web.people import accounts, directory, importing, listing, roles, units
from portal.web.people.door import ACCESS, LIMITS, blueprint

__all__ = ["ACCESS", "LIMITS", "accounts", "blueprint", "directory", "importing", "listing", "roles", "units"]
