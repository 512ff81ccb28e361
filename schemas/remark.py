"""What is said about a request beside its decisions, and the answer to a question."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.text import Paragraph, refuse

TEXT_MAX = 2000


def _something(value: str) -> str:
    if not value.strip():
        refuse("remark.empty", "a text is required")
    return value.strip()


class RemarkForm(BaseModel):
    """A note of the officials among themselves, or a question to the requester; `key` makes a double click one."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["note", "question"]
    text: Annotated[str, Paragraph(TEXT_MAX)]
    key: Annotated[str, Field(min_length=8, max_length=64)]

    _filled = field_validator("text")(_something)


class AnswerForm(BaseModel):
    """The requester's answer."""

    model_config = ConfigDict(frozen=True)

    text: Annotated[str, Paragraph(TEXT_MAX)]

    _filled = field_validator("text")(_something)
