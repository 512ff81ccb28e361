"""What is agreed once and never changed after: frozen shapes, and those of them that are sealed by a digest."""

from __future__ import annotations

import hashlib
import json

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A shape whose fields stay as they were given."""

    model_config = ConfigDict(frozen=True)


class Sealed(Frozen):
    """A frozen shape whose digest is kept elsewhere, so that a change of it is found."""

    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON."""
        text = json.dumps(
            self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        return hashlib.sha256(text.encode()).hexdigest()
