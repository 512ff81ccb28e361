"""What is agreed once and never changed after: frozen shapes, and those of them that are sealed by a digest."""

from __future__ import annotations

import hashlib
import json
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A shape whose fields stay as they were given."""

    model_config = ConfigDict(frozen=True)


class Sealed(Frozen):
    """A frozen shape whose digest is kept elsewhere, so that a change of it is found. Fields that came later are named
    in `later`: empty they are left out, so that what was sealed before them still is what it was."""

    later: ClassVar[frozenset[str]] = frozenset()

    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON."""
        told = self.model_dump(mode="json")
        kept = {name: value for name, value in told.items() if value or name not in self.later}
        text = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
