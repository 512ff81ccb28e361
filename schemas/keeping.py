"""What is typed about the keeping of copies, and the seal of a list of copies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

Count = Annotated[int, Field(ge=0, le=999)]


class RuleForm(BaseModel):
    """How many copies stay."""

    model_config = ConfigDict(frozen=True)

    last: Count
    daily: Count
    weekly: Count
    monthly: Count
    yearly: Count

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not any((self.last, self.daily, self.weekly, self.monthly, self.yearly)):
            raise PydanticCustomError("retention.empty_rule", "a rule keeps something")
        return self


class HoldForm(BaseModel):
    """Why a copy must stay."""

    model_config = ConfigDict(frozen=True)

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=1000)]


def list_digest(snapshot_ids: Iterable[str]) -> str:
    """SHA-256 (hex) of the sorted full ids as canonical JSON."""
    text = json.dumps(sorted(snapshot_ids), separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
