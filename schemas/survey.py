"""What a requester says of the service, beside receiving its reply: three marks and a remark, all of them optional."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from schemas.text import Paragraph, whole_number

QUESTIONS = ("ease", "speed", "result")
MARKS = (1, 5)
REMARK_MAX = 1000

Mark = Annotated[
    int | None,
    BeforeValidator(
        lambda value: None if value in (None, "") else whole_number(value, *MARKS, code="survey.mark")
    ),
]


class SurveyForm(BaseModel):
    """A mark of 1 to 5 for each question, None where it was passed over."""

    model_config = ConfigDict(frozen=True)

    ease: Mark = None
    speed: Mark = None
    result: Mark = None
    remark: Annotated[str, Paragraph(REMARK_MAX)] = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return not self.remark.strip() and all(getattr(self, name) is None for name in QUESTIONS)
