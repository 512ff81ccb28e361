"""The base of everything that a paper is told."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Values(BaseModel):
    """Plain, frozen values; an unknown field is a mistake of the caller."""

    model_config = ConfigDict(frozen=True, extra="forbid")
