"""Numbers in addresses: whatever is typed there, a page answers."""

from __future__ import annotations

DIGITS_MAX = 15


def small_number(text: str | None) -> int | None:
    """A whole number that is not negative, or None for anything else."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX else None


def page_number(text: str | None) -> int:
    """The page asked for; the first for anything that is no number."""
    return small_number(text) or 1
