"""Pages of the policy: what holds, its history, a new version; and its rules beside a request."""

from __future__ import annotations

from portal.web.policies import pages, panel, publishing
from portal.web.policies.door import ACCESS, blueprint

__all__ = ["ACCESS", "blueprint", "pages", "panel", "publishing"]
