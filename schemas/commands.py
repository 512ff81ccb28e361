"""Commands that run on a server around its backup: one a line, words as in a shell, but no shell reads them."""

from __future__ import annotations

import hashlib
import json
import shlex
import unicodedata
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from schemas.text import refuse

LINES_MAX = 10
LINE_MAX = 500
OPERATORS = frozenset({"|", "||", "&", "&&", ";", ">", ">>", "<", "<<", "2>", "2>&1", "&>"})
"""Words that mean something to a shell and would be handed to the program as they are."""


def words_of(line: str) -> list[str]:
    """The program and its arguments. Raises ValueError for quotes without an end."""
    return shlex.split(line)


def lines(value: object) -> tuple[str, ...]:
    """The commands of a text or list, without empty lines. Refuses what no program would be started by."""
    given = value.splitlines() if isinstance(value, str) else list(value or ())  # type: ignore[call-overload]
    found = tuple(line for line in (str(each).strip() for each in given) if line)
    if len(found) > LINES_MAX:
        refuse("commands.too_many", "at most {most} commands", most=LINES_MAX)
    for line in found:
        _check(line)
    return found


def _check(line: str) -> None:
    if len(line) > LINE_MAX or any(unicodedata.category(letter)[0] == "C" for letter in line):
        refuse("commands.unreadable", "a line of at most {most} characters expected", most=LINE_MAX)
    try:
        words = words_of(line)
    except ValueError:
        refuse("commands.quotes", "a quote without its end")
    if not words or not words[0] or words[0].startswith("-") or "=" in words[0]:
        refuse("commands.program", "a program's name expected first")
    if any(word in OPERATORS or word.endswith(";") for word in words) or "`" in line or "$(" in line:
        refuse("commands.shell", "no shell reads the line")


class CommandsForm(BaseModel):
    """The commands of a server, in the order in which they run."""

    model_config = ConfigDict(frozen=True)

    before: Annotated[tuple[str, ...], BeforeValidator(lines)] = ()
    after: Annotated[tuple[str, ...], BeforeValidator(lines)] = ()


def seen(server_id: int, before: tuple[str, ...], after: tuple[str, ...]) -> str:
    """What a form carries to tell which commands it showed: an approval of others is none."""
    text = json.dumps([before, after], ensure_ascii=False)
    return f"{server_id}:{hashlib.sha256(text.encode()).hexdigest()}"
