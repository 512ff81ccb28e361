"""Which copies of a server stay: the rule with its preview, holds, and the removal of what a cut names."""

from __future__ import annotations

from portal.web.retention import cuts, records, rule
from portal.web.retention.door import ACCESS, blueprint

__all__ = ["ACCESS", "blueprint", "cuts", "records", "rule"]
