"""What stands in addresses: whatever is typed there, a page answers."""

from __future__ import annotations

import unicodedata

from werkzeug.routing import IntegerConverter, Map

DIGITS_MAX = 9
ID_MAX = 2**31 - 1
WORDS_MAX = 200


class Id(IntegerConverter):
    """`<int:…>` for the ids of rows: a number that no row can have leads nowhere, and never to the database."""

    def __init__(self, url_map: Map, *args: int, **kwargs: bool) -> None:
        super().__init__(url_map, *args, max=ID_MAX, **kwargs)  # type: ignore[misc, arg-type]


def small_number(text: str | None, digits: int = DIGITS_MAX) -> int | None:
    """A whole number that is not negative, or None for anything else."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def page_number(text: str | None) -> int:
    """The page asked for; the first for anything that is no number."""
    return small_number(text) or 1


def search_words(text: str | None) -> str:
    """What is searched for, without what cannot be typed."""
    seen = "".join(character for character in text or "" if unicodedata.category(character)[0] != "C")
    return seen.strip()[:WORDS_MAX]
