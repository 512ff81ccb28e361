"""Pages of the evaluation: how the service stood in a month, and the reports that were issued of it."""

from __future__ import annotations

from portal.web.evaluation import issuing, pages
from portal.web.evaluation.door import ACCESS, blueprint

__all__ = ["ACCESS", "blueprint", "issuing", "pages"]
