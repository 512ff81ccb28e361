"""The officials' desk around the inbox: a request beside the list, deciding from there, taking back."""

from __future__ import annotations

from portal.web.desk import counts, deciding, preview
from portal.web.desk.door import ACCESS, blueprint

__all__ = ["ACCESS", "blueprint", "counts", "deciding", "preview"]
