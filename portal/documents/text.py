"""Text made fit for paper: no character that a reader cannot see may change what is printed."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator

REPLACEMENT = "\ufffd"
_BREAKS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_SPACES = re.compile(r"[\s]+")


def one_line(value: str) -> str:
    """`value` on one line: runs of white space become one space, other control characters U+FFFD."""
    return _SPACES.sub(" ", _visible(value)).strip()


def passage(value: str) -> str:
    """`value` with its line breaks kept (as line feeds, at most one empty line in a row), else as `one_line`."""
    lines = (_SPACES.sub(" ", line).strip() for line in _visible(value).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _visible(value: str) -> str:
    return "".join(_shown(character) for character in _BREAKS.sub("\n", value))


def _shown(character: str) -> str:
    """Format characters (bidi overrides, zero width) are dropped: they can make a name read as another one."""
    if character in "\n\t":
        return character
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return REPLACEMENT if category in {"Cc", "Cs", "Co", "Cn"} else character


Line = Annotated[str, AfterValidator(one_line)]
"""A value printed on one line (it may wrap)."""

Passage = Annotated[str, AfterValidator(passage)]
"""A value printed with its own line breaks."""
