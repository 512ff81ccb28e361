"""Pages of the runs: the list, a run with its progress and log, its proof, and starting and stopping."""

from __future__ import annotations

from portal.web.runs import actions, logs, pages, proofs
from portal.web.runs.door import ACCESS, blueprint

__all__ = ["ACCESS", "actions", "blueprint", "logs", "pages", "proofs"]
